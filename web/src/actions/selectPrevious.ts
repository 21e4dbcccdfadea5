import { hasCell, indexOf } from './cells'
import type { Action } from './action'

export const selectPrevious: Action = {
  id: 'select-previous',
  label: 'Previous cell',
  keys: ['ArrowUp'],
  scope: 'cell',
  isPossible: hasCell,
  run: (place) => {
    const index = indexOf(place)
    const target = index === null ? undefined : place.session.notebook.order.get()[index - 1]
    if (target !== undefined) place.session.view.focus(target)
  },
}
