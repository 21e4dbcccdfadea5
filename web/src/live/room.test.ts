// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { ServerMessage } from '../contract/messages'
import { askFrame, jsonFrame, receive } from './frames'
import { EditLedger } from './ledger'
import { Room, type ClosedReason } from './room'

/** The server's end of one connection, with the server's document. */
class FakeSocket extends EventTarget {
  static all: FakeSocket[] = []
  readonly url: string
  binaryType = 'blob'
  readyState: number = WebSocket.OPEN
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  /** What the page sent, in its order: "edit", "ask", or the kind of a message. */
  readonly heard: string[] = []
  readonly requests: { id: number; kind: string; runs?: { run: string; cell: string }[] }[] = []

  constructor(url: string) {
    super()
    this.url = url
    FakeSocket.all.push(this)
  }

  send(bytes: Uint8Array): void {
    if (bytes[0] === 100) {
      const request = JSON.parse(new TextDecoder().decode(bytes.subarray(1))) as FakeSocket['requests'][number]
      this.heard.push(request.kind)
      this.requests.push(request)
      return
    }
    if (bytes[0] !== 0) return
    const received = receive(bytes, server, new Awareness(server), 'page')
    this.heard.push(received.kind === 'asked' ? 'ask' : 'edit')
    if (received.kind === 'asked') this.tell(received.answer)
  }

  close(): void {
    this.readyState = WebSocket.CLOSED
  }

  tell(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer })
  }

  say(message: object): void {
    this.tell(jsonFrame(message))
  }

  greet(generation = 'g1'): void {
    this.say({ kind: 'hello', generation, client: 'c', title: 'T.ipynb', version: '1' })
    this.tell(askFrame(server))
  }

  drop(code = 1006): void {
    this.readyState = WebSocket.CLOSED
    this.onclose?.({ code, reason: 'why' })
  }
}

let server: Y.Doc
let page: Y.Doc
let ledger: EditLedger
let room: Room
let messages: ServerMessage[]
let diagnosis: ClosedReason | null

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  server = new Y.Doc()
  page = new Y.Doc()
  ledger = new EditLedger()
  messages = []
  diagnosis = null
  room = new Room({
    url: 'ws://lab/live',
    doc: page,
    awareness: new Awareness(page),
    ledger,
    generation: null,
    onMessage: (message) => messages.push(message),
    onProgress: () => undefined,
    diagnose: () => Promise.resolve(diagnosis),
    openSocket: (url) => new FakeSocket(url) as unknown as WebSocket,
  })
})

afterEach(() => {
  room.close()
  vi.useRealTimers()
})

function socket(): FakeSocket {
  const last = FakeSocket.all.at(-1)
  if (!last) throw new Error('no connection was made')
  return last
}

const text = (doc: Y.Doc): string => doc.getText('t').toJSON()
const type = (words: string): void => page.getText('t').insert(page.getText('t').length, words)

async function reconnect(): Promise<void> {
  const before = FakeSocket.all.length
  await vi.advanceTimersByTimeAsync(5_000)
  expect(FakeSocket.all.length).toBeGreaterThan(before)
}

test('both documents are equal after the greeting, and the page is live', () => {
  server.getText('t').insert(0, 'from the server')
  socket().greet()
  expect(text(page)).toBe('from the server')
  expect(room.state.get()).toEqual({ kind: 'live' })
})

test('an edit leaves before the request that follows it', async () => {
  socket().greet()
  type('1+1')
  void room.request({ kind: 'run', runs: [{ run: 'r1', cell: 'c' }] })
  expect(socket().heard).toEqual(['ask', 'edit', 'edit', 'run'])
  expect(text(server)).toBe('1+1')
  await vi.advanceTimersByTimeAsync(0)
  expect(socket().heard).toEqual(['ask', 'edit', 'edit', 'run'])
})

test('edits of one moment travel as one frame, and are acknowledged', async () => {
  socket().greet()
  type('a')
  type('b')
  await vi.advanceTimersByTimeAsync(0)
  expect(socket().heard).toEqual(['ask', 'edit', 'edit'])
  expect(ledger.unstored).toBe(2)
  socket().say({ kind: 'stored', frames: 2 })
  expect(ledger.unstored).toBe(0)
})

