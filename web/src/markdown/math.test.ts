import { expect, test } from 'vitest'
import { cutMath } from './math'

const formulas = (markdown: string) =>
  cutMath(markdown).formulas.map(({ tex, isDisplay }) => `${isDisplay ? '=' : ''}${tex}`)

test.each([
  ['the weight $w_i$ and $$\\sum_i w_i$$', ['w_i', '=\\sum_i w_i']],
  ['\\(a\\) and \\[b\\]', ['a', '=b']],
  ['\\begin{align} a &= b \\end{align}', ['=\\begin{align} a &= b \\end{align}']],
  ['it costs $5 and $6', []],
  ['it costs \\$5 and $x$', ['x']],
  ['`$x$` and ```\n$y$\n``` and $z$', ['z']],
  ['$a\n+ b$', ['a\n+ b']],
  ['$a$-dimensional', ['a']],
])('%s holds %j', (markdown, expected) => {
  expect(formulas(markdown)).toEqual(expected)
})

test('text around formulas stays', () => {
  expect(cutMath('a $x$ b').text).toBe('a \uE0000\uE001 b')
})
