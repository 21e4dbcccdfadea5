import { convertCell } from '../document/edits'
import { isCode } from './cells'
import type { Action } from './action'

export const convertToText: Action = {
  id: 'to-text',
  label: 'Convert to text cell',
  icon: 'text',
  keys: ['Mod+M M'],
  isPossible: isCode,
  run: ({ session, cell }) => {
    if (cell === null) return
    convertCell(session.notebook, cell, 'markdown')
    session.view.focus(cell)
  },
}
