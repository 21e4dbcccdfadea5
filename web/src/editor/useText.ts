/** Draws a shared text as it is now. */
import { useCallback, useSyncExternalStore } from 'react'
import type * as Y from 'yjs'

export function useText(source: Y.Text): string {
  const subscribe = useCallback(
    (listener: () => void) => {
      source.observe(listener)
      return () => source.unobserve(listener)
    },
    [source],
  )
  return useSyncExternalStore(subscribe, () => source.toJSON())
}
