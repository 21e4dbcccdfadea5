/** Lines below the toolbar that say what the page can not do just now, without standing in the way. */
import { useEffect, useRef, useState } from 'react'
import { connect } from '../actions/connect'
import { createStore } from '../base/store'
import { useStore } from '../base/useStore'
import { Button } from '../kit/Button'
import { Icon } from '../kit/Icon'
import type { Room, RoomState } from '../live/room'
import { useAct, useSession } from './context'

const BACK_MS = 2_000
const PATIENCE_MS = 400
const NO_ROOM = createStore<RoomState>({ kind: 'connecting' })

export function StatusBars() {
  const session = useSession()
  const room = useStore(session.room)
  const isOutdated = useStore(session.isOutdated)
  const saving = useStore(session.saving)
  return (
    <div className="bars">
      <ConnectionBar room={room} />
      <RuntimeBar />
      {saving.kind === 'failed' ? (
        <div className="bar" data-tone="bad" role="alert">
          <Icon name="error" />
          <span>{saving.message}</span>
        </div>
      ) : null}
      {isOutdated ? (
        <div className="bar" data-tone="plain" role="status">
          <span>OwnLab was updated. Reload to use the new version; nothing is lost.</span>
          <Button onClick={() => location.reload()}>Reload</Button>
        </div>
      ) : null}
    </div>
  )
}

function ConnectionBar({ room }: { room: Room | null }) {
  const { kind } = useStore(room?.state ?? NO_ROOM)
  const stage = useConnectionStage(kind)
  if (stage === 'away') {
    return (
      <div className="bar is-floating" data-tone="warm" role="status" data-testid="connection-bar" data-state="away">
        <Icon name="offline" />
        <span>Connection lost. What you type is kept and will be sent.</span>
        <Button onClick={() => room?.retryNow()}>Try now</Button>
      </div>
    )
  }
  if (stage === 'back') {
    return (
      <div className="bar is-floating" data-tone="good" role="status" data-testid="connection-bar" data-state="back">
        <Icon name="check" />
        <span>Back online</span>
      </div>
    )
  }
  return null
}

/** `away` a moment after the connection went, so that a blink of it says nothing; `back` for a while after it came. */
function useConnectionStage(kind: RoomState['kind']): 'away' | 'back' | null {
  const [stage, setStage] = useState<'away' | 'back' | null>(null)
  const wasAway = useRef(false)
  useEffect(() => {
    if (kind === 'away') {
      const timer = setTimeout(() => {
        wasAway.current = true
        setStage('away')
      }, PATIENCE_MS)
      return () => clearTimeout(timer)
    }
    if (!wasAway.current) return
    wasAway.current = false
    setStage(kind === 'live' ? 'back' : null)
    const timer = setTimeout(() => setStage(null), BACK_MS)
    return () => clearTimeout(timer)
  }, [kind])
  return stage
}

function RuntimeBar() {
  const { runs } = useSession()
  const { act } = useAct()
  const { state, message } = useStore(runs.runtime)
  if (state !== 'failed' || message === null) return null
  return (
    <div className="bar" data-tone="bad" role="alert" data-testid="runtime-bar">
      <Icon name="error" />
      <span>{message}</span>
      <Button onClick={() => act(connect)}>Try again</Button>
    </div>
  )
}
