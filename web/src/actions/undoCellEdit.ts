/** Undoes inserting, deleting, moving and converting; typing is undone in its cell. */
import type { Action } from './action'

export const undoCellEdit: Action = {
  id: 'undo-cell',
  label: 'Undo cell operation',
  keys: ['Mod+M Z'],
  isPossible: ({ session }) => session.notebook.cellUndo.canUndo(),
  run: ({ session }) => {
    session.notebook.cellUndo.undo()
  },
}
