import { isUnderWay } from './cells'
import type { Action } from './action'

export const interrupt: Action = {
  id: 'interrupt',
  label: 'Interrupt execution',
  icon: 'stop',
  keys: ['Mod+M I'],
  isPossible: isUnderWay,
  run: ({ session }) => {
    void session.ask({ kind: 'interrupt' })
  },
}
