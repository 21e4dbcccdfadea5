import { expect, test } from 'vitest'
import { highlightPython } from './highlight'

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')

test('keywords, strings and comments get their classes', () => {
  expect(highlightPython('if x: return "a"  # why')).toBe(
    '<span class="tok-control">if</span> <span class="tok-variable">x</span>: <span class="tok-control">return</span> <span class="tok-string">&quot;a&quot;</span>  <span class="tok-comment"># why</span>',
  )
})

test('shell lines and magics are one piece and leave the rest readable', () => {
  const html = highlightPython('!pip install "x\nimport numpy')
  expect(html.split('\n')).toEqual([
    '<span class="tok-magic">!pip install &quot;x</span>',
    '<span class="tok-control">import</span> <span class="tok-variable">numpy</span>',
  ])
})

test('the text comes out as it went in', () => {
  const code = '%%time\ndef f(a: int = 1) -> "b":\n\t!ls <x> & y\n    return f"{a!r}"\n\n'
  expect(textOf(highlightPython(code))).toBe(code)
})
