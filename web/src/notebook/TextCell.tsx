import { useLayoutEffect, useRef, type Ref } from 'react'
import type { Cell } from '../document/notebook'
import { CellEditor, type CellEditorHandle } from '../editor/CellEditor'
import { useText } from '../editor/useText'
import { IconButton } from '../kit/Button'
import { renderMarkdown } from '../markdown/render'
import { useSession } from './context'
import { keyOf } from './keyOf'

interface TextCellProps {
  cell: Cell
  editor: Ref<CellEditorHandle>
  isEditing: boolean
  onLeave: (direction: 'up' | 'down') => boolean
}

/** Markdown: rendered, or while it is edited the source beside what it becomes. */
export function TextCell({ cell, editor, isEditing, onLeave }: TextCellProps) {
  const session = useSession()
  return (
    <div className="cell-body text-body" data-editing={isEditing || undefined}>
      {isEditing ? (
        <div className="text-source">
          <CellEditor
            key={keyOf(cell.source)}
            ref={editor}
            source={cell.source}
            undo={() => session.notebook.undoOf(cell.source)}
            awareness={session.awareness}
            language="text"
            label="Markdown"
            hint="Write Markdown here; formulas between dollars: $x^2$"
            hasLineNumbers={false}
            onFocus={() => session.view.noticed(cell.id, true)}
            onLeave={onLeave}
          />
          <IconButton icon="check" label="Finish editing (Shift+Enter)" onClick={() => session.view.focus(cell.id)} />
        </div>
      ) : null}
      <Rendered cell={cell} isEditing={isEditing} onEdit={() => session.view.edit(cell.id)} />
    </div>
  )
}

function Rendered({ cell, isEditing, onEdit }: { cell: Cell; isEditing: boolean; onEdit: () => void }) {
  const { notebook } = useSession()
  const source = useText(cell.source)
  const host = useRef<HTMLDivElement>(null)
  const isEmpty = source.trim() === ''
  useLayoutEffect(() => {
    if (host.current) renderMarkdown(host.current, source, notebook.attachments(cell.id))
  }, [source, isEmpty, notebook, cell.id])
  if (isEmpty) {
    return (
      <div className="prose text-hint" onDoubleClick={isEditing ? undefined : onEdit}>
        {isEditing ? 'The preview appears here' : 'Double-click (or Enter) to write text'}
      </div>
    )
  }
  return <div ref={host} className="prose" onDoubleClick={isEditing ? undefined : onEdit} />
}
