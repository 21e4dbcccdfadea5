/** The binary frames of a room: y-protocols' sync and awareness, and JSON behind the byte 100. */
import { createDecoder, readVarUint, readVarUint8Array, type Decoder } from 'lib0/decoding'
import { createEncoder, length, toUint8Array, writeVarUint, writeVarUint8Array, type Encoder } from 'lib0/encoding'
import { applyAwarenessUpdate, encodeAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import {
  messageYjsSyncStep1,
  messageYjsSyncStep2,
  readSyncMessage,
  writeSyncStep1,
  writeUpdate,
} from 'y-protocols/sync'
import type * as Y from 'yjs'
import type { ServerMessage } from '../contract/messages'

const SYNC = 0
const AWARENESS = 1
const JSON_FRAME = 100

export type Frame = Uint8Array<ArrayBuffer>

export type Received =
  | { kind: 'asked'; answer: Frame }
  | { kind: 'answered' }
  | { kind: 'edited' }
  | { kind: 'awareness' }
  | { kind: 'message'; message: ServerMessage }
  | { kind: 'unknown' }

/** Asks for what the other side has and `doc` lacks. */
export function askFrame(doc: Y.Doc): Frame {
  return frame(SYNC, (encoder) => writeSyncStep1(encoder, doc))
}

export function editFrame(edit: Uint8Array): Frame {
  return frame(SYNC, (encoder) => writeUpdate(encoder, edit))
}

export function awarenessFrame(awareness: Awareness, clients: number[]): Frame {
  return frame(AWARENESS, (encoder) => writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, clients)))
}

export function jsonFrame(message: object): Frame {
  const text = new TextEncoder().encode(JSON.stringify(message))
  const bytes = new Uint8Array(text.length + 1)
  bytes[0] = JSON_FRAME
  bytes.set(text, 1)
  return bytes
}

/** Applies a frame to the document or the awareness, with `origin`, and tells what it was. */
export function receive(bytes: Uint8Array, doc: Y.Doc, awareness: Awareness, origin: unknown): Received {
  if (bytes[0] === JSON_FRAME) return readMessage(bytes.subarray(1))
  const decoder = createDecoder(bytes)
  switch (readVarUint(decoder)) {
    case SYNC:
      return receiveSync(decoder, doc, origin)
    case AWARENESS:
      applyAwarenessUpdate(awareness, readVarUint8Array(decoder), origin)
      return { kind: 'awareness' }
    default:
      return { kind: 'unknown' }
  }
}

function receiveSync(decoder: Decoder, doc: Y.Doc, origin: unknown): Received {
  const encoder = createEncoder()
  writeVarUint(encoder, SYNC)
  const type = readSyncMessage(decoder, encoder, doc, origin)
  if (type === messageYjsSyncStep1) return { kind: 'asked', answer: bytesOf(encoder) }
  return { kind: type === messageYjsSyncStep2 ? 'answered' : 'edited' }
}

function readMessage(bytes: Uint8Array): Received {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
  const isMessage = typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string'
  // The shape behind `kind` is the contract's word, generated and checked on both sides.
  return isMessage ? { kind: 'message', message: value as ServerMessage } : { kind: 'unknown' }
}

function frame(type: number, write: (encoder: Encoder) => void): Frame {
  const encoder = createEncoder()
  writeVarUint(encoder, type)
  write(encoder)
  return bytesOf(encoder)
}

function bytesOf(encoder: Encoder): Frame {
  const bytes = new Uint8Array(length(encoder))
  bytes.set(toUint8Array(encoder))
  return bytes
}
