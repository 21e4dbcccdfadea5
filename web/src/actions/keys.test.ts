import { expect, test } from 'vitest'
import { ChordReader, keysWords, nameOf, type KeyPress } from './keys'

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }
}

test.each([
  [press('Enter', { ctrlKey: true }), 'Mod+Enter'],
  [press('Enter', { metaKey: true }), 'Mod+Enter'],
  [press('Enter', { shiftKey: true }), 'Shift+Enter'],
  [press('F9', { ctrlKey: true }), 'Mod+F9'],
  [press('m', { ctrlKey: true }), 'Mod+M'],
  [press('Z', { shiftKey: true }), 'Shift+Z'],
  [press('.'), '.'],
  [press(':', { shiftKey: true }), ':'],
  [press(' '), 'Space'],
  [press(' ', { shiftKey: true }), 'Space'],
  [press('Control', { ctrlKey: true }), null],
])('%j is called %s', (key, name) => {
  expect(nameOf(key)).toBe(name)
})

test('the prefix waits for its second key, with or without Ctrl', () => {
  const reader = new ChordReader()
  expect(reader.read(press('m', { ctrlKey: true }), 0)).toEqual({ kind: 'open' })
  expect(reader.read(press('Control', { ctrlKey: true }), 5)).toBeNull()
  expect(reader.read(press('b', { ctrlKey: true }), 10)).toEqual({ kind: 'keys', keys: 'Mod+M B' })
  expect(reader.read(press('b'), 20)).toEqual({ kind: 'keys', keys: 'B' })
})

test('a prefix that is long ago or was given up counts no more', () => {
  const reader = new ChordReader()
  reader.read(press('m', { ctrlKey: true }), 0)
  expect(reader.read(press('d'), 9_000)).toEqual({ kind: 'keys', keys: 'D' })
  reader.read(press('m', { ctrlKey: true }), 10_000)
  expect(reader.read(press('Escape'), 10_100)).toBeNull()
  expect(reader.read(press('d'), 10_200)).toEqual({ kind: 'keys', keys: 'D' })
})

test.each([
  ['Mod+M .', false, 'Ctrl+M .'],
  ['Mod+Enter', true, '⌘↩'],
  ['ArrowDown', false, 'Down'],
])('%s reads %s', (keys, onMac, words) => {
  expect(keysWords(keys, onMac)).toBe(words)
})
