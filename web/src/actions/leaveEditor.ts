import { hasCell } from './cells'
import type { Action } from './action'

export const leaveEditor: Action = {
  id: 'leave-editor',
  label: 'Leave the editor',
  keys: ['Escape'],
  scope: 'editor',
  isPossible: hasCell,
  run: ({ session, cell }) => {
    if (cell !== null) session.view.focus(cell)
  },
}
