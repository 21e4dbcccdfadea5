/** Everything that belongs to one open notebook, built in one place. */
import { Awareness } from 'y-protocols/awareness'
import { newId } from '../base/ids'
import { notebookPath, readNotebook, renameNotebook, withEnding } from '../base/notebooks'
import { messageOf, ServerProblem } from '../base/problem'
import { createStore } from '../base/store'
import type { Me, PageRequest, ServerMessage } from '../contract/messages'
import { NotebookDocument } from '../document/notebook'
import type { Toasts } from '../kit/toasts'
import { EditLedger } from '../live/ledger'
import { LocalCopy } from '../live/localCopy'
import { presenceOf } from '../base/presence'
import { Room, type ClosedReason } from '../live/room'
import { saveState, wouldLose, type SaveFacts, type SaveState } from '../live/saving'
import { keepRescued } from '../live/rescue'
import { Payloads } from '../outputs/payloads'
import { RunBook } from '../runs/runBook'
import { NotebookView } from './view'

export class NotebookSession {
  readonly id: string
  readonly me: Me
  readonly toasts: Toasts
  readonly notebook = new NotebookDocument()
  readonly awareness = new Awareness(this.notebook.doc)
  readonly runs = new RunBook()
  readonly view = new NotebookView()
  readonly payloads: Payloads
  readonly title = createStore('')
  readonly saving = createStore<SaveState>({ kind: 'saved' })
  /** Why the notebook can not be shown; null while it can. */
  readonly closed = createStore<{ reason: ClosedReason; message: string } | null>(null)
  /** Whether there is a document to show: the server's, or the copy in this browser. */
  readonly isLoaded = createStore(false)
  /** The connection, once the copy in this browser has been looked at. */
  readonly room = createStore<Room | null>(null)
  /** The server was replaced by another version while this page was open. */
  readonly isOutdated = createStore(false)
  private readonly local: LocalCopy
  private ledger = new EditLedger()
  private version: string | null = null
  private failure: string | null = null
  private isDisposed = false

  constructor(id: string, me: Me, toasts: Toasts) {
    this.id = id
    this.me = me
    this.toasts = toasts
    this.payloads = new Payloads(id)
    this.local = new LocalCopy(id, () => this.showSaving())
    this.awareness.setLocalStateField('user', presenceOf(me, this.notebook.doc.clientID))
  }

  /** Shows this browser's copy if there is one, then connects. Called once. */
  async open(): Promise<void> {
    addEventListener('beforeunload', this.onUnload)
    const record = this.local.record()
    if (record) {
      this.ledger = new EditLedger(record.unstored)
      await this.local.open(this.notebook.doc, record.generation)
      if (this.notebook.order.get().length > 0) this.isLoaded.set(true)
    }
    if (this.isDisposed) return
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const room = new Room({
      url: `${scheme}://${location.host}${notebookPath(this.id)}/live`,
      doc: this.notebook.doc,
      awareness: this.awareness,
      ledger: this.ledger,
      generation: record?.generation ?? null,
      onMessage: (message) => this.receive(message),
      onProgress: () => this.showSaving(),
      diagnose: () => this.diagnose(),
    })
    room.state.subscribe(() => void this.followRoom(room))
    this.room.set(room)
    this.showSaving()
  }

  /** Runs these cells in this order; while the server is away the request waits for it. */
  async run(cells: readonly string[]): Promise<void> {
    const runs = cells.map((cell) => ({ run: newId(20), cell }))
    if (runs.length === 0) return
    this.runs.request(runs)
    try {
      await this.request({ kind: 'run', runs })
      this.runs.answered(runs, true)
    } catch (error) {
      this.runs.answered(runs, false)
      this.toasts.fail(messageOf(error))
    }
  }

  /** Asks the server; a failure is shown. Returns whether it was done. */
  async ask(request: PageRequest): Promise<boolean> {
    try {
      await this.request(request)
      return true
    } catch (error) {
      this.toasts.fail(messageOf(error))
      return false
    }
  }

  async rename(title: string): Promise<void> {
    const before = this.title.get()
    const wanted = withEnding(title)
    if (wanted === '' || wanted === before) return
    this.title.set(wanted)
    try {
      this.title.set((await renameNotebook(this.id, wanted)).title)
    } catch (error) {
      this.title.set(before)
      this.toasts.fail(messageOf(error))
    }
  }

  async dispose(): Promise<void> {
    this.isDisposed = true
    removeEventListener('beforeunload', this.onUnload)
    this.room.get()?.close()
    await this.local.close()
    this.awareness.destroy()
    this.notebook.destroy()
  }

  private request(request: PageRequest): Promise<void> {
    const room = this.room.get()
    if (room) return room.request(request)
    return new Promise((resolve, reject) => {
      const stop = this.room.subscribe(() => {
        stop()
        this.request(request).then(resolve, reject)
      })
    })
  }

  private receive(message: ServerMessage): void {
    if (message.kind === 'hello') {
      this.title.set(message.title)
      this.version ??= message.version
      this.isOutdated.set(this.version !== message.version)
      void this.local.open(this.notebook.doc, message.generation)
    } else if (message.kind === 'renamed') {
      this.title.set(message.title)
    } else if (message.kind === 'save_failed') {
      this.failure = message.message
    } else if (message.kind === 'saved') {
      this.failure = null
    }
    this.runs.receive(message)
  }

  private async followRoom(room: Room): Promise<void> {
    const state = room.state.get()
    if (state.kind === 'live') {
      this.runs.caughtUp()
      this.isLoaded.set(true)
    }
    if (state.kind === 'closed') {
      if (state.reason === 'replaced') return this.startOver()
      this.closed.set(state)
    }
    this.showSaving()
  }

  /** The server has another document under this id: what it lacks is offered as text after a reload. */
  private async startOver(): Promise<void> {
    if (this.ledger.unstored > 0) keepRescued(this.id, this.notebook.asText())
    await this.local.drop()
    removeEventListener('beforeunload', this.onUnload)
    location.reload()
  }

  private async diagnose(): Promise<ClosedReason | null> {
    try {
      await readNotebook(this.id)
      return null
    } catch (error) {
      const code = error instanceof ServerProblem ? error.code : ''
      if (code === 'not_signed_in') return 'signed_out'
      return code === 'http_404' || code.endsWith('not_found') || code.startsWith('no_such') ? 'missing' : null
    }
  }

  private facts(): SaveFacts {
    return {
      isLive: this.room.get()?.state.get().kind !== 'away',
      unstored: this.ledger.unstored,
      isKept: this.local.isKept,
      failure: this.failure,
    }
  }

  private showSaving(): void {
    const next = saveState(this.facts())
    this.local.note(this.ledger.unstored)
    if (JSON.stringify(next) !== JSON.stringify(this.saving.get())) this.saving.set(next)
  }

  private readonly onUnload = (event: BeforeUnloadEvent): void => {
    if (wouldLose(this.facts())) event.preventDefault()
  }
}
