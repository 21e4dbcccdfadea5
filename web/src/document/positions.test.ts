import { expect, test } from 'vitest'
import vectors from '../../../contract/positions.json'
import { between, spread } from './positions'

test.each(vectors.between)('a key fits between $a and $b', ({ a, b }) => {
  const key = between(a, b)
  expect((a === null || key > a) && (b === null || key < b)).toBe(true)
  expect(key).toMatch(/^[0-9A-Za-z]*[1-9A-Za-z]$/)
})

test.each(vectors.refused)('nothing fits between $a and $b', ({ a, b }) => {
  expect(() => between(a, b)).toThrow(RangeError)
})

test('the first key lies in the middle', () => {
  expect(between(null, null)).toBe('V')
})

test('appending ten thousand cells keeps keys short and in order', () => {
  let last: string | null = null
  for (let count = 0; count < 10_000; count++) {
    const key = between(last, null)
    if (last !== null && key <= last) throw new Error(`${key} after ${last}`)
    last = key
  }
  expect(last?.length).toBeLessThan(400)
})

test('keys put anywhere stay ordered and never end in 0', () => {
  const keys: string[] = []
  let seed = 20_261_120
  for (let count = 0; count < 3_000; count++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    const at = seed % (keys.length + 1)
    keys.splice(at, 0, between(keys[at - 1] ?? null, keys[at] ?? null))
  }
  expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)))
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys.filter((key) => key.endsWith('0'))).toEqual([])
})

test('several keys at once ascend between their limits', () => {
  const keys = spread('A', 'B', 5)
  expect(keys).toEqual([...keys].sort())
  expect(keys.every((key) => key > 'A' && key < 'B')).toBe(true)
})
