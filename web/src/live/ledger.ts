/**
 * Counts edits from being made here to being stored by the server.
 *
 * The server acknowledges frames of the present connection by their count; edits outlive connections.
 */
export class EditLedger {
  private made: number
  private stored = 0
  /** For each frame sent on this connection, how many edits had been made by then. */
  private frames: number[] = []

  /** `unstored`: edits that an earlier page left behind in this browser. */
  constructor(unstored = 0) {
    this.made = unstored
  }

  /** Edits that are not on the server's disk, as far as this page knows. */
  get unstored(): number {
    return this.made - this.stored
  }

  edited(): void {
    this.made++
  }

  /** A frame left that holds every edit made so far. */
  sent(): void {
    this.frames.push(this.made)
  }

  /** The server stored the first `count` frames of this connection. */
  acknowledged(count: number): void {
    this.stored = Math.max(this.stored, this.frames[count - 1] ?? this.stored)
  }

  /** Frames that were not acknowledged count as not sent. */
  disconnected(): void {
    this.frames = []
  }
}
