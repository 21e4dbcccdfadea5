import type { Action } from './action'

export const showShortcuts: Action = {
  id: 'shortcuts',
  label: 'Keyboard shortcuts',
  icon: 'keyboard',
  keys: ['Mod+M H'],
  run: ({ session }) => {
    session.view.dialog.set('shortcuts')
  },
}
