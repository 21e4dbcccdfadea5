import type { Action } from './action'

export const showAbout: Action = {
  id: 'about',
  label: 'About OwnLab',
  run: ({ session }) => {
    session.view.dialog.set('about')
  },
}
