import { memo, useEffect, useRef } from 'react'
import { useKeyed } from '../base/useKeyed'
import { useSelected } from '../base/useStore'
import type { CellEditorHandle } from '../editor/CellEditor'
import type { Caret } from './view'
import { CellToolbar } from './CellToolbar'
import { CodeCell } from './CodeCell'
import { useSession } from './context'
import { cellState } from './runWords'
import { TextCell } from './TextCell'

/** One cell with its frame: selection, toolbar, and the line below it. */
export const NotebookCell = memo(function NotebookCell({ id }: { id: string }) {
  const session = useSession()
  const { notebook, view, runs } = session
  const cell = useKeyed(notebook.byId, id)
  const state = cellState(useKeyed(runs.summaries, id))
  const isSelected = useSelected(view.selection, (selection) => selection.cell === id)
  const isEditing = useSelected(view.selection, (selection) => selection.cell === id && selection.isEditing)
  // One cell at a time can be reached by Tab; from there the arrows lead on.
  const isReached = useSelected(view.selection, ({ cell: selected }) => (selected ?? notebook.order.get()[0]) === id)
  const host = useRef<HTMLElement>(null)
  const editor = useRef<CellEditorHandle>(null)
  const wantedCaret = useRef<Caret | null>(null)

  useEffect(() => {
    return view.attach(id, {
      focus: () => {
        host.current?.focus({ preventScroll: true })
        host.current?.scrollIntoView({ block: 'nearest' })
      },
      edit: (caret) => {
        if (editor.current) editor.current.focus(caret)
        else wantedCaret.current = caret
      },
    })
  }, [view, id])

  useEffect(() => {
    if (!isEditing || wantedCaret.current === null) return
    editor.current?.focus(wantedCaret.current)
    wantedCaret.current = null
  })

  if (!cell) return null
  const leave = (direction: 'up' | 'down'): boolean => {
    const order = notebook.order.get()
    const next = order[order.indexOf(id) + (direction === 'up' ? -1 : 1)]
    if (next === undefined) return false
    if (notebook.cell(next)?.type === 'markdown') view.focus(next)
    else view.edit(next, direction === 'up' ? 'end' : 'start')
    return true
  }
  const isText = cell.type === 'markdown'
  return (
    <section
      ref={host}
      className="cell"
      tabIndex={isReached ? 0 : -1}
      aria-label={isText ? 'Text cell' : 'Code cell'}
      data-cell-id={id}
      data-type={cell.type}
      data-state={state}
      data-selected={isSelected || undefined}
      data-editing={isEditing || undefined}
      onFocus={(event) => {
        const isInEditor = event.target.closest('.cm-editor') !== null
        if (event.target === host.current || isInEditor) view.noticed(id, isInEditor)
      }}
      onMouseDown={(event) => {
        // A click beside the text selects the cell; one on a link or a button does its own work.
        if (event.defaultPrevented || !(event.target instanceof Element)) return
        if (event.target.closest('.cm-editor, button, a, input')) return
        if (!isText || !isEditing) view.noticed(id, false)
      }}
    >
      <CellToolbar cell={id} isText={isText} />
      {isText ? (
        <TextCell cell={cell} editor={editor} isEditing={isEditing} onLeave={leave} />
      ) : (
        <CodeCell cell={cell} editor={editor} onLeave={leave} />
      )}
    </section>
  )
})
