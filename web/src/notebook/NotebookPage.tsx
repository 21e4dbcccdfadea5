import { useEffect, useState } from 'react'
import { useServices } from '../app/services'
import { useStore } from '../base/useStore'
import type { Me } from '../contract/messages'
import { handleKeys } from '../actions/keyHandler'
import { MissingPage, RefusedPage, SignedOutPage } from '../app/MessagePage'
import { loadEditor } from '../editor/loadEditor'
import { AboutDialog } from './AboutDialog'
import { CellList } from './CellList'
import { SessionContext, useSession } from './context'
import { Header } from './Header'
import { RescueDialog } from './RescueDialog'
import { NotebookSession } from './session'
import { ShortcutsDialog } from './ShortcutsDialog'
import { StatusBars } from './StatusBars'
import { Toolbar } from './Toolbar'
import './notebook.css'
import './header.css'
import './bars.css'
import './cells.css'
import './runButton.css'
import './cellToolbar.css'
import '../editor/editor.css'
import '../outputs/outputs.css'
import '../markdown/markdown.css'

/** One notebook. Drawn anew, by its key, for another notebook or user. */
export function NotebookPage({ id, me }: { id: string; me: Me }) {
  const { toasts } = useServices()
  const [session] = useState(() => new NotebookSession(id, me, toasts))
  useEffect(() => {
    void session.open()
    return () => void session.dispose()
  }, [session])
  return (
    <SessionContext value={session}>
      <OpenNotebook />
    </SessionContext>
  )
}

function OpenNotebook() {
  const session = useSession()
  const services = useServices()
  const closed = useStore(session.closed)
  const isLoaded = useStore(session.isLoaded)
  const dialog = useStore(session.view.dialog)
  const [isChordOpen, setChordOpen] = useState(false)

  useEffect(() => {
    const place = () => ({ session, services, cell: session.view.selection.get().cell })
    return handleKeys(place, setChordOpen)
  }, [session, services])
  useEffect(() => {
    if (!isLoaded) return
    void loadEditor()
    const [only, second] = session.notebook.order.get()
    const isFresh = only !== undefined && second === undefined && session.notebook.cell(only)?.source.length === 0
    if (isFresh) session.view.edit(only)
  }, [isLoaded, session])

  if (closed?.reason === 'signed_out') return <SignedOutPage />
  if (closed?.reason === 'refused') return <RefusedPage message={closed.message} />
  if (closed) return <MissingPage />
  const closeDialog = (): void => session.view.dialog.set(null)
  return (
    <div className="notebook-page">
      <Header />
      <Toolbar />
      <StatusBars />
      <main className="notebook" aria-label="Notebook" aria-busy={!isLoaded}>
        {isLoaded ? <CellList /> : <Skeleton />}
      </main>
      {isChordOpen ? <div className="chord-hint">Ctrl+M … press the second key</div> : null}
      {dialog === 'shortcuts' ? <ShortcutsDialog onClose={closeDialog} /> : null}
      {dialog === 'about' ? <AboutDialog onClose={closeDialog} /> : null}
      <RescueDialog />
    </div>
  )
}

function Skeleton() {
  return (
    <div className="skeleton" aria-label="Loading">
      <div />
      <div />
      <div />
    </div>
  )
}
