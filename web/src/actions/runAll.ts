import { codeCells } from './cells'
import type { Action } from './action'

export const runAll: Action = {
  id: 'run-all',
  label: 'Run all',
  icon: 'runAll',
  keys: ['Mod+F9'],
  run: (place) => {
    void place.session.run(codeCells(place, place.session.notebook.order.get()))
  },
}
