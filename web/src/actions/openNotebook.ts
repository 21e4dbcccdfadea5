import type { Action } from './action'

export const openNotebook: Action = {
  id: 'open-notebook',
  label: 'Open notebook',
  icon: 'notebook',
  run: ({ services }) => {
    services.router.go('/')
  },
}
