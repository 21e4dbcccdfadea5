import type { Action } from './action'

export const renameNotebook: Action = {
  id: 'rename',
  label: 'Rename',
  icon: 'edit',
  keys: ['F2'],
  run: ({ session }) => {
    session.view.isRenaming.set(true)
  },
}
