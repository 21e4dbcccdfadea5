/** Requests that wait for their reply. A `run` is sent again after a reconnect: its run ids make it happen once. */
import { ServerProblem } from '../base/problem'
import type { PageRequest, Problem } from '../contract/messages'

export type NumberedRequest = PageRequest & { id: number }

interface Waiting {
  request: NumberedRequest
  isSent: boolean
  resolve: () => void
  reject: (error: Error) => void
}

export class Requests {
  private nextId = 1
  private readonly waiting = new Map<number, Waiting>()

  /** Numbers a request. The promise settles with its reply. */
  add(request: PageRequest): { request: NumberedRequest; done: Promise<void> } {
    const numbered = { ...request, id: this.nextId++ }
    const done = new Promise<void>((resolve, reject) => {
      this.waiting.set(numbered.id, { request: numbered, isSent: false, resolve, reject })
    })
    return { request: numbered, done }
  }

  sent(id: number): void {
    const waiting = this.waiting.get(id)
    if (waiting) waiting.isSent = true
  }

  replied(id: number, problem: Problem | null): void {
    const waiting = this.waiting.get(id)
    if (!waiting) return
    this.waiting.delete(id)
    if (problem) waiting.reject(new ServerProblem(problem))
    else waiting.resolve()
  }

  /** What must go out, again or for the first time, now that a connection stands. */
  unsent(): NumberedRequest[] {
    return [...this.waiting.values()].filter(({ isSent }) => !isSent).map(({ request }) => request)
  }

  /** Requests whose effect is not safe to repeat fail; the others wait for the next connection. */
  disconnected(): void {
    for (const [id, waiting] of this.waiting) {
      waiting.isSent = false
      if (isRepeatable(waiting.request)) continue
      this.waiting.delete(id)
      waiting.reject(lost())
    }
  }

  /** Nothing will be answered any more, and nobody waits: the page that asked is gone or says so as a whole. */
  close(): void {
    this.waiting.clear()
  }
}

export function isRepeatable(request: PageRequest): boolean {
  return request.kind === 'run'
}

export function lost(): ServerProblem {
  return new ServerProblem({
    code: 'offline',
    message: 'The server can not be reached just now. Try again when you are back online.',
    fields: {},
  })
}
