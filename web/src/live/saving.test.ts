import { expect, test } from 'vitest'
import { saveState, saveWords, wouldLose } from './saving'

const rest = { isLive: true, unstored: 0, isKept: true, failure: null }

test.each([
  [rest, 'All changes saved'],
  [{ ...rest, unstored: 2 }, 'Saving…'],
  [{ ...rest, isLive: false }, 'Offline'],
  [{ ...rest, isLive: false, unstored: 1 }, 'Offline — 1 change kept in this browser'],
  [{ ...rest, isLive: false, unstored: 3 }, 'Offline — 3 changes kept in this browser'],
  [{ ...rest, isLive: false, unstored: 3, isKept: false }, 'Offline — 3 changes not saved yet'],
  [{ ...rest, failure: 'The disk is full.' }, 'Could not save the file'],
])('%j reads "%s"', (facts, words) => {
  expect(saveWords(saveState(facts))).toBe(words)
})

test('closing the tab loses only what is neither on the server nor in the browser', () => {
  expect(wouldLose({ ...rest, unstored: 1 })).toBe(false)
  expect(wouldLose({ ...rest, unstored: 1, isKept: false })).toBe(true)
  expect(wouldLose({ ...rest, isKept: false })).toBe(false)
})
