import { expect, test } from 'vitest'
import { EditLedger } from './ledger'

test('an edit counts as unstored until its frame is acknowledged', () => {
  const ledger = new EditLedger()
  ledger.edited()
  ledger.edited()
  ledger.sent()
  ledger.edited()
  ledger.sent()
  expect(ledger.unstored).toBe(3)
  ledger.acknowledged(1)
  expect(ledger.unstored).toBe(1)
  ledger.acknowledged(2)
  expect(ledger.unstored).toBe(0)
})

test('a lost connection takes back what was not acknowledged', () => {
  const ledger = new EditLedger()
  ledger.edited()
  ledger.sent()
  ledger.disconnected()
  ledger.edited()
  expect(ledger.unstored).toBe(2)
  ledger.sent()
  ledger.acknowledged(1)
  expect(ledger.unstored).toBe(0)
})

test('edits of an earlier page are stored with the first frame', () => {
  const ledger = new EditLedger(3)
  expect(ledger.unstored).toBe(3)
  ledger.sent()
  ledger.acknowledged(1)
  expect(ledger.unstored).toBe(0)
})
