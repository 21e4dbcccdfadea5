import { notebookAddress } from '../app/router'
import { createNotebook } from '../base/notebooks'
import { messageOf } from '../base/problem'
import type { Action } from './action'

export const newNotebook: Action = {
  id: 'new-notebook',
  label: 'New notebook',
  icon: 'add',
  run: ({ services }) => {
    createNotebook().then(
      ({ id }) => void window.open(notebookAddress(id), '_blank', 'noopener'),
      (error: unknown) => services.toasts.fail(messageOf(error)),
    )
  },
}
