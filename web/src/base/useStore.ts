/** Draws a store: the component is drawn again when what it selected changes. */
import { useSyncExternalStore } from 'react'
import type { Store } from './store'

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get)
}

/** `select` must return the same object for the same state. */
export function useSelected<T, S>(store: Store<T>, select: (value: T) => S): S {
  return useSyncExternalStore(store.subscribe, () => select(store.get()))
}
