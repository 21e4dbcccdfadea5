import { hasCell, indexOf } from './cells'
import type { Action } from './action'

export const selectNext: Action = {
  id: 'select-next',
  label: 'Next cell',
  keys: ['ArrowDown'],
  scope: 'cell',
  isPossible: hasCell,
  run: (place) => {
    const index = indexOf(place)
    const target = index === null ? undefined : place.session.notebook.order.get()[index + 1]
    if (target !== undefined) place.session.view.focus(target)
  },
}
