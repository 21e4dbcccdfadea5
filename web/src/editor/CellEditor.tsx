/** A cell's source: still text that becomes an editor when it is pressed or given the keyboard. */
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react'
import { flushSync } from 'react-dom'
import type * as Y from 'yjs'
import type { Awareness } from 'y-protocols/awareness'
import type { Editor } from './codemirror'
import { editorNow, loadEditor } from './loadEditor'
import { StaticCode } from './StaticCode'

export interface CellEditorHandle {
  focus(caret: 'start' | 'end' | 'keep'): void
}

export interface CellEditorProps {
  ref: Ref<CellEditorHandle>
  source: Y.Text
  undo: () => Y.UndoManager
  awareness: Awareness
  language: 'python' | 'text'
  label: string
  hint: string
  hasLineNumbers: boolean
  onFocus: () => void
  onLeave: (direction: 'up' | 'down') => boolean
}

type Start = (editor: Editor) => void

export function CellEditor(props: CellEditorProps) {
  const { ref, source, language, hint, hasLineNumbers } = props
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor | null>(null)
  const [isLive, setLive] = useState(false)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })

  useEffect(
    () => () => {
      editor.current?.destroy()
      editor.current = null
    },
    [source, language],
  )
  useEffect(() => editor.current?.showLineNumbers(hasLineNumbers), [hasLineNumbers])

  const start = (begin: Start): void => {
    if (editor.current) return begin(editor.current)
    const module = editorNow()
    if (!module) return void loadEditor().then(() => start(begin))
    const element = host.current
    if (!element) return
    const { undo, awareness, label, onFocus } = latest.current
    flushSync(() => setLive(true))
    editor.current = module.createEditor({
      host: element,
      source,
      undo: undo(),
      awareness,
      language,
      label,
      hint,
      hasLineNumbers: latest.current.hasLineNumbers,
      onFocus,
      onLeave: (direction) => latest.current.onLeave(direction),
    })
    begin(editor.current)
  }

  useImperativeHandle(ref, () => ({ focus: (caret) => start((live) => live.focus(caret)) }))

  return (
    <div
      className="cell-editor"
      onMouseDown={(event) => {
        if (event.button !== 0 || editor.current) return
        event.preventDefault()
        const press = event.nativeEvent
        start((live) => live.press(press))
      }}
    >
      {isLive ? null : <StaticCode source={source} language={language} hint={hint} hasLineNumbers={hasLineNumbers} />}
      <div ref={host} />
    </div>
  )
}
