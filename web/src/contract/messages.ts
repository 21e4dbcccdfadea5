/** What travels between page and server: HTTP bodies and the JSON messages of a room. */

export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'interrupted' | 'cancelled' | 'lost'
export type RuntimeState = 'none' | 'starting' | 'ready' | 'stopping' | 'ended' | 'failed'
export type KernelState = 'none' | 'starting' | 'idle' | 'busy' | 'restarting' | 'unreachable'

export interface Problem {
  code: string
  message: string
  fields: Record<string, unknown>
}

export interface Me {
  id: string
  name: string
  email: string | null
}

export interface NotebookItem {
  id: string
  title: string
  created_at: string
  modified_at: string
  opened_at: string | null
  running: boolean
}

export interface BlobRef {
  blob: string
  bytes: number
}

export interface StreamOutput {
  type: 'stream'
  name: 'stdout' | 'stderr'
  text: string
  tail: string
  hidden_bytes: number
}

export interface DisplayOutput {
  type: 'display_data' | 'execute_result'
  data: Record<string, unknown>
  refs: Record<string, BlobRef>
  metadata: Record<string, unknown>
  execution_count: number | null
}

export interface ErrorOutput {
  type: 'error'
  ename: string
  evalue: string
  traceback: string[]
}

export interface TruncatedOutput {
  type: 'truncated'
  count: number
}

export type Output = StreamOutput | DisplayOutput | ErrorOutput | TruncatedOutput

export type OutputOp =
  | { op: 'clear' }
  | { op: 'set'; index: number; output: Output }
  | { op: 'append'; index: number; text: string }
  | { op: 'tail'; index: number; tail: string; hidden_bytes: number }

export interface RunSummary {
  run: string
  cell: string
  state: RunState
  execution_count: number | null
  queued_at: string | null
  started_at: string | null
  finished_at: string | null
  by: string | null
}

export interface RunRequest {
  run: string
  cell: string
}

/** A request of the page, before the room numbers it. */
export type PageRequest =
  | { kind: 'run'; runs: RunRequest[] }
  | { kind: 'interrupt' }
  | { kind: 'restart' }
  | { kind: 'connect' }
  | { kind: 'disconnect' }
  | { kind: 'input'; run: string; value: string }
  | { kind: 'clear_outputs'; cells: string[] | null }

export interface RuntimeEvent {
  kind: 'runtime'
  runtime: string | null
  state: RuntimeState
  kernel: KernelState
  message: string | null
  since: string | null
}

export type ServerMessage =
  | { kind: 'hello'; generation: string; client: string; title: string; version: string }
  | { kind: 'stored'; frames: number }
  | { kind: 'saved'; at: string }
  | { kind: 'save_failed'; message: string }
  | { kind: 'renamed'; title: string }
  | { kind: 'reply'; id: number; problem: Problem | null }
  | RuntimeEvent
  | { kind: 'run'; summary: RunSummary }
  | { kind: 'outputs'; cell: string; run: string; outputs: Output[] }
  | { kind: 'output_ops'; cell: string; run: string; ops: OutputOp[] }
  | { kind: 'outputs_cleared'; cells: string[] }
  | { kind: 'input_wanted'; cell: string; run: string; prompt: string; password: boolean }
  | { kind: 'input_done'; cell: string; run: string }
