import { expect, test } from 'vitest'
import { ANSI_START, readAnsi } from './ansi'

const runs = (text: string) => readAnsi(text, ANSI_START).runs

test('plain text is one run', () => {
  expect(runs('hello\n')).toEqual([{ text: 'hello\n', style: {} }])
})

test('the traceback of IPython has its colours', () => {
  expect(runs('\x1b[0;31mNameError\x1b[0m: x')).toEqual([
    { text: 'NameError', style: { fg: 1 } },
    { text: ': x', style: {} },
  ])
})

test('256 and true colours are read, also with colons', () => {
  expect(runs('\x1b[38;5;208ma\x1b[48;2;1;2;3mb\x1b[38:5:9mc')).toEqual([
    { text: 'a', style: { fg: 'rgb(255, 135, 0)' } },
    { text: 'b', style: { fg: 'rgb(255, 135, 0)', bg: 'rgb(1, 2, 3)' } },
    { text: 'c', style: { fg: 9, bg: 'rgb(1, 2, 3)' } },
  ])
})

test('greys of the palette', () => {
  expect(runs('\x1b[38;5;232ma\x1b[38;5;255mb')).toEqual([
    { text: 'a', style: { fg: 'rgb(8, 8, 8)' } },
    { text: 'b', style: { fg: 'rgb(238, 238, 238)' } },
  ])
})

test('bold ends where it is switched off and the colour goes on', () => {
  expect(runs('\x1b[1;92ma\x1b[22mb\x1b[39mc')).toEqual([
    { text: 'a', style: { bold: true, fg: 10 } },
    { text: 'b', style: { bold: false, dim: false, fg: 10 } },
    { text: 'c', style: { bold: false, dim: false } },
  ])
})

test('sequences that only move the cursor and links leave no trace', () => {
  expect(runs('\x1b[2K\x1b[1A\x1b]8;;http://example.org\x07link\x1b]8;;\x07')).toEqual([{ text: 'link', style: {} }])
})

test('a sequence cut in two is put together', () => {
  const first = readAnsi('a\x1b[3', ANSI_START)
  expect(first.runs).toEqual([{ text: 'a', style: {} }])
  expect(readAnsi('1mred', first.state).runs).toEqual([{ text: 'red', style: { fg: 1 } }])
})

test('style goes on into the next piece', () => {
  const { state } = readAnsi('\x1b[32mgreen', ANSI_START)
  expect(readAnsi(' still', state).runs).toEqual([{ text: ' still', style: { fg: 2 } }])
})
