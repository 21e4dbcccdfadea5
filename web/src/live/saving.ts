/** Says in words where the user's text is. */

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving' }
  | { kind: 'offline'; changes: number; isKept: boolean }
  | { kind: 'failed'; message: string }

export interface SaveFacts {
  isLive: boolean
  unstored: number
  /** Whether every edit is at least in this browser's storage. */
  isKept: boolean
  /** What the server said when it could not write the file; null after it has. */
  failure: string | null
}

export function saveState({ isLive, unstored, isKept, failure }: SaveFacts): SaveState {
  if (!isLive) return { kind: 'offline', changes: unstored, isKept }
  if (failure !== null) return { kind: 'failed', message: failure }
  return unstored === 0 ? { kind: 'saved' } : { kind: 'saving' }
}

export function saveWords(state: SaveState): string {
  switch (state.kind) {
    case 'saved':
      return 'All changes saved'
    case 'saving':
      return 'Saving…'
    case 'failed':
      return 'Could not save the file'
    case 'offline':
      if (state.changes === 0) return 'Offline'
      return `Offline — ${state.changes} ${state.changes === 1 ? 'change' : 'changes'} ${
        state.isKept ? 'kept in this browser' : 'not saved yet'
      }`
  }
}

/** Whether closing the tab now would lose something that is stored nowhere. */
export function wouldLose({ unstored, isKept }: SaveFacts): boolean {
  return unstored > 0 && !isKept
}
