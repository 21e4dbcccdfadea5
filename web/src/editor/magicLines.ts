/** Marks shell lines and magics in the editor; they are no Python. */
import type { Range } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view'
import { MAGIC_LINE } from './highlight'

const magic = Decoration.line({ class: 'line-magic' })

export const magicLines = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = decorate(view)
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = decorate(update.view)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

function decorate(view: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = []
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at)
      if (MAGIC_LINE.test(line.text)) ranges.push(magic.range(line.from))
      at = line.to + 1
    }
  }
  return Decoration.set(ranges)
}
