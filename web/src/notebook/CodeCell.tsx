import type { Ref } from 'react'
import { useStore } from '../base/useStore'
import type { Cell } from '../document/notebook'
import { CellEditor, type CellEditorHandle } from '../editor/CellEditor'
import { CellOutputs } from '../outputs/CellOutputs'
import { useSession } from './context'
import { keyOf } from './keyOf'
import { RunButton, RunStatus } from './RunButton'
import { RunNote } from './RunNote'

interface CodeCellProps {
  cell: Cell
  editor: Ref<CellEditorHandle>
  onLeave: (direction: 'up' | 'down') => boolean
}

export function CodeCell({ cell, editor, onLeave }: CodeCellProps) {
  const session = useSession()
  const hasLineNumbers = useStore(session.view.hasLineNumbers)
  const isCode = cell.type === 'code'
  return (
    <>
      {isCode ? <RunStatus cell={cell.id} /> : null}
      <div className="cell-body">
        <div className="code-row">
          <div className="gutter">
            {isCode ? <RunButton cell={cell.id} /> : <span className="gutter-raw">raw</span>}
          </div>
          <CellEditor
            key={keyOf(cell.source)}
            ref={editor}
            source={cell.source}
            undo={() => session.notebook.undoOf(cell.source)}
            awareness={session.awareness}
            language={isCode ? 'python' : 'text'}
            label={isCode ? 'Code' : 'Raw text'}
            hint={isCode ? 'Start coding…' : 'Raw text'}
            hasLineNumbers={hasLineNumbers}
            onFocus={() => session.view.noticed(cell.id, true)}
            onLeave={onLeave}
          />
        </div>
        {isCode ? <CellOutputs session={session} cell={cell.id} /> : null}
        {isCode ? <RunNote cell={cell.id} /> : null}
      </div>
    </>
  )
}
