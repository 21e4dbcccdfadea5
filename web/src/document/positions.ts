/**
 * Position keys: strings between any two of which there is another one.
 *
 * Base 62 fractions after an imagined "0.", digits in ASCII order, never ending in "0". Comparing them as plain
 * strings gives the order of the cells; two people who insert at the same time never disturb each other.
 */

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const KEY = /^[0-9A-Za-z]*[1-9A-Za-z]$/

/**
 * A key that sorts after `low` and before `high`; null stands for the start and the end.
 *
 * Throws RangeError where none exists, or where one of the two is no key.
 */
export function between(low: string | null, high: string | null): string {
  for (const key of [low, high]) {
    if (key !== null && !KEY.test(key)) throw new RangeError(`"${key}" is no position key`)
  }
  if (low !== null && high !== null && low >= high) throw new RangeError(`no key fits between ${low} and ${high}`)
  return middle(low ?? '', high)
}

/** `count` ascending keys between `low` and `high`. */
export function spread(low: string | null, high: string | null, count: number): string[] {
  const keys: string[] = []
  let last = low
  for (let made = 0; made < count; made++) {
    last = between(last, high)
    keys.push(last)
  }
  return keys
}

function middle(low: string, high: string | null): string {
  if (high !== null) {
    let shared = 0
    while ((low[shared] ?? '0') === high[shared]) shared++
    if (shared > 0) return high.slice(0, shared) + middle(low.slice(shared), high.slice(shared))
  }
  const first = low === '' ? 0 : digit(low, 0)
  const limit = high === null ? DIGITS.length : digit(high, 0)
  if (limit - first > 1) return character(high === null && low !== '' ? first + 1 : Math.round((first + limit) / 2))
  // The first digits are neighbours: a shorter high alone lies between, else go one digit deeper.
  if (high !== null && high.length > 1) return high.slice(0, 1)
  return character(first) + middle(low.slice(1), null)
}

function digit(key: string, index: number): number {
  return DIGITS.indexOf(key.charAt(index))
}

function character(value: number): string {
  return DIGITS.charAt(value)
}
