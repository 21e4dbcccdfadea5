/** The notebook's document: cells by id, ordered by position key. Everybody's edits meet here. */
import * as Y from 'yjs'
import { createStore } from '../base/store'
import { KeyedStore } from '../base/keyed'

export type CellType = 'code' | 'markdown' | 'raw'

/** A cell as the document holds it now. Replaced by a new object when its type or its text object changes. */
export interface Cell {
  readonly id: string
  readonly type: CellType
  readonly source: Y.Text
  readonly map: Y.Map<unknown>
}

/** Origin of edits to the list of cells; typing has the editor's own. */
export const CELL_EDIT = Symbol('cell edit')

export class NotebookDocument {
  readonly doc = new Y.Doc()
  readonly cells = this.doc.getMap<Y.Map<unknown>>('cells')
  readonly metadata = this.doc.getMap('notebook')
  /** Ids of all cells, in the order in which they are shown. */
  readonly order = createStore<readonly string[]>([])
  readonly byId = new KeyedStore<Cell>()
  /** Undoes inserting, deleting, moving and converting cells; what was typed is undone cell by cell. */
  readonly cellUndo = new Y.UndoManager(this.cells, { trackedOrigins: new Set([CELL_EDIT]), captureTimeout: 0 })
  private readonly textUndo = new WeakMap<Y.Text, Y.UndoManager>()

  constructor() {
    this.cells.observeDeep((events) => {
      let isReordered = false
      for (const event of events) {
        if (event.target === this.cells) {
          for (const id of event.keys.keys()) this.readCell(id)
          isReordered = true
        } else if (event.path.length === 1 && event instanceof Y.YMapEvent) {
          const [id] = event.path
          if (typeof id !== 'string') continue
          if (event.keysChanged.has('type') || event.keysChanged.has('source')) this.readCell(id)
          if (event.keysChanged.has('position') || event.keysChanged.has('source')) isReordered = true
        }
      }
      if (isReordered) this.sortCells()
    })
  }

  cell(id: string): Cell | undefined {
    return this.byId.get(id)
  }

  position(id: string): string {
    const value = this.cells.get(id)?.get('position')
    return typeof value === 'string' ? value : ''
  }

  /** Images pasted into a text cell: file name to MIME bundle. */
  attachments(id: string): unknown {
    return this.cells.get(id)?.get('attachments')
  }

  /** The history of one cell's text; it outlives the cell's editor. */
  undoOf(source: Y.Text): Y.UndoManager {
    const known = this.textUndo.get(source)
    if (known) return known
    const undo = new Y.UndoManager(source, { captureTimeout: 400 })
    this.textUndo.set(source, undo)
    return undo
  }

  /** Every cell's text, to hand over to somebody whose document can not be merged. */
  asText(): string {
    return this.order
      .get()
      .map((id) => this.cell(id)?.source.toJSON() ?? '')
      .filter((source) => source !== '')
      .join('\n\n# %%\n')
  }

  destroy(): void {
    this.cellUndo.destroy()
    this.doc.destroy()
  }

  private readCell(id: string): void {
    const map = this.cells.get(id)
    const source = map?.get('source')
    if (!(map instanceof Y.Map) || !(source instanceof Y.Text)) return this.byId.delete(id)
    const type = readType(map.get('type'))
    const known = this.byId.get(id)
    if (known?.source !== source || known.type !== type) this.byId.set(id, { id, type, source, map })
  }

  private sortCells(): void {
    const keyed = [...this.byId.entries()].map(([id]) => ({ id, position: this.position(id) }))
    keyed.sort((a, b) => compare(a.position, b.position) || compare(a.id, b.id))
    const before = this.order.get()
    const isSame = keyed.length === before.length && keyed.every(({ id }, index) => id === before[index])
    if (!isSame) this.order.set(keyed.map(({ id }) => id))
  }
}

function readType(value: unknown): CellType {
  return value === 'markdown' || value === 'raw' ? value : 'code'
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
