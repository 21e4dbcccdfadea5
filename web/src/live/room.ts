/**
 * The connection to a notebook's room: one WebSocket for edits, presence, requests and events.
 *
 * It comes back by itself. Order on the socket is the order of effect: edits leave before the request that follows
 * them, and after a reconnect everything typed meanwhile leaves before any request is repeated.
 */
import { removeAwarenessStates, type Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { createStore } from '../base/store'
import type { PageRequest, ServerMessage } from '../contract/messages'
import { askFrame, awarenessFrame, editFrame, jsonFrame, receive, type Frame } from './frames'
import { EditLedger } from './ledger'
import { Pauses } from './pauses'
import { isRepeatable, lost, Requests } from './requests'

export type ClosedReason = 'signed_out' | 'missing' | 'replaced' | 'refused'

export type RoomState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'away' }
  | { kind: 'closed'; reason: ClosedReason; message: string }

export interface RoomOptions {
  url: string
  doc: Y.Doc
  awareness: Awareness
  ledger: EditLedger
  /** The generation of `doc` when it holds something from before. */
  generation: string | null
  onMessage: (message: ServerMessage) => void
  /** The ledger or what waits to be sent changed. */
  onProgress: () => void
  /** A connection failed before it stood: finds out why, where the reason is not the network. */
  diagnose: () => Promise<ClosedReason | null>
  openSocket?: (url: string) => WebSocket
}

const CLOSE_REASONS: Partial<Record<number, ClosedReason>> = {
  4401: 'signed_out',
  4404: 'missing',
  4409: 'replaced',
  4422: 'refused',
}
const GREETING_MS = 10_000
const STALLED_MS = 25_000
/** A server that said nothing for this long is asked something, and given the second time to answer. */
const QUIET_MS = 12_000
const SILENT_MS = 8_000

export class Room {
  readonly state = createStore<RoomState>({ kind: 'connecting' })
  private readonly options: RoomOptions
  private readonly requests = new Requests()
  private socket: WebSocket | null = null
  private generation: string | null
  /** Whether everything this page holds has been sent on the present connection. */
  private isReady = false
  private isLeft = false
  private edits: Uint8Array[] = []
  private readonly pauses = new Pauses()
  private watchdog: ReturnType<typeof setTimeout> | undefined
  private listening: ReturnType<typeof setTimeout> | undefined

  constructor(options: RoomOptions) {
    this.options = options
    this.generation = options.generation
    options.doc.on('update', this.onEdit)
    options.awareness.on('update', this.onAwareness)
    addEventListener('online', this.retryNow)
    addEventListener('pagehide', this.sayGoodbye)
    this.connect()
  }

  /** Sends a request behind all edits made so far; resolves with the reply, rejects with the server's problem. */
  request(request: PageRequest): Promise<void> {
    if (!this.isReady && (!isRepeatable(request) || this.state.get().kind === 'closed')) return Promise.reject(lost())
    const { done } = this.requests.add(request)
    this.flush()
    return done
  }

  /** Tries to connect at once instead of at the end of the pause. */
  readonly retryNow = (): void => {
    if (this.socket !== null || this.isLeft || this.state.get().kind === 'closed') return
    this.pauses.reset()
    this.connect()
  }

  close(): void {
    this.isLeft = true
    this.options.doc.off('update', this.onEdit)
    this.options.awareness.off('update', this.onAwareness)
    removeEventListener('online', this.retryNow)
    removeEventListener('pagehide', this.sayGoodbye)
    this.sayGoodbye()
    this.leave()
    this.requests.close()
  }

  /** Without this the others would see the cursor for half a minute more. */
  private readonly sayGoodbye = (): void => {
    const { awareness, doc } = this.options
    removeAwarenessStates(awareness, [doc.clientID], this)
    if (this.isReady) this.send(awarenessFrame(awareness, [doc.clientID]))
  }

