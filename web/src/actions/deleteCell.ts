import { deleteCell as removeCell } from '../document/edits'
import type { Action } from './action'
import { hasCell, indexOf } from './cells'

export const deleteCell: Action = {
  id: 'delete-cell',
  label: 'Delete cell',
  icon: 'delete',
  keys: ['Mod+M D'],
  isPossible: hasCell,
  run: (place) => {
    const { session, cell } = place
    const index = indexOf(place)
    if (index === null || cell === null) return
    removeCell(session.notebook, cell)
    const order = session.notebook.order.get()
    const neighbour = order[index] ?? order[index - 1]
    if (neighbour === undefined) session.view.selection.set({ cell: null, isEditing: false })
    else session.view.focus(neighbour)
    session.toasts.tell('Cell deleted.', {
      label: 'Undo',
      run: () => {
        session.notebook.cellUndo.undo()
        if (session.notebook.cell(cell)) session.view.focus(cell)
      },
    })
  },
}
