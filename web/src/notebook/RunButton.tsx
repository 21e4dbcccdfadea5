import { interrupt } from '../actions/interrupt'
import { runCell } from '../actions/runCell'
import { useKeyed } from '../base/useKeyed'
import { Icon, Spinner } from '../kit/Icon'
import { useAct, useSession } from './context'
import { cellState, runWords, timeWords } from './runWords'
import { useNow } from './useNow'

/** The round button left of the code: how the cell stands, and the way to run or stop it. */
export function RunButton({ cell }: { cell: string }) {
  const { runs } = useSession()
  const { act } = useAct()
  const summary = useKeyed(runs.summaries, cell)
  const state = cellState(summary)
  const isUnderWay = state === 'queued' || state === 'running'
  const label = isUnderWay ? 'Stop cell' : 'Run cell'
  return (
    <button
      type="button"
      className="run-button"
      data-state={state}
      aria-label={label}
      data-tip={`${label}. ${runWords(summary)}.`}
      onClick={() => act(isUnderWay ? interrupt : runCell, cell)}
    >
      {isUnderWay ? (
        <>
          <Spinner size={28} />
          <span className="run-stop">
            <Icon name="stop" size={16} />
          </span>
        </>
      ) : (
        <>
          <span className="run-count">[{summary?.execution_count ?? ' '}]</span>
          <span className="run-play">
            <Icon name="play" size={18} />
          </span>
        </>
      )}
    </button>
  )
}

/** ✓ and the time, in the margin. */
export function RunStatus({ cell }: { cell: string }) {
  const { runs } = useSession()
  const summary = useKeyed(runs.summaries, cell)
  const state = cellState(summary)
  const now = useNow(state === 'running')
  const time = timeWords(summary, now)
  return (
    <div className="run-status" data-state={state} title={state === 'idle' ? undefined : runWords(summary)}>
      {state === 'done' && time !== null ? <Icon name="check" size={16} /> : null}
      {state === 'failed' || state === 'lost' ? <Icon name="error" size={16} /> : null}
      {state === 'interrupted' ? <Icon name="stop" size={16} /> : null}
      {time !== null ? <span className="run-time">{time}</span> : null}
      {state === 'queued' ? <span className="run-time">queued</span> : null}
      <span className="only-read">{runWords(summary)}</span>
    </div>
  )
}
