/** Everything that a cell's latest run has put out, and the question that it asks. */
import { memo, useLayoutEffect, useRef, useState } from 'react'
import { wholeOutputPath } from '../base/notebooks'
import { useKeyed } from '../base/useKeyed'
import type { Output } from '../contract/messages'
import type { NotebookSession } from '../notebook/session'
import { AnsiText } from './AnsiText'
import { Display } from './Display'
import { InputPrompt } from './InputPrompt'
import { OutputFrame } from './OutputFrame'
import type { Payloads } from './payloads'
import { StreamText } from './StreamText'
import { useFrameNeed } from './useFrameNeed'

const HOLD_MS = 400
const NONE: readonly Output[] = []

export function CellOutputs({ session, cell }: { session: NotebookSession; cell: string }) {
  const held = useKeyed(session.runs.outputs, cell)
  const wish = useKeyed(session.runs.inputs, cell)
  const outputs = held?.outputs ?? NONE
  const isFramed = useFrameNeed(outputs, session.payloads)
  const host = useRef<HTMLDivElement>(null)
  const minHeight = useHeldHeight(host, outputs.length === 0)
  if (outputs.length === 0 && !wish && minHeight === 0) return null
  return (
    <div ref={host} className="cell-outputs" style={minHeight > 0 ? { minHeight } : undefined}>
      {isFramed ? (
        <>
          <OutputFrame payloads={session.payloads} outputs={outputs} />
          {outputs.map((output, index) =>
            output.type === 'stream' && output.hidden_bytes > 0 ? (
              <WholeLink key={index} url={wholeOutputPath(session.id, held?.run ?? '', index)} />
            ) : null,
          )}
        </>
      ) : (
        outputs.map((output, index) => (
          <OutputView
            key={index}
            payloads={session.payloads}
            wholeUrl={wholeOutputPath(session.id, held?.run ?? '', index)}
            output={output}
            isKnown={isFramed !== null}
          />
        ))
      )}
      {wish ? (
        <InputPrompt
          key={wish.run + wish.prompt}
          wish={wish}
          onAnswer={(value) => session.ask({ kind: 'input', run: wish.run, value })}
        />
      ) : null}
    </div>
  )
}

/** The way to the whole of a stream that the frame shows in part: from inside the frame nothing can be fetched. */
function WholeLink({ url }: { url: string }) {
  return (
    <div className="stream-notice">
      Part of what was printed is hidden —{' '}
      <a href={url} target="_blank" rel="noopener">
        open the whole output
      </a>
    </div>
  )
}

interface OutputViewProps {
  payloads: Payloads
  wholeUrl: string
  output: Output
  /** Whether it is known that this belongs into the page. */
  isKnown: boolean
}

const OutputView = memo(function OutputView({ payloads, wholeUrl, output, isKnown }: OutputViewProps) {
  switch (output.type) {
    case 'stream':
      return (
        <div className="output">
          <StreamText output={output} wholeUrl={wholeUrl} />
        </div>
      )
    case 'error':
      return (
        <div className="output">
          <AnsiText className="traceback" text={output.traceback.join('\n') || `${output.ename}: ${output.evalue}`} />
        </div>
      )
    case 'truncated':
      return <div className="output output-note">{output.count.toLocaleString()} more outputs are not shown.</div>
    case 'display_data':
    case 'execute_result':
      return (
        <div className="output">
          {isKnown ? <Display payloads={payloads} output={output} /> : <span className="output-note">Loading…</span>}
        </div>
      )
  }
})

/** A cell that runs again keeps its height for a moment, so that the page does not jump. */
function useHeldHeight(host: React.RefObject<HTMLDivElement | null>, isEmpty: boolean): number {
  const last = useRef(0)
  const [held, setHeld] = useState(0)
  useLayoutEffect(() => {
    if (!isEmpty) {
      last.current = host.current?.offsetHeight ?? 0
    }
  })
  useLayoutEffect(() => {
    if (!isEmpty || last.current === 0) return setHeld(0)
    setHeld(last.current)
    last.current = 0
    const timer = setTimeout(() => setHeld(0), HOLD_MS)
    return () => clearTimeout(timer)
  }, [isEmpty])
  return held
}
