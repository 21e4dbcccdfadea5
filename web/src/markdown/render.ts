/** Markdown with formulas as harmless HTML. */
import MarkdownIt from 'markdown-it'
import { highlightPython } from '../editor/highlight'
import { cutMath, PLACEHOLDER, type Formula } from './math'
import { cleanHtml } from './sanitize'

const markdown = new MarkdownIt({
  html: true,
  linkify: true,
  typographer: false,
  highlight: (code, language) => (/^(python|py|python3)$/i.test(language) ? highlightPython(code) : ''),
})

/** Draws `source` into `host`. `attachments` maps file names to the MIME bundles of pasted images. */
export function renderMarkdown(host: HTMLElement, source: string, attachments: unknown = null): void {
  const { text, formulas } = cutMath(source)
  const html = markdown
    .render(text)
    .replace(/attachment:([^"'\s)]+)/g, (all, name: string) => attachmentUrl(attachments, name) ?? all)
  const fragment = cleanHtml(html)
  const slots = formulas.length > 0 ? placeSlots(fragment) : []
  host.replaceChildren(fragment)
  if (slots.length > 0) void drawFormulas(slots, formulas)
}

interface Slot {
  element: HTMLElement
  index: number
}

/** Replaces the placeholders, also those in text that Markdown left alone, by elements. */
function placeSlots(fragment: DocumentFragment): Slot[] {
  const slots: Slot[] = []
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  while (walker.nextNode()) {
    if (walker.currentNode instanceof Text && walker.currentNode.data.includes('\uE000')) texts.push(walker.currentNode)
  }
  for (const text of texts) {
    const parts = text.data.split(PLACEHOLDER)
    text.replaceWith(
      ...parts.map((part, at) => {
        if (at % 2 === 0) return part
        const element = document.createElement('span')
        slots.push({ element, index: Number(part) })
        return element
      }),
    )
  }
  return slots
}

async function drawFormulas(slots: Slot[], formulas: Formula[]): Promise<void> {
  for (const { element, index } of slots) element.textContent = formulas[index]?.tex ?? ''
  const { drawFormula } = await import('./katex')
  for (const { element, index } of slots) {
    const formula = formulas[index]
    if (formula) drawFormula(element, formula)
  }
}

function attachmentUrl(attachments: unknown, name: string): string | null {
  if (typeof attachments !== 'object' || attachments === null) return null
  const bundle: unknown = (attachments as Record<string, unknown>)[decodeURIComponent(name)]
  if (typeof bundle !== 'object' || bundle === null) return null
  const entry = Object.entries(bundle).find(([mime]) => /^image\/(png|jpeg|gif|webp)$/.test(mime))
  return entry && typeof entry[1] === 'string' ? `data:${entry[0]};base64,${entry[1].trim()}` : null
}
