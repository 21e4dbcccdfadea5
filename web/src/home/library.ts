/** The list of notebooks, kept fresh while it is shown. */
import {
  createNotebook,
  deleteNotebook,
  listNotebooks,
  renameNotebook,
  uploadNotebook,
  withEnding,
} from '../base/notebooks'
import { messageOf } from '../base/problem'
import { createStore } from '../base/store'
import type { NotebookItem } from '../contract/messages'
import type { Toasts } from '../kit/toasts'

export type Listing =
  { kind: 'loading' } | { kind: 'ready'; notebooks: readonly NotebookItem[] } | { kind: 'failed'; message: string }

export class Library {
  readonly listing = createStore<Listing>({ kind: 'loading' })
  private readonly toasts: Toasts

  constructor(toasts: Toasts) {
    this.toasts = toasts
  }

  async refresh(): Promise<void> {
    try {
      this.listing.set({ kind: 'ready', notebooks: await listNotebooks() })
    } catch (error) {
      if (this.listing.get().kind !== 'ready') this.listing.set({ kind: 'failed', message: messageOf(error) })
    }
  }

  /** Makes a notebook; null if that failed, which is shown. */
  create(): Promise<NotebookItem | null> {
    return this.attempt(createNotebook())
  }

  /** Uploads each file. Returns the notebook if there was one file. */
  async upload(files: readonly File[]): Promise<NotebookItem | null> {
    const uploaded: (NotebookItem | null)[] = []
    for (const file of files) uploaded.push(await this.attempt(uploadNotebook(file)))
    await this.refresh()
    return files.length === 1 ? (uploaded[0] ?? null) : null
  }

  async rename(id: string, title: string): Promise<void> {
    const wanted = withEnding(title)
    if (wanted !== '') await this.attempt(renameNotebook(id, wanted))
    await this.refresh()
  }

  async delete(id: string): Promise<void> {
    await this.attempt(deleteNotebook(id))
    await this.refresh()
  }

  private async attempt<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work
    } catch (error) {
      this.toasts.fail(messageOf(error))
      return null
    }
  }
}

/** Notebooks whose title holds every word of the search. */
export function matching(notebooks: readonly NotebookItem[], search: string): readonly NotebookItem[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return notebooks.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
}
