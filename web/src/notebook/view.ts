/** Which cell is selected, whether it is being edited, and where its parts are on the screen. */
import { createStore } from '../base/store'

export interface Selection {
  readonly cell: string | null
  readonly isEditing: boolean
}

export type Caret = 'start' | 'end' | 'keep'

/** A cell that is drawn. */
export interface CellHandle {
  focus(): void
  edit(caret: Caret): void
}

export type OpenDialog = 'shortcuts' | 'about'

const LINE_NUMBERS = 'ownlab.lineNumbers'

export class NotebookView {
  readonly selection = createStore<Selection>({ cell: null, isEditing: false })
  readonly dialog = createStore<OpenDialog | null>(null)
  readonly isRenaming = createStore(false)
  readonly hasLineNumbers = createStore(localStorage.getItem(LINE_NUMBERS) === 'yes')
  private readonly handles = new Map<string, CellHandle>()
  private wanted: { cell: string; act: (handle: CellHandle) => void } | null = null

  /** Called by a cell when it is drawn; the returned function when it goes. */
  attach(cell: string, handle: CellHandle): () => void {
    this.handles.set(cell, handle)
    if (this.wanted?.cell === cell) {
      const { act } = this.wanted
      this.wanted = null
      act(handle)
    }
    return () => {
      if (this.handles.get(cell) === handle) this.handles.delete(cell)
    }
  }

  /** Selects a cell and gives it the keyboard; a cell that is about to be drawn gets it then. */
  focus(cell: string): void {
    this.selection.set({ cell, isEditing: false })
    this.act(cell, (handle) => handle.focus())
  }

  edit(cell: string, caret: Caret = 'keep'): void {
    this.selection.set({ cell, isEditing: true })
    this.act(cell, (handle) => handle.edit(caret))
  }

  /** What the cell itself reports when the keyboard comes to it. */
  noticed(cell: string, isEditing: boolean): void {
    const { cell: before, isEditing: wasEditing } = this.selection.get()
    if (before !== cell || wasEditing !== isEditing) this.selection.set({ cell, isEditing })
  }

  showLineNumbers(isShown: boolean): void {
    localStorage.setItem(LINE_NUMBERS, isShown ? 'yes' : 'no')
    this.hasLineNumbers.set(isShown)
  }

  private act(cell: string, act: (handle: CellHandle) => void): void {
    const handle = this.handles.get(cell)
    this.wanted = handle ? null : { cell, act }
    if (handle) act(handle)
  }
}
