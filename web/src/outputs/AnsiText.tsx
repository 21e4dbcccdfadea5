import { useLayoutEffect, useRef } from 'react'
import { ANSI_START, readAnsi } from './ansi'
import { appendRuns } from './ansiDom'

/** Text with colours that does not grow. */
export function AnsiText({ text, className }: { text: string; className: string }) {
  const host = useRef<HTMLPreElement>(null)
  useLayoutEffect(() => {
    const element = host.current
    if (!element) return
    element.replaceChildren()
    appendRuns(element, readAnsi(text, ANSI_START).runs, null)
  }, [text])
  return <pre ref={host} className={className} />
}
