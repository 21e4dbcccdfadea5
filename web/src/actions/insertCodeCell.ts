import { insertCell } from '../document/edits'
import { indexBelow } from './cells'
import type { Action } from './action'

export const insertCodeCell: Action = {
  id: 'insert-code',
  label: 'Code cell',
  title: 'Insert code cell below',
  icon: 'code',
  keys: ['Mod+M B'],
  run: (place) => {
    const { notebook, view } = place.session
    view.edit(insertCell(notebook, 'code', indexBelow(place)), 'start')
  },
}
