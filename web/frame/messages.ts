/** What page and output frame say to each other. After the greeting everything goes through one private port. */
import type { ErrorOutput, StreamOutput, TruncatedOutput } from '../src/contract/messages'
import type { ShownMime } from '../src/outputs/bundles'

/** A bundle of which only the type that is shown travels, fetched by the page: the frame can not fetch. */
export interface FrameDisplay {
  type: 'display'
  mime: ShownMime
  value: string | Blob
}

export type FrameOutput = StreamOutput | ErrorOutput | TruncatedOutput | FrameDisplay

export type ToFrame = { kind: 'show'; outputs: readonly FrameOutput[] } | { kind: 'theme'; theme: 'light' | 'dark' }

export interface FromFrame {
  kind: 'height'
  height: number
}

/** The frame's only message to the page's window; the page answers with the port. */
export const READY = 'ownlab-frame-ready'
export const PORT = 'ownlab-frame-port'
