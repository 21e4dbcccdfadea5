/** Changes to the list of cells. Each is one transaction and one step of `cellUndo`. */
import * as Y from 'yjs'
import { newId } from '../base/ids'
import { CELL_EDIT, type CellType, type NotebookDocument } from './notebook'
import { spread } from './positions'

/** Puts an empty cell at `index` of the present order. Returns its id. */
export function insertCell(notebook: NotebookDocument, type: CellType, index: number, source = ''): string {
  const id = newId(12)
  notebook.doc.transact(() => {
    const cell = new Y.Map<unknown>()
    cell.set('type', type)
    cell.set('source', new Y.Text(source))
    cell.set('metadata', new Y.Map())
    cell.set('position', positionAt(notebook, notebook.order.get(), index))
    notebook.cells.set(id, cell)
  }, CELL_EDIT)
  return id
}

export function deleteCell(notebook: NotebookDocument, id: string): void {
  notebook.doc.transact(() => notebook.cells.delete(id), CELL_EDIT)
}

/** Moves a cell so that it stands at `index` of the new order. What others type into it meanwhile is kept. */
export function moveCell(notebook: NotebookDocument, id: string, index: number): void {
  const others = notebook.order.get().filter((other) => other !== id)
  notebook.doc.transact(() => {
    const position = positionAt(notebook, others, Math.max(0, Math.min(index, others.length)))
    notebook.cells.get(id)?.set('position', position)
  }, CELL_EDIT)
}

export function convertCell(notebook: NotebookDocument, id: string, type: CellType): void {
  notebook.doc.transact(() => notebook.cells.get(id)?.set('type', type), CELL_EDIT)
}

/** A position key before the cell at `index`. Where keys are broken, all cells get new ones in their present order. */
function positionAt(notebook: NotebookDocument, ids: readonly string[], index: number): string {
  try {
    return keyBefore(notebook, ids, index)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const keys = spread(null, null, ids.length)
    ids.forEach((id, at) => notebook.cells.get(id)?.set('position', keys[at]))
    return keyBefore(notebook, ids, index)
  }
}

/** Cells that share a key are spread apart first. */
function keyBefore(notebook: NotebookDocument, ids: readonly string[], index: number): string {
  const position = (at: number): string | null => {
    const id = ids[at]
    return id === undefined ? null : notebook.position(id)
  }
  const low = position(index - 1)
  let end = index
  while (low !== null && position(end) === low) end++
  const [first, ...rest] = spread(low, position(end), end - index + 1)
  rest.forEach((key, offset) => {
    const id = ids[index + offset]
    if (id !== undefined) notebook.cells.get(id)?.set('position', key)
  })
  if (first === undefined) throw new RangeError('spread made no key')
  return first
}