  private connect(): void {
    this.pauses.cancel()
    const { url, openSocket } = this.options
    const address = this.generation === null ? url : `${url}?generation=${encodeURIComponent(this.generation)}`
    const socket = openSocket ? openSocket(address) : new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    let isGreeted = false
    this.watch(GREETING_MS)
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (socket !== this.socket || !(data instanceof ArrayBuffer)) return
      isGreeted = true
      this.onFrame(new Uint8Array(data))
    }
    socket.onclose = ({ code, reason }) => {
      if (socket === this.socket) void this.onClose(code, isGreeted, reason)
    }
  }

  private onFrame(bytes: Uint8Array): void {
    this.listen()
    const received = receive(bytes, this.options.doc, this.options.awareness, this)
    if (received.kind === 'asked') {
      // The answer holds every edit made so far, also those made while the server was away.
      this.edits = []
      this.send(received.answer)
      this.options.ledger.sent()
      this.isReady = true
      this.flush()
    } else if (received.kind === 'answered') {
      this.pauses.reset()
      if (this.state.get().kind !== 'live') this.state.set({ kind: 'live' })
    } else if (received.kind === 'message') {
      this.onMessage(received.message)
    }
  }

  private onMessage(message: ServerMessage): void {
    if (message.kind === 'hello') {
      if (this.generation !== null && this.generation !== message.generation) return this.end('replaced')
      this.generation = message.generation
      this.send(askFrame(this.options.doc))
      if (this.options.awareness.getLocalState() !== null) {
        this.send(awarenessFrame(this.options.awareness, [this.options.doc.clientID]))
      }
    } else if (message.kind === 'stored') {
      this.options.ledger.acknowledged(message.frames)
    } else if (message.kind === 'reply') {
      this.requests.replied(message.id, message.problem)
    }
    this.rest()
    this.options.onMessage(message)
    this.options.onProgress()
  }

  private async onClose(code: number, wasGreeted: boolean, message = ''): Promise<void> {
    this.leave()
    let reason = CLOSE_REASONS[code] ?? null
    if (reason === null) {
      this.requests.disconnected()
      this.options.ledger.disconnected()
      this.state.set({ kind: 'away' })
      this.options.onProgress()
      if (!wasGreeted) reason = await this.options.diagnose()
    }
    if (this.isLeft) return
    if (reason === null) this.pauses.wait(() => this.connect())
    else this.end(reason, message)
  }

  private readonly onEdit = (edit: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    if (origin === this || !transaction.local) return
    this.options.ledger.edited()
    if (this.isReady) {
      if (this.edits.length === 0) queueMicrotask(() => this.flush())
      this.edits.push(edit)
    }
    this.options.onProgress()
  }

  private readonly onAwareness = (
    changes: Record<'added' | 'updated' | 'removed', number[]>,
    origin: unknown,
  ): void => {
    if (origin === this || !this.isReady) return
    const clients = [...changes.added, ...changes.updated, ...changes.removed]
    this.send(awarenessFrame(this.options.awareness, clients))
  }

  /** Sends the edits made since the last frame, then the requests that wait. */
  private flush(): void {
    if (!this.isReady) return
    const edits = this.edits
    this.edits = []
    const [first] = edits
    if (first !== undefined) {
      this.send(editFrame(edits.length === 1 ? first : Y.mergeUpdates(edits)))
      this.options.ledger.sent()
    }
    for (const request of this.requests.unsent()) {
      this.send(jsonFrame(request))
      this.requests.sent(request.id)
    }
    this.rest()
  }

  private send(frame: Frame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(frame)
  }

  /** A half-open connection never closes by itself: edits that are not acknowledged for long end it. */
  private rest(): void {
    if (this.options.ledger.unstored === 0) clearTimeout(this.watchdog)
    else this.watch(STALLED_MS)
  }

  private watch(ms: number): void {
    clearTimeout(this.watchdog)
    this.watchdog = setTimeout(() => {
      if (this.socket !== null) void this.onClose(0, true)
    }, ms)
  }

  /** Outputs may be all that travels: a connection that went silent is told from a quiet one by asking. */
  private listen(): void {
    clearTimeout(this.listening)
    this.listening = setTimeout(() => {
      this.listening = setTimeout(() => {
        if (this.socket !== null) void this.onClose(0, true)
      }, SILENT_MS)
      this.send(askFrame(this.options.doc))
    }, QUIET_MS)
  }

  private end(reason: ClosedReason, message = ''): void {
    this.leave()
    this.requests.close()
    this.state.set({ kind: 'closed', reason, message })
  }

  private leave(): void {
    clearTimeout(this.watchdog)
    clearTimeout(this.listening)
    this.pauses.cancel()
    this.isReady = false
    const socket = this.socket
    this.socket = null
    socket?.close()
  }
}
