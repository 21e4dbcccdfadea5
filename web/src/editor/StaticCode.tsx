import { useMemo } from 'react'
import type * as Y from 'yjs'
import { highlightPython } from './highlight'
import { useText } from './useText'

interface StaticCodeProps {
  source: Y.Text
  language: 'python' | 'text'
  hint: string
  hasLineNumbers: boolean
}

/** A cell's code at rest, drawn to look exactly like the editor that takes its place. */
export function StaticCode({ source, language, hint, hasLineNumbers }: StaticCodeProps) {
  const text = useText(source)
  const html = useMemo(() => (language === 'python' ? highlightPython(text) : null), [text, language])
  const lines = hasLineNumbers ? Array.from({ length: text.split('\n').length }, (_, index) => index + 1) : null
  return (
    <div className="static-code">
      {lines ? (
        <div className="static-numbers" aria-hidden="true">
          {lines.join('\n')}
        </div>
      ) : null}
      {text === '' ? (
        <pre className="static-hint">{hint}</pre>
      ) : html === null ? (
        <pre className="is-wrapped">{text}</pre>
      ) : (
        <pre dangerouslySetInnerHTML={{ __html: html }} />
      )}
    </div>
  )
}
