/**
 * The document's copy in this browser, so that text typed while the server is away survives a closed tab.
 *
 * One database a notebook and generation: a document of another generation must never be mixed in.
 */
import { IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'

interface LocalRecord {
  generation: string
  /** Edits that the server had not stored when this was written. */
  unstored: number
}

const LOAD_MS = 1_500

export class LocalCopy {
  readonly notebook: string
  /** Whether every edit made so far is in the browser's storage. */
  isKept = false
  private generation: string | null = null
  private database: IndexeddbPersistence | null = null
  private doc: Y.Doc | null = null
  private writes = 0
  private readonly onChange: () => void

  constructor(notebook: string, onChange: () => void) {
    this.notebook = notebook
    this.onChange = onChange
  }

  /** What an earlier page left here, or null. */
  record(): LocalRecord | null {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(this.key) ?? 'null')
      if (typeof value !== 'object' || value === null) return null
      if (!('generation' in value) || typeof value.generation !== 'string') return null
      return { generation: value.generation, unstored: 'unstored' in value ? Number(value.unstored) || 0 : 0 }
    } catch {
      return null
    }
  }

  /** Loads the copy of this generation into `doc` and keeps it up to date from now on. */
  async open(doc: Y.Doc, generation: string): Promise<void> {
    if (this.database !== null) return
    this.generation = generation
    this.doc = doc
    try {
      this.database = new IndexeddbPersistence(this.databaseName(generation), doc)
    } catch {
      return // A browser without IndexedDB: the server alone keeps the text, and closing a tab warns.
    }
    doc.on('update', this.onUpdate)
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LOAD_MS)))
    await Promise.race([this.database.whenSynced.then(() => this.checkKept()), late])
    clearTimeout(timer)
  }

  /** Remembers how many edits the server lacks. */
  note(unstored: number): void {
    if (this.generation === null) return
    const record: LocalRecord = { generation: this.generation, unstored }
    try {
      localStorage.setItem(this.key, JSON.stringify(record))
    } catch {
      // Storage is full or forbidden; `isKept` stays false where the document can not be kept either.
    }
  }

  /** Forgets the copy. */
  async drop(): Promise<void> {
    const generation = this.generation ?? this.record()?.generation
    await this.close()
    localStorage.removeItem(this.key)
    if (generation !== undefined) indexedDB.deleteDatabase(this.databaseName(generation))
  }

  async close(): Promise<void> {
    this.doc?.off('update', this.onUpdate)
    const database = this.database
    this.database = null
    await database?.destroy()
  }

  private readonly onUpdate = (_edit: Uint8Array, origin: unknown): void => {
    if (origin !== this.database) this.checkKept()
  }

  /** A transaction behind the pending writes ends when they are on disk. */
  private checkKept(): void {
    const db = this.database?.db
    const write = ++this.writes
    this.setKept(false)
    if (!db) return
    const transaction = db.transaction(['updates'], 'readonly')
    transaction.oncomplete = () => {
      if (write === this.writes) this.setKept(true)
    }
    transaction.objectStore('updates').count()
  }

  private setKept(isKept: boolean): void {
    if (isKept === this.isKept) return
    this.isKept = isKept
    this.onChange()
  }

  private get key(): string {
    return `ownlab.local.${this.notebook}`
  }

  private databaseName(generation: string): string {
    return `ownlab-${this.notebook}-${generation}`
  }
}
