/** Payloads that outputs refer to instead of carrying them. A payload never changes: it is fetched once. */
import { blobPath } from '../base/notebooks'
import { KeyedStore } from '../base/keyed'
import type { BlobRef } from '../contract/messages'
import { isActiveHtml } from './bundles'

const MOST_KEPT = 64
/** Longer HTML is taken for active without looking: tables are shorter, plotting libraries are not. */
const MOST_INSPECTED_BYTES = 2_000_000

export class Payloads {
  /** By blob: whether this HTML must go to the frame; absent until that is known. */
  readonly activeHtml = new KeyedStore<boolean>()
  private readonly notebook: string
  private readonly kept = new Map<string, Promise<Blob>>()

  constructor(notebook: string) {
    this.notebook = notebook
  }

  url(ref: BlobRef, mime: string): string {
    return blobPath(this.notebook, ref.blob, mime)
  }

  /** Rejects where it can not be fetched; the next call tries again. */
  blob(ref: BlobRef, mime: string): Promise<Blob> {
    const known = this.kept.get(ref.blob)
    if (known) return known
    const fetched = fetchBlob(this.url(ref, mime), mime).catch((error: unknown) => {
      this.kept.delete(ref.blob)
      throw error
    })
    this.kept.set(ref.blob, fetched)
    const oldest = this.kept.keys().next().value
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest)
    return fetched
  }

  async text(ref: BlobRef, mime: string): Promise<string> {
    return (await this.blob(ref, mime)).text()
  }

  /** Finds out whether this HTML is active. */
  async inspect(ref: BlobRef): Promise<void> {
    if (this.activeHtml.get(ref.blob) !== undefined) return
    const isLong = ref.bytes > MOST_INSPECTED_BYTES
    try {
      this.activeHtml.set(ref.blob, isLong || isActiveHtml(await this.text(ref, 'text/html')))
    } catch {
      this.activeHtml.set(ref.blob, false) // Its place in the page says that it could not be loaded.
    }
  }
}

async function fetchBlob(url: string, mime: string): Promise<Blob> {
  const response = await fetch(url, { credentials: 'same-origin' })
  if (!response.ok) throw new Error('This output could not be loaded. Reload the page to try again.')
  return new Blob([await response.arrayBuffer()], { type: mime })
}
