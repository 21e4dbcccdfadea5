/** Text with ANSI escape sequences as runs of styled text. */

/** A colour: 0 to 15 of the theme, or a fixed one as CSS. */
export type AnsiColour = number | string

export interface AnsiStyle {
  readonly fg?: AnsiColour
  readonly bg?: AnsiColour
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly strike?: boolean
  readonly inverse?: boolean
}

export interface AnsiRun {
  text: string
  style: AnsiStyle
}

/** Where the reader stands between two pieces of text. */
export interface AnsiState {
  style: AnsiStyle
  /** The start of a sequence whose end has not come yet. */
  rest: string
}

export const ANSI_START: AnsiState = { style: {}, rest: '' }

// CSI sequences, OSC sequences (links, titles), and the other two-character escapes.
const SEQUENCE = /\x1b(?:\[([0-9:;<=>?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])/g
const UNFINISHED = /\x1b(?:\[[0-9:;<=>?]*[ -/]*|\][^\x07\x1b]*\x1b?)?$/

/** Reads `text` from `state` on. */
export function readAnsi(text: string, state: AnsiState): { runs: AnsiRun[]; state: AnsiState } {
  const whole = state.rest + text
  const unfinished = UNFINISHED.exec(whole)
  const end = unfinished?.index ?? whole.length
  const ready = whole.slice(0, end)
  const runs: AnsiRun[] = []
  let { style } = state
  let from = 0
  for (const match of ready.matchAll(SEQUENCE)) {
    if (match.index > from) runs.push({ text: ready.slice(from, match.index), style })
    if (match[2] === 'm') style = applyCodes(style, match[1] ?? '')
    from = match.index + match[0].length
  }
  if (from < ready.length) runs.push({ text: ready.slice(from), style })
  return { runs, state: { style, rest: whole.slice(end) } }
}

function applyCodes(before: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((code) => Number(code || '0'))
  let style = before
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const { colour, used } = extendedColour(codes.slice(at + 1))
      at += used
      if (colour !== null) style = code === 38 ? { ...style, fg: colour } : { ...style, bg: colour }
    } else {
      style = applyCode(style, code)
    }
  }
  return style
}

const SWITCHES: Partial<Record<number, AnsiStyle>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
}

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return {}
  const change = SWITCHES[code]
  if (change) return { ...style, ...change }
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 }
  if (code >= 90 && code <= 97) return { ...style, fg: code - 82 }
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 }
  if (code >= 100 && code <= 107) return { ...style, bg: code - 92 }
  if (code === 39) return without(style, 'fg')
  if (code === 49) return without(style, 'bg')
  return style
}

function without(style: AnsiStyle, key: 'fg' | 'bg'): AnsiStyle {
  const rest = { ...style }
  Reflect.deleteProperty(rest, key)
  return rest
}

function extendedColour(codes: number[]): { colour: AnsiColour | null; used: number } {
  const [kind, a = 0, b = 0, c = 0] = codes
  if (kind === 5) return { colour: paletteColour(a), used: 2 }
  if (kind === 2) return { colour: `rgb(${byte(a)}, ${byte(b)}, ${byte(c)})`, used: 4 }
  return { colour: null, used: 1 }
}

/** The 256 colours of xterm: 16 of the theme, a 6 × 6 × 6 cube, 24 greys. */
function paletteColour(index: number): AnsiColour {
  if (index < 16) return index
  if (index >= 232) {
    const grey = 8 + (Math.min(index, 255) - 232) * 10
    return `rgb(${grey}, ${grey}, ${grey})`
  }
  const cube = index - 16
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40)
  return `rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6) % 6)}, ${level(cube % 6)})`
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, value))
}
