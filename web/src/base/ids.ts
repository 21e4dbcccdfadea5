/** Random names. */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Letters and digits; 12 of them carry 71 bits. */
export function newId(length: number): string {
  let id = ''
  while (id.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      // 248 = 4 * 62: dropping the rest keeps every letter equally likely.
      if (byte < 248 && id.length < length) id += ALPHABET.charAt(byte % 62)
    }
  }
  return id
}
