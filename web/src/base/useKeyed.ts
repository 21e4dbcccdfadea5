/** Draws one key of a keyed store. */
import { useCallback, useSyncExternalStore } from 'react'
import type { KeyedStore } from './keyed'

export function useKeyed<T>(store: KeyedStore<T>, key: string): T | undefined {
  const subscribe = useCallback((listener: () => void) => store.subscribe(key, listener), [store, key])
  return useSyncExternalStore(subscribe, () => store.get(key))
}
