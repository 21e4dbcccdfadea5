/** Key presses as names, and chords of two of them ("Mod+M B"). */

const PREFIX = 'Mod+M'
const PREFIX_MS = 4_000

export interface KeyPress {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** "Mod+Enter", "Shift+Tab", "Mod+M", ".", "Space"; null for a modifier alone. No name holds a blank: chords do. */
export function nameOf(press: KeyPress): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process'].includes(press.key)) return null
  const isLetter = press.key.length === 1 && press.key.toLowerCase() !== press.key.toUpperCase()
  const parts = []
  if (press.ctrlKey || press.metaKey) parts.push('Mod')
  if (press.altKey) parts.push('Alt')
  // Shift is part of how a sign is typed, but not of a letter's or a named key's name.
  if (press.shiftKey && (isLetter || press.key.length > 1)) parts.push('Shift')
  parts.push(isLetter ? press.key.toUpperCase() : press.key === ' ' ? 'Space' : press.key)
  return parts.join('+')
}

/** Reads presses one after the other. */
export class ChordReader {
  private openUntil = 0

  /** The name of a finished key or chord; `open` while its second half is awaited; null for what is none. */
  read(press: KeyPress, now: number): { kind: 'open' } | { kind: 'keys'; keys: string } | null {
    const name = nameOf(press)
    if (name === null) return null
    if (now < this.openUntil) {
      this.openUntil = 0
      if (name === 'Escape') return null
      return { kind: 'keys', keys: `${PREFIX} ${name.replace(/^Mod\+/, '')}` }
    }
    if (name !== PREFIX) return { kind: 'keys', keys: name }
    this.openUntil = now + PREFIX_MS
    return { kind: 'open' }
  }
}

/** Keys as they are printed on this machine's keyboard. */
export function keysWords(keys: string, isMac: boolean): string {
  const words = keys.replace(/Mod\+/g, isMac ? '⌘' : 'Ctrl+').replace('Arrow', '')
  return isMac
    ? words
        .replace(/Shift\+/g, '⇧')
        .replace(/Alt\+/g, '⌥')
        .replace('Enter', '↩')
    : words
}

export function isMac(): boolean {
  return /Mac|iP(hone|ad)/.test(navigator.userAgent)
}
