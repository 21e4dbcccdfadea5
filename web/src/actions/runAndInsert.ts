import { insertCell } from '../document/edits'
import { hasCell, indexOf } from './cells'
import { runCell } from './runCell'
import type { Action } from './action'

export const runAndInsert: Action = {
  id: 'run-and-insert',
  label: 'Run cell and insert new cell',
  keys: ['Alt+Enter'],
  isPossible: hasCell,
  run: (place) => {
    const { session } = place
    const index = indexOf(place)
    if (index === null) return
    runCell.run(place)
    session.view.edit(insertCell(session.notebook, 'code', index + 1))
  },
}
