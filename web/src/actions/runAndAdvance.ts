import { insertCell } from '../document/edits'
import { hasCell, indexOf } from './cells'
import { runCell } from './runCell'
import type { Action } from './action'

export const runAndAdvance: Action = {
  id: 'run-and-advance',
  label: 'Run cell and select next',
  keys: ['Shift+Enter'],
  isPossible: hasCell,
  run: (place) => {
    const { session } = place
    const index = indexOf(place)
    if (index === null) return
    runCell.run(place)
    const next = session.notebook.order.get()[index + 1] ?? insertCell(session.notebook, 'code', index + 1)
    if (session.notebook.cell(next)?.type === 'code') session.view.edit(next)
    else session.view.focus(next)
  },
}
