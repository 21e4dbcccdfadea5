import { insertCell } from '../document/edits'
import { indexOf } from './cells'
import type { Action } from './action'

export const insertCodeAbove: Action = {
  id: 'insert-code-above',
  label: 'Code cell above',
  title: 'Insert code cell above',
  keys: ['Mod+M A'],
  run: (place) => {
    const { notebook, view } = place.session
    view.edit(insertCell(notebook, 'code', indexOf(place) ?? 0), 'start')
  },
}
