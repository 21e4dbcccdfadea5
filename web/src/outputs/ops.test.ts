import { expect, test } from 'vitest'
import type { Output } from '../contract/messages'
import { applyOps } from './ops'

const stream = (text: string, tail = ''): Output => ({ type: 'stream', name: 'stdout', text, tail, hidden_bytes: 0 })

test('a new output is put behind the last', () => {
  expect(applyOps([stream('a')], [{ op: 'set', index: 1, output: stream('b') }])).toEqual([stream('a'), stream('b')])
})

test('an output is replaced in place', () => {
  expect(applyOps([stream('a'), stream('b')], [{ op: 'set', index: 0, output: stream('c') }])).toEqual([
    stream('c'),
    stream('b'),
  ])
})

test('text is added and the tail replaced as a whole', () => {
  const after = applyOps(
    [stream('a\n', '10%')],
    [
      { op: 'append', index: 0, text: 'b\n' },
      { op: 'tail', index: 0, tail: '20%', hidden_bytes: 7 },
    ],
  )
  expect(after).toEqual([{ type: 'stream', name: 'stdout', text: 'a\nb\n', tail: '20%', hidden_bytes: 7 }])
})

test('clear removes what came before it and keeps what follows', () => {
  const after = applyOps([stream('old')], [{ op: 'clear' }, { op: 'set', index: 0, output: stream('new') }])
  expect(after).toEqual([stream('new')])
})

test('the list that was there is left as it was, and untouched outputs stay the same objects', () => {
  const before = [stream('a'), stream('b')]
  const after = applyOps(before, [{ op: 'append', index: 1, text: '!' }])
  expect(before).toEqual([stream('a'), stream('b')])
  expect(after[0]).toBe(before[0])
})
