import { codeCells, hasCell, indexOf } from './cells'
import type { Action } from './action'

export const runAfter: Action = {
  id: 'run-after',
  label: 'Run cell and below',
  keys: ['Mod+F10'],
  isPossible: hasCell,
  run: (place) => {
    const order = place.session.notebook.order.get()
    void place.session.run(codeCells(place, order.slice(indexOf(place) ?? order.length)))
  },
}
