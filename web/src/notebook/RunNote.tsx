import { useKeyed } from '../base/useKeyed'
import { useSession } from './context'

/** Says below a cell why there is no more output than this, where nothing in the output does. */
export function RunNote({ cell }: { cell: string }) {
  const { runs } = useSession()
  const state = useKeyed(runs.summaries, cell)?.state
  if (state === 'lost') return <p className="run-note">The runtime went away while this cell ran. Run it again.</p>
  if (state === 'cancelled') return <p className="run-note">Not run: a cell before it failed or was stopped.</p>
  return null
}
