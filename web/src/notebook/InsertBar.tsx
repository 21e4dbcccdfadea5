import { insertCell } from '../document/edits'
import type { CellType } from '../document/notebook'
import { Button } from '../kit/Button'
import { useSession } from './context'

/** The line between two cells; under the mouse it offers to put a cell there. */
export function InsertBar({ after }: { after: string | null }) {
  const { notebook, view } = useSession()
  const insert = (type: CellType): void => {
    const index = after === null ? 0 : notebook.order.get().indexOf(after) + 1
    view.edit(insertCell(notebook, type, index), 'start')
  }
  return (
    <div className="insert-bar">
      <div className="insert-buttons">
        <Button icon="add" aria-label="Insert code cell here" tabIndex={-1} onClick={() => insert('code')}>
          Code
        </Button>
        <Button icon="add" aria-label="Insert text cell here" tabIndex={-1} onClick={() => insert('markdown')}>
          Text
        </Button>
      </div>
    </div>
  )
}
