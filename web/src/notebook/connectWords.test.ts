import { expect, test } from 'vitest'
import type { Runtime } from '../runs/runBook'
import { connectState, connectWords } from './connectWords'

const runtime = (state: Runtime['state'], kernel: Runtime['kernel']): Runtime => ({
  runtime: null,
  state,
  kernel,
  message: null,
  since: null,
})

test.each([
  [runtime('none', 'none'), 'live', 'Connect'],
  [runtime('starting', 'none'), 'live', 'Connecting…'],
  [runtime('ready', 'starting'), 'live', 'Connecting…'],
  [runtime('ready', 'idle'), 'live', 'Connected'],
  [runtime('ready', 'busy'), 'live', 'Busy'],
  [runtime('ready', 'unreachable'), 'live', 'Reconnecting…'],
  [runtime('ready', 'idle'), 'away', 'Reconnecting…'],
  [runtime('failed', 'none'), 'live', 'Try again'],
  [runtime('stopping', 'none'), 'live', 'Disconnecting…'],
  [runtime('ended', 'none'), 'live', 'Connect'],
] as const)('%j while the room is %s: %s', (given, room, words) => {
  expect(connectWords(connectState(given, room))).toBe(words)
})
