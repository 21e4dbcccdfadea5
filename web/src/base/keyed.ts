/** Values by key, each of which can be watched alone: a change of one cell draws that cell only. */

export class KeyedStore<T> {
  private readonly values = new Map<string, T>()
  private readonly listeners = new Map<string, Set<() => void>>()
  private readonly anyListeners = new Set<() => void>()

  get(key: string): T | undefined {
    return this.values.get(key)
  }

  set(key: string, value: T): void {
    if (Object.is(this.values.get(key), value)) return
    this.values.set(key, value)
    this.tell(key)
  }

  delete(key: string): void {
    if (this.values.delete(key)) this.tell(key)
  }

  /** Drops every value and tells each watcher. */
  clear(): void {
    for (const key of [...this.values.keys()]) this.delete(key)
  }

  entries(): IterableIterator<[string, T]> {
    return this.values.entries()
  }

  subscribe(key: string, listener: () => void): () => void {
    const listeners = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.listeners.get(key) === listeners) this.listeners.delete(key)
    }
  }

  subscribeAny(listener: () => void): () => void {
    this.anyListeners.add(listener)
    return () => void this.anyListeners.delete(listener)
  }

  private tell(key: string): void {
    for (const listener of [...(this.listeners.get(key) ?? [])]) listener()
    for (const listener of [...this.anyListeners]) listener()
  }
}
