import { useState } from 'react'
import type { Action } from '../actions/action'
import { connect } from '../actions/connect'
import { disconnect } from '../actions/disconnect'
import { interrupt } from '../actions/interrupt'
import { restart } from '../actions/restart'
import { restartAndRunAll } from '../actions/restartAndRunAll'
import { runAll } from '../actions/runAll'
import { createStore } from '../base/store'
import { useStore } from '../base/useStore'
import { IconButton } from '../kit/Button'
import { Icon, Spinner } from '../kit/Icon'
import { Menu } from '../kit/Menu'
import type { RoomState } from '../live/room'
import { connectState, connectWords, type ConnectState } from './connectWords'
import { useAct, useSession } from './context'
import { menuGroups } from './menuEntries'

const RUNTIME_MENU: readonly (readonly Action[])[] = [
  [runAll],
  [interrupt, restart, restartAndRunAll],
  [connect, disconnect],
]
const NO_ROOM = createStore<RoomState>({ kind: 'connecting' })

/** The runtime: whether there is one, what it does, and the way to get one. */
export function ConnectButton() {
  const session = useSession()
  const { act, place } = useAct()
  const runtime = useStore(session.runs.runtime)
  const room = useStore(session.room)
  const roomState = useStore(room?.state ?? NO_ROOM)
  const state = connectState(runtime, roomState.kind)
  const [isOpen, setOpen] = useState(false)
  const canConnect = state === 'none' || state === 'failed'
  return (
    <div className="connect">
      <button
        type="button"
        className="connect-button"
        data-testid="connect"
        data-state={state}
        data-tip={tipOf(state, runtime.message)}
        onClick={() => {
          if (canConnect) act(connect)
          else setOpen(true)
        }}
      >
        <Mark state={state} />
        {connectWords(state)}
      </button>
      <Menu groups={menuGroups(RUNTIME_MENU, place())} onOpenChange={setOpen} isOpen={isOpen}>
        <IconButton icon="drop" label="Runtime options" />
      </Menu>
    </div>
  )
}

function Mark({ state }: { state: ConnectState }) {
  switch (state) {
    case 'connected':
      return <Icon name="check" size={18} />
    case 'busy':
      return <span className="busy-dot" />
    case 'connecting':
    case 'reconnecting':
    case 'stopping':
      return <Spinner size={16} />
    case 'failed':
      return <Icon name="error" size={18} />
    case 'none':
      return null
  }
}

function tipOf(state: ConnectState, message: string | null): string {
  if (message !== null) return message
  switch (state) {
    case 'none':
      return 'Start a runtime for this notebook'
    case 'connected':
      return 'Python 3 is ready'
    case 'busy':
      return 'A cell is running'
    case 'connecting':
      return 'The runtime is starting'
    case 'reconnecting':
      return 'The connection was lost and is being made again'
    case 'stopping':
      return 'The runtime is being deleted'
    case 'failed':
      return 'The runtime could not be started'
  }
}
