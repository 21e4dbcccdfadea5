/** What the Connect button says. */
import type { RoomState } from '../live/room'
import type { Runtime } from '../runs/runBook'

export type ConnectState = 'none' | 'connecting' | 'connected' | 'busy' | 'reconnecting' | 'failed' | 'stopping'

export function connectState(runtime: Runtime, room: RoomState['kind']): ConnectState {
  if (room === 'away') return 'reconnecting'
  switch (runtime.state) {
    case 'none':
    case 'ended':
      return 'none'
    case 'starting':
      return 'connecting'
    case 'stopping':
      return 'stopping'
    case 'failed':
      return 'failed'
    case 'ready':
      break
  }
  switch (runtime.kernel) {
    case 'unreachable':
      return 'reconnecting'
    case 'starting':
    case 'restarting':
    case 'none':
      return 'connecting'
    case 'busy':
      return 'busy'
    case 'idle':
      return 'connected'
  }
}

export function connectWords(state: ConnectState): string {
  switch (state) {
    case 'none':
      return 'Connect'
    case 'connecting':
      return 'Connecting…'
    case 'connected':
      return 'Connected'
    case 'busy':
      return 'Busy'
    case 'reconnecting':
      return 'Reconnecting…'
    case 'stopping':
      return 'Disconnecting…'
    case 'failed':
      return 'Try again'
  }
}