test('text typed while the server is away arrives after it is back, with the generation asked for', async () => {
  socket().greet()
  socket().drop()
  expect(room.state.get()).toEqual({ kind: 'away' })
  type('typed offline')
  expect(ledger.unstored).toBe(1)
  await reconnect()
  expect(socket().url).toBe('ws://lab/live?generation=g1')
  socket().greet()
  expect(text(server)).toBe('typed offline')
  socket().say({ kind: 'stored', frames: 1 })
  expect(ledger.unstored).toBe(0)
})

test('an unanswered run is sent again with the same run id, behind the edits', async () => {
  socket().greet()
  type('x')
  const done = room.request({ kind: 'run', runs: [{ run: 'r1', cell: 'c' }] })
  socket().drop()
  type('y')
  await reconnect()
  socket().greet()
  expect(socket().heard).toEqual(['ask', 'edit', 'run'])
  expect(socket().requests[0]?.runs).toEqual([{ run: 'r1', cell: 'c' }])
  socket().say({ kind: 'reply', id: socket().requests[0]?.id, problem: null })
  await expect(done).resolves.toBeUndefined()
  socket().drop()
  await reconnect()
  socket().greet()
  expect(socket().requests).toEqual([])
})

test('a run asked for while the server is away waits for it; an interrupt fails at once', async () => {
  socket().greet()
  socket().drop()
  void room.request({ kind: 'run', runs: [{ run: 'r1', cell: 'c' }] })
  await expect(room.request({ kind: 'interrupt' })).rejects.toThrow('can not be reached')
  await reconnect()
  socket().greet()
  expect(socket().heard.at(-1)).toBe('run')
})

test('a refusal carries the sentence of the server', async () => {
  socket().greet()
  const done = room.request({ kind: 'connect' })
  const problem = { code: 'unavailable', message: 'The disk is full.', fields: {} }
  socket().say({ kind: 'reply', id: socket().requests[0]?.id, problem })
  await expect(done).rejects.toThrow('The disk is full.')
})

test.each([
  [4401, 'signed_out'],
  [4404, 'missing'],
  [4409, 'replaced'],
  [4422, 'refused'],
])('close code %d ends with "%s" and no further attempt', async (code, reason) => {
  socket().greet()
  socket().drop(code)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(room.state.get()).toEqual({ kind: 'closed', reason, message: 'why' })
  expect(FakeSocket.all).toHaveLength(1)
})

test('a greeting of another generation ends the room before anything is mixed', async () => {
  type('mine')
  socket().greet('g1')
  socket().drop()
  await reconnect()
  server = new Y.Doc()
  socket().greet('g2')
  expect(room.state.get()).toEqual({ kind: 'closed', reason: 'replaced', message: '' })
  expect(text(server)).toBe('')
})

test('a connection that never stood is looked into', async () => {
  diagnosis = 'signed_out'
  socket().drop()
  await vi.advanceTimersByTimeAsync(0)
  expect(room.state.get()).toEqual({ kind: 'closed', reason: 'signed_out', message: 'why' })
})

test('a connection that acknowledges nothing any more is given up', async () => {
  socket().greet()
  type('x')
  await vi.advanceTimersByTimeAsync(26_000)
  expect(FakeSocket.all).toHaveLength(2)
})

test('a connection that went silent is given up, a quiet one is not', async () => {
  socket().greet()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(FakeSocket.all).toHaveLength(1)
  expect(room.state.get()).toEqual({ kind: 'live' })
  socket().send = () => undefined
  await vi.advanceTimersByTimeAsync(20_000)
  expect(room.state.get()).toEqual({ kind: 'away' })
  await reconnect()
})

test('the pauses between attempts stay short', async () => {
  socket().greet()
  for (let attempt = 0; attempt < 12; attempt++) {
    socket().drop()
    await reconnect()
  }
  expect(FakeSocket.all).toHaveLength(13)
})
