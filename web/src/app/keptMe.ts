/** Who was signed in last, so that a notebook opens from this browser's copy while the server is away. */
import type { Me } from '../contract/messages'

const KEY = 'ownlab.me'

export function keptMe(): Me | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    if (typeof value !== 'object' || value === null || !('id' in value) || !('name' in value)) return null
    return { id: String(value.id), name: String(value.name), email: 'email' in value ? String(value.email) : '' }
  } catch {
    return null
  }
}

export function keepMe(me: Me | null): void {
  if (me === null) localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, JSON.stringify(me))
}
