import { hasRuntime } from './cells'
import type { Action } from './action'

export const connect: Action = {
  id: 'connect',
  label: 'Connect',
  isPossible: (place) => !hasRuntime(place),
  run: ({ session }) => {
    void session.ask({ kind: 'connect' })
  },
}
