/** What a cell's gutter says about its latest run. */
import type { RunState, RunSummary } from '../contract/messages'
import { durationWords, elapsedWords } from '../runs/duration'

export type CellState = 'idle' | RunState

export function cellState(summary: RunSummary | undefined): CellState {
  return summary?.state ?? 'idle'
}

/** How long the run took, or takes so far; null where it never started. */
export function timeWords(summary: RunSummary | undefined, now: number): string | null {
  if (!summary?.started_at) return null
  const started = Date.parse(summary.started_at)
  if (summary.state === 'running') return elapsedWords(now - started)
  return summary.finished_at ? durationWords(Date.parse(summary.finished_at) - started) : null
}

/** The whole story, for the gutter's tooltip and for screen readers. */
export function runWords(summary: RunSummary | undefined): string {
  if (!summary) return 'This cell has not been run'
  const who = summary.by ? ` by ${summary.by}` : ''
  const took = timeWords(summary, Date.now())
  const when = summary.finished_at ? ` at ${new Date(summary.finished_at).toLocaleTimeString()}` : ''
  switch (summary.state) {
    case 'queued':
      return `Waiting for its turn${who}`
    case 'running':
      return `Running${who}`
    case 'done':
      return `Finished${when}${took === null ? '' : ` in ${took}`}${who}`
    case 'failed':
      return `Ended with an error${when}${took === null ? '' : ` after ${took}`}${who}`
    case 'interrupted':
      return `Stopped${when}${took === null ? '' : ` after ${took}`}${who}`
    case 'cancelled':
      return 'Was not run: a cell before it failed or was stopped'
    case 'lost':
      return 'The runtime went away while this cell ran'
  }
}
