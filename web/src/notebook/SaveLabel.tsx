import { useStore } from '../base/useStore'
import { Icon } from '../kit/Icon'
import { saveWords } from '../live/saving'
import { useSession } from './context'

/** Where the user's text is, in words. */
export function SaveLabel() {
  const { saving } = useSession()
  const state = useStore(saving)
  return (
    <span
      className="save-label"
      role="status"
      data-testid="save-state"
      data-state={state.kind}
      title={state.kind === 'failed' ? state.message : undefined}
    >
      {state.kind === 'offline' ? <Icon name="offline" size={16} /> : null}
      {state.kind === 'failed' ? <Icon name="error" size={16} /> : null}
      {saveWords(state)}
    </span>
  )
}
