import type { Action } from './action'

export const redoCellEdit: Action = {
  id: 'redo-cell',
  label: 'Redo cell operation',
  keys: ['Mod+M Shift+Z'],
  isPossible: ({ session }) => session.notebook.cellUndo.canRedo(),
  run: ({ session }) => {
    session.notebook.cellUndo.redo()
  },
}
