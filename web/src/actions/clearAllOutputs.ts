import type { Action } from './action'

export const clearAllOutputs: Action = {
  id: 'clear-all-outputs',
  label: 'Clear all outputs',
  run: ({ session }) => {
    void session.ask({ kind: 'clear_outputs', cells: null })
  },
}
