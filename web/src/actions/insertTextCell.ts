import { insertCell } from '../document/edits'
import { indexBelow } from './cells'
import type { Action } from './action'

export const insertTextCell: Action = {
  id: 'insert-text',
  label: 'Text cell',
  title: 'Insert text cell below',
  icon: 'text',
  run: (place) => {
    const { notebook, view } = place.session
    view.edit(insertCell(notebook, 'markdown', indexBelow(place)), 'start')
  },
}
