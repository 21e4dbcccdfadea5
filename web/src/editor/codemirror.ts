/** The live editor of one cell; a chunk of its own, loaded while the page is idle. */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, indentLess, indentMore } from '@codemirror/commands'
import { python } from '@codemirror/lang-python'
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers, placeholder, type Command } from '@codemirror/view'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { classes } from './highlight'
import { magicLines } from './magicLines'

export interface EditorOptions {
  host: HTMLElement
  source: Y.Text
  undo: Y.UndoManager
  awareness: Awareness
  language: 'python' | 'text'
  label: string
  hint: string
  hasLineNumbers: boolean
  onFocus: () => void
  /** The caret is at the first or last line and goes on. Returns whether there was somewhere to go. */
  onLeave: (direction: 'up' | 'down') => boolean
}

export interface Editor {
  readonly view: EditorView
  showLineNumbers(isShown: boolean): void
  focus(caret: 'start' | 'end' | 'keep'): void
  /** Takes over a mouse press that hit the text at rest, so that a drag selects. */
  press(event: MouseEvent): void
  destroy(): void
}

const INDENT = '    '

export function createEditor(options: EditorOptions): Editor {
  const numbers = new Compartment()
  const view = new EditorView({
    parent: options.host,
    state: EditorState.create({
      doc: options.source.toJSON(),
      extensions: [numbers.of(options.hasLineNumbers ? lineNumbers() : []), extensions(options)],
    }),
  })
  return {
    view,
    showLineNumbers: (isShown) => view.dispatch({ effects: numbers.reconfigure(isShown ? lineNumbers() : []) }),
    focus: (caret) => {
      view.focus()
      if (caret === 'keep') return
      view.dispatch({ selection: { anchor: caret === 'start' ? 0 : view.state.doc.length }, scrollIntoView: true })
    },
    press: (event) => {
      const { clientX, clientY, button, buttons, detail, shiftKey, ctrlKey, metaKey, altKey } = event
      const init = { clientX, clientY, button, buttons, detail, shiftKey, ctrlKey, metaKey, altKey }
      view.focus()
      view.contentDOM.dispatchEvent(new MouseEvent('mousedown', { ...init, bubbles: true, cancelable: true }))
    },
    destroy: () => view.destroy(),
  }
}

function extensions(options: EditorOptions): Extension {
  return [
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    indentUnit.of(INDENT),
    EditorState.tabSize.of(4),
    syntaxHighlighting(classes),
    options.language === 'python' ? [python(), magicLines] : EditorView.lineWrapping,
    placeholder(options.hint),
    EditorView.contentAttributes.of({
      'aria-label': options.label,
      spellcheck: options.language === 'text' ? 'true' : 'false',
    }),
    EditorView.domEventHandlers({ focus: () => options.onFocus() }),
    keymap.of([
      { key: 'Tab', run: indent, shift: indentLess },
      { key: 'ArrowUp', run: leaveAt('up', options) },
      { key: 'ArrowDown', run: leaveAt('down', options) },
      ...closeBracketsKeymap,
      ...yUndoManagerKeymap,
      ...defaultKeymap,
    ]),
    yCollab(options.source, options.awareness, { undoManager: options.undo }),
  ]
}

/** Tab fills up to the next stop; with a selection it indents the lines. */
const indent: Command = (view) => {
  const { state } = view
  if (state.selection.ranges.some((range) => !range.empty)) return indentMore(view)
  view.dispatch(
    state.changeByRange((range) => {
      const column = range.head - state.doc.lineAt(range.head).from
      const blanks = INDENT.slice(0, INDENT.length - (column % INDENT.length))
      return {
        changes: { from: range.head, insert: blanks },
        range: range.extend(range.head + blanks.length, range.head + blanks.length),
      }
    }),
    { scrollIntoView: true, userEvent: 'input.indent' },
  )
  return true
}

function leaveAt(direction: 'up' | 'down', { onLeave }: EditorOptions): Command {
  return (view) => {
    const { main, ranges } = view.state.selection
    if (!main.empty || ranges.length > 1) return false
    const line = view.state.doc.lineAt(main.head)
    const isAtEdge = direction === 'up' ? line.number === 1 : line.number === view.state.doc.lines
    if (!isAtEdge) return false
    // A long line may be drawn as several: only from the outermost of them is the way out.
    const moved = view.moveVertically(main, direction === 'down')
    const stays = view.coordsAtPos(moved.head)?.top === view.coordsAtPos(main.head)?.top
    return stays && onLeave(direction)
  }
}
