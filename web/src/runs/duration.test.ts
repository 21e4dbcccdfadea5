import { expect, test } from 'vitest'
import { agoWords, durationWords, elapsedWords } from './duration'

test.each([
  [0, '0.0s'],
  [150, '0.1s'],
  [9_900, '9.9s'],
  [9_960, '10s'],
  [12_400, '12s'],
  [65_000, '1m 5s'],
  [7_380_000, '2h 3m'],
  [-5, '0.0s'],
])('%d ms took %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words)
})

test.each([
  [900, '0s'],
  [59_900, '59s'],
  [61_000, '1m 1s'],
])('after %d ms a running cell shows %s', (ms, words) => {
  expect(elapsedWords(ms)).toBe(words)
})

test.each([
  ['2026-11-20T11:59:40', 'just now'],
  ['2026-11-20T11:59:00', '1 minute ago'],
  ['2026-11-20T09:00:00', '3 hours ago'],
  ['2026-11-19T09:00:00', 'yesterday'],
  ['2026-11-17T09:00:00', '3 days ago'],
])('%s was %s', (then, words) => {
  expect(agoWords(new Date(then), new Date('2026-11-20T12:00:00'))).toBe(words)
})
