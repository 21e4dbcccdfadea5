/** Colours for Python, the same in cells at rest and in the editor. */
import { highlightCode, tagHighlighter, tags as t } from '@lezer/highlight'
import { parser } from '@lezer/python'

export const classes = tagHighlighter([
  { tag: [t.controlKeyword, t.moduleKeyword], class: 'tok-control' },
  { tag: [t.keyword, t.definitionKeyword, t.operatorKeyword, t.modifier], class: 'tok-keyword' },
  { tag: [t.bool, t.null, t.atom], class: 'tok-keyword' },
  { tag: [t.self], class: 'tok-self' },
  { tag: [t.string, t.special(t.string), t.docString], class: 'tok-string' },
  { tag: [t.escape], class: 'tok-escape' },
  { tag: [t.number], class: 'tok-number' },
  { tag: [t.comment], class: 'tok-comment' },
  { tag: [t.function(t.variableName), t.function(t.propertyName)], class: 'tok-function' },
  { tag: [t.function(t.definition(t.variableName))], class: 'tok-function' },
  { tag: [t.className, t.definition(t.className), t.typeName], class: 'tok-class' },
  { tag: [t.meta], class: 'tok-function' },
  { tag: [t.variableName, t.propertyName, t.definition(t.variableName)], class: 'tok-variable' },
  { tag: [t.invalid], class: 'tok-invalid' },
])

/** Lines that IPython takes: shell commands and magics. */
export const MAGIC_LINE = /^[ \t]*(?:!|%{1,2}[A-Za-z])/

/** Code as HTML with classes. */
export function highlightPython(code: string): string {
  const lines = code.split('\n')
  const magics = new Set(lines.flatMap((line, index) => (MAGIC_LINE.test(line) ? [index] : [])))
  // A magic would confuse the parser over the lines that follow it; blanks of the same length do not.
  const masked =
    magics.size === 0 ? code : lines.map((line, index) => (magics.has(index) ? blank(line) : line)).join('\n')
  let html = ''
  let line = 0
  const open = (): void => {
    if (!magics.has(line)) return
    const text = lines[line] ?? ''
    html += `<span class="tok-magic">${escape(text)}</span>`
  }
  open()
  highlightCode(
    masked,
    parser.parse(masked),
    classes,
    (text, names) => {
      if (!magics.has(line)) html += names ? `<span class="${names}">${escape(text)}</span>` : escape(text)
    },
    () => {
      html += '\n'
      line++
      open()
    },
  )
  return html
}

function blank(line: string): string {
  return ' '.repeat(line.length)
}

function escape(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? character,
  )
}
