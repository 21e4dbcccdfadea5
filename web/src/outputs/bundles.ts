/** Decides how a MIME bundle is shown: which of its types, and whether in the page or in the sandboxed frame. */
import type { BlobRef, DisplayOutput, Output } from '../contract/messages'

/** Best first. Types that are not named here are never chosen. */
const PREFERENCE = [
  'text/html',
  'application/javascript',
  'text/markdown',
  'image/svg+xml',
  'text/latex',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/json',
  'text/plain',
] as const

export type ShownMime = (typeof PREFERENCE)[number]

export function isDisplay(output: Output): output is DisplayOutput {
  return output.type === 'display_data' || output.type === 'execute_result'
}

export function chooseMime(output: DisplayOutput): ShownMime | null {
  return PREFERENCE.find((mime) => mime in output.data || mime in output.refs) ?? null
}

/** A payload as text; notebooks keep long texts as lists of lines. */
export function payloadText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(String).join('')
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

/** pandas writes this into every table; browsers know no scoped styles, and the page styles tables itself. */
const SCOPED_STYLE = /<style\s+scoped[^>]*>[\s\S]*?<\/style>/gi
const ACTIVE =
  /<\s*(script|iframe|frame|object|embed|form|input|button|select|textarea|style|link|base|meta|video|audio|canvas)\b|\son\w+\s*=|javascript:/i

/** The HTML without what the page leaves out on purpose. */
export function plainHtml(html: string): string {
  return html.replace(SCOPED_STYLE, '')
}

/** Whether HTML does or styles anything, so that it must not become part of the page. */
export function isActiveHtml(html: string): boolean {
  return ACTIVE.test(plainHtml(html))
}

/** The HTML payloads that these outputs show and keep elsewhere. */
export function htmlRefs(outputs: readonly Output[]): BlobRef[] {
  return outputs.flatMap((output) => {
    const ref = isDisplay(output) && chooseMime(output) === 'text/html' ? output.refs['text/html'] : undefined
    return ref ? [ref] : []
  })
}

/**
 * Whether a cell's outputs go to the frame. One that needs it takes all others of the cell along: a script may look
 * for the element that another output made. `isActiveBlob` tells of HTML that is kept elsewhere; the answer is null
 * while that is not known.
 */
export function needsFrame(
  outputs: readonly Output[],
  isActiveBlob: (blob: string) => boolean | undefined,
): boolean | null {
  let isKnown = true
  for (const output of outputs) {
    if (!isDisplay(output)) continue
    const mime = chooseMime(output)
    if (mime === 'application/javascript') return true
    if (mime !== 'text/html') continue
    const ref = output.refs[mime]
    const isActive = ref ? isActiveBlob(ref.blob) : isActiveHtml(payloadText(output.data[mime]))
    if (isActive === true) return true
    if (isActive === undefined) isKnown = false
  }
  return isKnown ? false : null
}
