/** Shows what a button does when the mouse rests on it or the keyboard reaches it: one listener for all of them. */

const DELAY_MS = 500
const GAP = 6

/** Watches elements with `data-tip` below `root`. */
export function showTips(root: HTMLElement): () => void {
  let tip: HTMLElement | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let host: HTMLElement | null = null

  const hide = (): void => {
    clearTimeout(timer)
    tip?.remove()
    tip = null
    host = null
  }
  const plan = (event: Event): void => {
    const found = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null
    if (found === host) return
    hide()
    if (!found || (event.type === 'focusin' && !found.matches(':focus-visible'))) return
    host = found
    timer = setTimeout(() => {
      if (found.isConnected) tip = place(found)
    }, DELAY_MS)
  }
  const events = ['pointerover', 'focusin'] as const
  for (const event of events) root.addEventListener(event, plan)
  for (const event of ['pointerdown', 'keydown', 'wheel']) root.addEventListener(event, hide, { passive: true })
  return () => {
    hide()
    for (const event of events) root.removeEventListener(event, plan)
    for (const event of ['pointerdown', 'keydown', 'wheel']) root.removeEventListener(event, hide)
  }
}

function place(host: HTMLElement): HTMLElement {
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.setAttribute('role', 'presentation')
  tip.textContent = host.dataset['tip'] ?? ''
  document.body.append(tip)
  const at = host.getBoundingClientRect()
  const own = tip.getBoundingClientRect()
  const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - 8)
  const below = at.bottom + GAP
  const top = below + own.height > innerHeight ? at.top - GAP - own.height : below
  tip.style.left = `${left}px`
  tip.style.top = `${top}px`
  return tip
}
