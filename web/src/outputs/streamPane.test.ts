// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from 'vitest'
import type { StreamOutput } from '../contract/messages'
import { bytesWords, StreamPane } from './streamPane'

let host: HTMLElement
let pane: StreamPane

beforeEach(() => {
  host = document.createElement('pre')
  pane = new StreamPane(host, '/whole')
})

function stream(text: string, tail = '', hidden_bytes = 0): StreamOutput {
  return { type: 'stream', name: 'stdout', text, tail, hidden_bytes }
}

test('text that grows is added to, and what was drawn stays', () => {
  pane.update(stream('one\n'))
  const first = host.firstElementChild?.firstChild
  pane.update(stream('one\ntwo\n'))
  expect(host.textContent).toBe('one\ntwo\n')
  expect(host.firstElementChild?.firstChild).toBe(first)
})

test('two thousand lines in pieces come out once each and in order', () => {
  const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index + 1} of the training run\n`)
  let text = ''
  for (let at = 0; at < lines.length; at += 7) {
    text += lines.slice(at, at + 7).join('')
    pane.update(stream(text, `${at}%`))
  }
  pane.update(stream(text))
  expect(host.textContent).toBe(lines.join(''))
  expect(host.children.length).toBeGreaterThan(5)
})

test('every block ends with a whole line', () => {
  pane.update(stream('x'.repeat(20_000) + '\n' + 'short\n'.repeat(3_000)))
  const blocks = [...host.children].slice(0, -1)
  expect(blocks.filter((block) => !block.textContent.endsWith('\n'))).toEqual([])
})

test('the tail is replaced and stands in the line that it continues', () => {
  pane.update(stream('progress: ', '10%'))
  pane.update(stream('progress: ', '20%'))
  expect(host.textContent).toBe('progress: 20%')
  expect(host.children.length).toBe(1)
})

test('a colour goes on over the end of a piece and into the tail', () => {
  pane.update(stream('\x1b[31mred\n'))
  pane.update(stream('\x1b[31mred\nstill\n', 'tail'))
  expect([...host.querySelectorAll('span[style]')].map((span) => span.textContent)).toEqual([
    'red\n',
    'still\n',
    'tail',
  ])
})

test('what is hidden is said, with a link to the whole', () => {
  pane.update(stream('head\n', 'tail\n', 6_600_000))
  expect(host.textContent).toBe('head\n… 6.6 MB hidden — open the whole outputtail\n')
  expect(host.querySelector('a')?.getAttribute('href')).toBe('/whole')
})

test('a long tail is drawn in part while it changes, and whole when it rests', async () => {
  vi.useFakeTimers()
  const tail = (from: number): string => Array.from({ length: 2_000 }, (_, index) => `${from + index}\n`).join('')
  pane.update(stream('head\n', tail(1), 1_000))
  pane.update(stream('head\n', tail(2), 2_000))
  expect(host.textContent.length).toBeLessThan(4_000)
  expect(host.textContent.endsWith('2000\n2001\n')).toBe(true)
  await vi.advanceTimersByTimeAsync(500)
  expect(host.textContent.endsWith(tail(2))).toBe(true)
  vi.useRealTimers()
})

test('text that is no continuation is drawn anew', () => {
  pane.update(stream('first run\n', 'x', 10))
  pane.update(stream('second\n'))
  expect(host.textContent).toBe('second\n')
})

test('markup in text stays text and addresses become links', () => {
  pane.update(stream('<b>see</b> https://example.org/a?b=1.\n'))
  expect(host.querySelector('b')).toBeNull()
  expect(host.querySelector('a')?.href).toBe('https://example.org/a?b=1')
})

test.each([
  [812, '812 bytes'],
  [4_200, '4.2 kB'],
  [6_600_000, '6.6 MB'],
])('%d reads %s', (bytes, words) => {
  expect(bytesWords(bytes)).toBe(words)
})
