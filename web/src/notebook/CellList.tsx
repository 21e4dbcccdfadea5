/**
 * All cells. Those far from the screen are drawn while the page is idle, so that opening a long notebook is quick and
 * the browser's own search still finds everything; a drawn cell is never taken away again.
 */
import { useEffect, useRef, useState } from 'react'
import { useStore } from '../base/useStore'
import { useSession } from './context'
import { InsertBar } from './InsertBar'
import { NotebookCell } from './NotebookCell'
import { NearScreen } from './nearScreen'

const AT_ONCE = 12

export function CellList() {
  const { notebook } = useSession()
  const order = useStore(notebook.order)
  const [near] = useState(() => new NearScreen())
  useEffect(() => () => near.close(), [near])
  return (
    <div className="cells">
      <InsertBar after={null} />
      {order.map((id, index) => (
        <LazyCell key={id} id={id} isFirst={index < AT_ONCE} near={near} />
      ))}
    </div>
  )
}

function LazyCell({ id, isFirst, near }: { id: string; isFirst: boolean; near: NearScreen }) {
  const { notebook, view } = useSession()
  const host = useRef<HTMLDivElement>(null)
  const [isDrawn, setDrawn] = useState(() => isFirst || view.selection.get().cell === id)
  useEffect(() => {
    if (isDrawn || !host.current) return
    return near.watch(host.current, () => setDrawn(true))
  }, [isDrawn, near])
  useEffect(
    () =>
      view.selection.subscribe(() => {
        if (view.selection.get().cell === id) setDrawn(true)
      }),
    [view, id],
  )
  if (isDrawn) {
    return (
      <>
        <NotebookCell id={id} />
        <InsertBar after={id} />
      </>
    )
  }
  const lines = notebook.cell(id)?.source.length ?? 0
  return (
    <div ref={host} className="cell-place" data-cell-place={id} style={{ height: 56 + Math.min(600, lines / 2) }} />
  )
}
