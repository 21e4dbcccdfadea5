import type { Action } from './action'
import { hasRuntime } from './cells'

export const disconnect: Action = {
  id: 'disconnect',
  label: 'Disconnect and delete runtime',
  isPossible: hasRuntime,
  run: ({ session, services }) => {
    void services.questions
      .ask({
        title: 'Disconnect and delete the runtime?',
        text: 'Variables and files of the runtime will be lost, and running cells are stopped. The notebook and its outputs stay.',
        yes: 'Disconnect',
        tone: 'bad',
      })
      .then((isAgreed) => isAgreed && session.ask({ kind: 'disconnect' }))
  },
}
