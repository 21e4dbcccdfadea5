/** Puts styled text into the page; addresses become links. */
import type { AnsiColour, AnsiRun, AnsiStyle } from './ansi'

const ADDRESS = /https?:\/\/[^\s<>"'`\])}]+[^\s<>"'`\])}.,;:!?]/g

/** Adds runs to `host`, before `before`. */
export function appendRuns(host: HTMLElement, runs: readonly AnsiRun[], before: Node | null): void {
  for (const { text, style } of runs) {
    const span = styledSpan(style)
    if (span) {
      appendText(span, text, null)
      host.insertBefore(span, before)
    } else {
      appendText(host, text, before)
    }
  }
}

function appendText(host: HTMLElement, text: string, before: Node | null): void {
  let from = 0
  if (text.includes('://')) {
    for (const match of text.matchAll(ADDRESS)) {
      host.insertBefore(document.createTextNode(text.slice(from, match.index)), before)
      const link = document.createElement('a')
      link.href = match[0]
      link.target = '_blank'
      link.rel = 'noopener noreferrer'
      link.textContent = match[0]
      host.insertBefore(link, before)
      from = match.index + match[0].length
    }
  }
  if (from < text.length) host.insertBefore(document.createTextNode(text.slice(from)), before)
}

function styledSpan(style: AnsiStyle): HTMLElement | null {
  const classes = (['bold', 'dim', 'italic', 'underline', 'strike'] as const)
    .filter((key) => style[key])
    .map((key) => `ansi-${key}`)
  const { fg, bg } = style
  if (classes.length === 0 && fg === undefined && bg === undefined && !style.inverse) return null
  const span = document.createElement('span')
  if (style.inverse) {
    span.style.color = bg === undefined ? 'var(--ansi-paper)' : cssOf(bg, 'ansi')
    span.style.backgroundColor = fg === undefined ? 'var(--ansi-ink)' : cssOf(fg, 'ansi')
  } else {
    if (fg !== undefined) span.style.color = cssOf(fg, 'ansi')
    if (bg !== undefined) span.style.backgroundColor = cssOf(bg, 'ansi-bg')
  }
  span.className = classes.join(' ')
  return span
}

function cssOf(colour: AnsiColour, palette: 'ansi' | 'ansi-bg'): string {
  if (typeof colour === 'number') return `var(--${palette}-${colour})`
  if (palette === 'ansi-bg') return colour
  // A fixed colour was chosen for some other background than this one: its lightness gives way, its hue stays.
  return `light-dark(oklch(from ${colour} min(l, 0.62) c h), oklch(from ${colour} max(l, 0.7) c h))`
}
