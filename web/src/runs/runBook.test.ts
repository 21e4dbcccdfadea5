import { expect, test } from 'vitest'
import type { Output, RunState, RunSummary } from '../contract/messages'
import { RunBook } from './runBook'

const stream = (text: string): Output => ({ type: 'stream', name: 'stdout', text, tail: '', hidden_bytes: 0 })

function summary(run: string, state: RunState): RunSummary {
  return {
    run,
    cell: 'c',
    state,
    execution_count: null,
    queued_at: null,
    started_at: null,
    finished_at: null,
    by: null,
  }
}

function bookWithOldRun(): RunBook {
  const book = new RunBook()
  book.receive({ kind: 'run', summary: summary('old', 'done') })
  book.receive({ kind: 'outputs', cell: 'c', run: 'old', outputs: [stream('old')] })
  return book
}

test('a cell is queued from the click on', () => {
  const book = new RunBook()
  book.request([{ run: 'new', cell: 'c' }])
  expect(book.isUnderWay('c')).toBe(true)
})

test('the old outputs stay while the new run is queued and go when it starts', () => {
  const book = bookWithOldRun()
  book.receive({ kind: 'run', summary: summary('new', 'queued') })
  expect(book.outputs.get('c')?.outputs).toEqual([stream('old')])
  book.receive({ kind: 'run', summary: summary('new', 'running') })
  expect(book.outputs.get('c')).toEqual({ run: 'new', outputs: [] })
})

test('outputs of a new run never mix with those of the old', () => {
  const book = bookWithOldRun()
  book.receive({ kind: 'output_ops', cell: 'c', run: 'new', ops: [{ op: 'set', index: 0, output: stream('new') }] })
  expect(book.outputs.get('c')).toEqual({ run: 'new', outputs: [stream('new')] })
})

test('a refused run gives the cell its old state back', () => {
  const book = bookWithOldRun()
  const runs = [{ run: 'new', cell: 'c' }]
  book.request(runs)
  book.answered(runs, false)
  expect(book.summaries.get('c')).toEqual(summary('old', 'done'))
})

test('a reconnect that repeats the old run does not hide the one that was asked for', () => {
  const book = bookWithOldRun()
  const runs = [{ run: 'new', cell: 'c' }]
  book.request(runs)
  book.receive({ kind: 'run', summary: summary('old', 'done') })
  expect(book.summaries.get('c')?.run).toBe('new')
  book.answered(runs, true)
  book.receive({ kind: 'run', summary: summary('new', 'running') })
  expect(book.summaries.get('c')?.state).toBe('running')
})

test('a question stays over a reconnect if the server asks it again, and goes if not', () => {
  const book = new RunBook()
  const hello = { kind: 'hello', generation: 'g', client: 'x', title: 'T', version: '1' } as const
  const wanted = { kind: 'input_wanted', cell: 'c', run: 'r', prompt: 'Name: ', password: false } as const
  book.receive(wanted)
  book.receive(hello)
  book.receive(wanted)
  book.caughtUp()
  expect(book.inputs.get('c')).toBeDefined()
  book.receive(hello)
  book.caughtUp()
  expect(book.inputs.get('c')).toBeUndefined()
})

test('a question is closed by its answer and by the end of its run', () => {
  const book = new RunBook()
  const wanted = { kind: 'input_wanted', cell: 'c', run: 'r', prompt: 'Name: ', password: false } as const
  book.receive(wanted)
  book.receive({ kind: 'input_done', cell: 'c', run: 'r' })
  expect(book.inputs.get('c')).toBeUndefined()
  book.receive(wanted)
  book.receive({ kind: 'run', summary: summary('r', 'interrupted') })
  expect(book.inputs.get('c')).toBeUndefined()
})
