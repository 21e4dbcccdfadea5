import type { Action } from './action'

export const clearOutput: Action = {
  id: 'clear-output',
  label: 'Clear output',
  icon: 'clear',
  isPossible: ({ session, cell }) => cell !== null && session.runs.outputs.get(cell) !== undefined,
  run: ({ session, cell }) => {
    if (cell !== null) void session.ask({ kind: 'clear_outputs', cells: [cell] })
  },
}
