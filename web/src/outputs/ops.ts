/** Applies the server's changes to a cell's outputs. The server decides what the outputs are; this only follows. */
import type { Output, OutputOp } from '../contract/messages'

export function applyOps(outputs: readonly Output[], ops: readonly OutputOp[]): readonly Output[] {
  let next = [...outputs]
  for (const op of ops) {
    switch (op.op) {
      case 'clear':
        next = []
        break
      case 'set':
        if (op.index <= next.length) next[op.index] = op.output
        break
      case 'append':
        changeStream(next, op.index, (stream) => ({ ...stream, text: stream.text + op.text }))
        break
      case 'tail':
        changeStream(next, op.index, (stream) => ({ ...stream, tail: op.tail, hidden_bytes: op.hidden_bytes }))
        break
    }
  }
  return next
}

type Stream = Extract<Output, { type: 'stream' }>

function changeStream(outputs: Output[], index: number, change: (stream: Stream) => Stream): void {
  const output = outputs[index]
  if (output?.type === 'stream') outputs[index] = change(output)
}
