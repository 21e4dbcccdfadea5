import { moveCell } from '../document/edits'
import { indexOf } from './cells'
import type { Action } from './action'

export const moveCellUp: Action = {
  id: 'move-up',
  label: 'Move cell up',
  icon: 'up',
  keys: ['Mod+M K'],
  isPossible: (place) => (indexOf(place) ?? 0) > 0,
  run: (place) => {
    const { session, cell } = place
    const index = indexOf(place)
    if (index === null || cell === null) return
    moveCell(session.notebook, cell, index - 1)
    session.view.focus(cell)
  },
}
