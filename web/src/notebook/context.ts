/** The open notebook, for the components that draw it. */
import { createContext, useContext } from 'react'
import type { Action, Place } from '../actions/action'
import { useServices } from '../app/services'
import type { NotebookSession } from './session'

export const SessionContext = createContext<NotebookSession | null>(null)

export function useSession(): NotebookSession {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('no notebook above this component')
  return session
}

/** Runs actions on a cell, or on the selected one. */
export function useAct(): { act: (action: Action, cell?: string) => void; place: (cell?: string) => Place } {
  const session = useSession()
  const services = useServices()
  const place = (cell?: string): Place => ({ session, services, cell: cell ?? session.view.selection.get().cell })
  return { place, act: (action, cell) => action.run(place(cell)) }
}
