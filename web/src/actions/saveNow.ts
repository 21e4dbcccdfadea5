import { saveWords } from '../live/saving'
import type { Action } from './action'

/** Everything is saved all the time; who asks for it is told so. */
export const saveNow: Action = {
  id: 'save',
  label: 'Save',
  keys: ['Mod+S'],
  run: ({ session }) => session.toasts.tell(`${saveWords(session.saving.get())}.`),
}
