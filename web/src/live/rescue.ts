/** Unsent text of a document that the server has replaced, kept over the reload so that it can be offered. */

export function keepRescued(notebook: string, text: string): void {
  sessionStorage.setItem(key(notebook), text)
}

export function readRescued(notebook: string): string | null {
  return sessionStorage.getItem(key(notebook))
}

export function forgetRescued(notebook: string): void {
  sessionStorage.removeItem(key(notebook))
}

function key(notebook: string): string {
  return `ownlab.rescued.${notebook}`
}
