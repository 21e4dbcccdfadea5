/** Runs actions by their keys. */
import type { Action, Place } from './action'
import { ChordReader } from './keys'
import { KEY_ACTIONS } from './menus'

/** Listens on the whole window; `onOpen` hears whether the second key of a chord is awaited. */
export function handleKeys(place: () => Place, onOpen: (isOpen: boolean) => void): () => void {
  const reader = new ChordReader()
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || !(event.target instanceof Element) || isElsewhere(event.target)) return
    const read = reader.read(event, event.timeStamp)
    if (read === null) return onOpen(false)
    onOpen(read.kind === 'open')
    if (read.kind === 'open') return take(event)
    const action = KEY_ACTIONS.find((known) => known.keys?.includes(read.keys) && isInScope(known, event.target))
    const isChord = read.keys.includes(' ')
    if (!action && !isChord) return
    take(event)
    const here = place()
    if (action && (action.isPossible?.(here) ?? true)) action.run(here)
  }
  window.addEventListener('keydown', onKey, true)
  return () => window.removeEventListener('keydown', onKey, true)
}

function isInScope({ scope = 'page' }: Action, target: EventTarget | null): boolean {
  if (scope === 'page') return true
  if (!(target instanceof HTMLElement)) return false
  return scope === 'cell' ? target.dataset['cellId'] !== undefined : target.closest('.cm-content') !== null
}

/** Dialogs, menus and fields have keys of their own. */
function isElsewhere(target: Element): boolean {
  return target.closest('[role="dialog"], [role="menu"], [role="menubar"], input, textarea, select') !== null
}

function take(event: KeyboardEvent): void {
  event.preventDefault()
  event.stopPropagation()
}
