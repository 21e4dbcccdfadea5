import { moveCell } from '../document/edits'
import { indexOf } from './cells'
import type { Action } from './action'

export const moveCellDown: Action = {
  id: 'move-down',
  label: 'Move cell down',
  icon: 'down',
  keys: ['Mod+M J'],
  isPossible: (place) => (indexOf(place) ?? Infinity) < place.session.notebook.order.get().length - 1,
  run: (place) => {
    const { session, cell } = place
    const index = indexOf(place)
    if (index === null || cell === null) return
    moveCell(session.notebook, cell, index + 1)
    session.view.focus(cell)
  },
}
