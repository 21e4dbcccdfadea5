import { deleteNotebook as removeNotebook, withoutEnding } from '../base/notebooks'
import { messageOf } from '../base/problem'
import type { Action } from './action'

export const deleteNotebook: Action = {
  id: 'delete-notebook',
  label: 'Delete notebook',
  icon: 'delete',
  run: ({ session, services }) => {
    const ask = async (): Promise<void> => {
      const title = `Delete "${withoutEnding(session.title.get())}"?`
      const text = 'The notebook, its outputs and its runtime are deleted for good.'
      if (!(await services.questions.ask({ title, text, yes: 'Delete', tone: 'bad' }))) return
      await removeNotebook(session.id)
      services.router.go('/')
    }
    ask().catch((error: unknown) => services.toasts.fail(messageOf(error)))
  },
}
