import { convertCell } from '../document/edits'
import { hasCell, isCode } from './cells'
import type { Action } from './action'

export const convertToCode: Action = {
  id: 'to-code',
  label: 'Convert to code cell',
  icon: 'code',
  keys: ['Mod+M Y'],
  isPossible: (place) => hasCell(place) && !isCode(place),
  run: ({ session, cell }) => {
    if (cell === null) return
    convertCell(session.notebook, cell, 'code')
    session.view.focus(cell)
  },
}
