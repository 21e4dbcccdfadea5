import { useLayoutEffect, useRef } from 'react'
import { cleanHtml } from '../markdown/sanitize'
import { plainHtml } from './bundles'

/** HTML that neither does nor styles anything: pandas tables and the like. */
export function Html({ html }: { html: string }) {
  const host = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    host.current?.replaceChildren(cleanHtml(plainHtml(html)))
  }, [html])
  return <div ref={host} className="html-output" />
}
