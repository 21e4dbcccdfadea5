/** Errors that the server tells, with a sentence for the user. */
import type { Problem } from '../contract/messages'

export class ServerProblem extends Error {
  readonly code: string
  readonly fields: Record<string, unknown>

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'ServerProblem'
    this.code = problem.code
    this.fields = problem.fields
  }
}

/** What to tell the user about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
