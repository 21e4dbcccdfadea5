import { useLayoutEffect, useRef } from 'react'
import type { StreamOutput } from '../contract/messages'
import { StreamPane } from './streamPane'

interface StreamTextProps {
  output: StreamOutput
  wholeUrl: string
}

/** Printed text. A long one scrolls in itself, and follows its end unless the reader has scrolled away. */
export function StreamText({ output, wholeUrl }: StreamTextProps) {
  const host = useRef<HTMLPreElement>(null)
  const pane = useRef<StreamPane | null>(null)
  const isAtEnd = useRef(true)
  const isFirst = useRef(true)

  useLayoutEffect(() => {
    const element = host.current
    if (!element) return
    const follow = (): void => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight
    }
    pane.current = new StreamPane(element, wholeUrl, () => {
      if (!isFirst.current) follow()
    })
    return () => {
      element.replaceChildren()
      pane.current = null
    }
  }, [wholeUrl])

  useLayoutEffect(() => {
    const element = host.current
    pane.current?.update(output)
    // What was there when the page was opened is read from its start.
    if (element && isAtEnd.current && !isFirst.current) element.scrollTop = element.scrollHeight
    isFirst.current = false
  }, [output, wholeUrl])

  return (
    <pre
      ref={host}
      className="stream"
      data-stream={output.name}
      tabIndex={-1}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - 24
      }}
    />
  )
}
