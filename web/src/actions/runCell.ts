import { hasCell } from './cells'
import type { Action } from './action'

export const runCell: Action = {
  id: 'run-cell',
  label: 'Run the focused cell',
  icon: 'play',
  keys: ['Mod+Enter'],
  isPossible: hasCell,
  run: ({ session, cell }) => {
    if (cell === null) return
    if (session.notebook.cell(cell)?.type === 'code') void session.run([cell])
    else session.view.focus(cell)
  },
}
