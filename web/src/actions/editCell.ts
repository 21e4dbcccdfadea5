import { hasCell } from './cells'
import type { Action } from './action'

export const editCell: Action = {
  id: 'edit-cell',
  label: 'Edit cell',
  icon: 'edit',
  keys: ['Enter'],
  scope: 'cell',
  isPossible: hasCell,
  run: ({ session, cell }) => {
    if (cell !== null) session.view.edit(cell)
  },
}
