import type { Action, Place } from './action'
import { hasRuntime } from './cells'

export const restart: Action = {
  id: 'restart',
  label: 'Restart session',
  icon: 'restart',
  keys: ['Mod+M .'],
  isPossible: hasRuntime,
  run: (place) => {
    void restartAfterAsking(place, 'Restart session?', 'Restart')
  },
}

/** Variables go, files stay. Resolves with whether the session was restarted. */
export async function restartAfterAsking({ session, services }: Place, title: string, yes: string): Promise<boolean> {
  const text = 'All variables will be lost and running cells are stopped. Files of the runtime stay.'
  const isAgreed = await services.questions.ask({ title, text, yes })
  return isAgreed && session.ask({ kind: 'restart' })
}
