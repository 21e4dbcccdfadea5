// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { cleanHtml } from './sanitize'

function cleaned(html: string): string {
  const host = document.createElement('div')
  host.append(cleanHtml(html))
  return host.innerHTML
}

test.each([
  ['<img src="x" onerror="alert(1)">', '<img src="x">'],
  ['<script>alert(1)</script><b>b</b>', '<b>b</b>'],
  ['<style>* { color: red }</style><i>i</i>', '<i>i</i>'],
  ['<form action="/x"><input name="q"></form>', ''],
  ['<a href="javascript:alert(1)">a</a>', '<a>a</a>'],
  ['<b id="body">b</b>', '<b id="user-content-body">b</b>'],
])('%s becomes %s', (html, expected) => {
  expect(cleaned(html)).toBe(expected)
})

test('links open in a new tab that knows nothing of this one', () => {
  expect(cleaned('<a href="https://example.org">a</a>')).toBe(
    '<a href="https://example.org" target="_blank" rel="noopener noreferrer">a</a>',
  )
})

test.each([
  '<svg><a xlink:href="/">a</a></svg>',
  '<svg><a href="/" target="_top">a</a></svg>',
  '<map><area href="/"></map>',
  '<a href="/" target="_self">a</a>',
])('%s does not replace the page either', (html) => {
  expect(cleaned(html)).toContain('target="_blank" rel="noopener noreferrer"')
})
