import { codeCells, hasCell, indexOf } from './cells'
import type { Action } from './action'

export const runBefore: Action = {
  id: 'run-before',
  label: 'Run before',
  keys: ['Mod+F8'],
  isPossible: hasCell,
  run: (place) => {
    const order = place.session.notebook.order.get()
    void place.session.run(codeCells(place, order.slice(0, indexOf(place) ?? 0)))
  },
}
