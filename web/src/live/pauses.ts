/** The pauses between attempts to connect: short at first, longer each time, never long. */

const FIRST_MS = 250
const LONGEST_MS = 4_000

export class Pauses {
  private nextMs = FIRST_MS
  private timer: ReturnType<typeof setTimeout> | undefined

  /** Calls `run` after the next pause, in place of what waited before. */
  wait(run: () => void): void {
    clearTimeout(this.timer)
    // Many pages that lost the same server do not all come back at the same moment.
    this.timer = setTimeout(run, this.nextMs * (0.75 + Math.random() / 2))
    this.nextMs = Math.min(this.nextMs * 1.7, LONGEST_MS)
  }

  /** The next pause is a short one again. */
  reset(): void {
    this.nextMs = FIRST_MS
  }

  cancel(): void {
    clearTimeout(this.timer)
  }
}
