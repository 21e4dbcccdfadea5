/** What runs, what has run, what waits for input, and what was printed: the server's word, cell by cell. */
import { KeyedStore } from '../base/keyed'
import { createStore } from '../base/store'
import type { Output, RunRequest, RunSummary, RuntimeEvent, ServerMessage } from '../contract/messages'
import { applyOps } from '../outputs/ops'

export interface CellOutputs {
  readonly run: string
  readonly outputs: readonly Output[]
}

export interface InputWish {
  readonly run: string
  readonly prompt: string
  readonly isPassword: boolean
}

export type Runtime = Omit<RuntimeEvent, 'kind'>

const NO_RUNTIME: Runtime = { runtime: null, state: 'none', kernel: 'none', message: null, since: null }

export class RunBook {
  readonly runtime = createStore<Runtime>(NO_RUNTIME)
  readonly summaries = new KeyedStore<RunSummary>()
  readonly outputs = new KeyedStore<CellOutputs>()
  readonly inputs = new KeyedStore<InputWish>()
  /** Runs that the server has not accepted yet, by cell. Shown as queued from the click on. */
  private readonly requested = new Map<string, RunSummary>()
  private readonly overridden = new Map<string, RunSummary | undefined>()
  /** Questions of before a reconnect that the server has not asked again. */
  private unconfirmed = new Set<string>()

  /** Shows these cells as queued until the server says more. */
  request(runs: readonly RunRequest[]): void {
    for (const { run, cell } of runs) {
      const before = this.summaries.get(cell)
      if (!this.requested.has(cell)) this.overridden.set(cell, before)
      const summary: RunSummary = {
        run,
        cell,
        state: 'queued',
        execution_count: before?.execution_count ?? null,
        queued_at: null,
        started_at: null,
        finished_at: null,
        by: null,
      }
      this.requested.set(cell, summary)
      this.summaries.set(cell, summary)
    }
  }

  /** The server has answered: from here on its events alone count. */
  answered(runs: readonly RunRequest[], isAccepted: boolean): void {
    for (const { run, cell } of runs) {
      if (this.requested.get(cell)?.run !== run) continue
      this.requested.delete(cell)
      const before = this.overridden.get(cell)
      this.overridden.delete(cell)
      if (isAccepted) continue
      if (before) this.summaries.set(cell, before)
      else this.summaries.delete(cell)
    }
  }

  receive(message: ServerMessage): void {
    switch (message.kind) {
      case 'hello':
        this.unconfirmed = new Set([...this.inputs.entries()].map(([cell]) => cell))
        break
      case 'runtime':
        this.runtime.set(message)
        break
      case 'run':
        this.receiveRun(message.summary)
        break
      case 'outputs':
        this.outputs.set(message.cell, { run: message.run, outputs: message.outputs })
        break
      case 'output_ops': {
        const known = this.outputs.get(message.cell)
        const before = known?.run === message.run ? known.outputs : []
        this.outputs.set(message.cell, { run: message.run, outputs: applyOps(before, message.ops) })
        break
      }
      case 'outputs_cleared':
        for (const cell of message.cells) {
          this.outputs.delete(cell)
          if (!this.requested.has(cell)) this.summaries.delete(cell)
        }
        break
      case 'input_wanted':
        this.unconfirmed.delete(message.cell)
        this.inputs.set(message.cell, { run: message.run, prompt: message.prompt, isPassword: message.password })
        break
      case 'input_done':
        if (this.inputs.get(message.cell)?.run === message.run) this.inputs.delete(message.cell)
        break
      case 'stored':
      case 'saved':
      case 'save_failed':
      case 'renamed':
      case 'reply':
        break
    }
  }

  /** The server has told everything that holds now: questions that it did not repeat are closed. */
  caughtUp(): void {
    for (const cell of this.unconfirmed) this.inputs.delete(cell)
    this.unconfirmed.clear()
  }

  isUnderWay(cell: string): boolean {
    const state = this.summaries.get(cell)?.state
    return state === 'queued' || state === 'running'
  }

  private receiveRun(summary: RunSummary): void {
    const requested = this.requested.get(summary.cell)
    if (requested !== undefined && requested.run !== summary.run) {
      this.overridden.set(summary.cell, summary)
      return
    }
    this.summaries.set(summary.cell, summary)
    const known = this.outputs.get(summary.cell)
    // The old outputs stay until the new run starts.
    if (summary.state === 'running' && known?.run !== summary.run) {
      this.outputs.set(summary.cell, { run: summary.run, outputs: [] })
    }
    if (summary.state !== 'queued' && summary.state !== 'running') this.inputs.delete(summary.cell)
  }
}
