/** Questions about cells that several actions ask. */
import type { Place } from './action'

/** Where the cell stands, or null. */
export function indexOf({ session, cell }: Place): number | null {
  const index = cell === null ? -1 : session.notebook.order.get().indexOf(cell)
  return index < 0 ? null : index
}

export function hasCell(place: Place): boolean {
  return indexOf(place) !== null
}

/** The place of a new cell: behind the selected one, or at the end. */
export function indexBelow(place: Place): number {
  const index = indexOf(place)
  return index === null ? place.session.notebook.order.get().length : index + 1
}

/** The code cells among these, in their order. */
export function codeCells({ session }: Place, ids: readonly string[]): string[] {
  return ids.filter((id) => session.notebook.cell(id)?.type === 'code')
}

export function isCode({ session, cell }: Place): boolean {
  return cell !== null && session.notebook.cell(cell)?.type === 'code'
}

export function isUnderWay({ session }: Place): boolean {
  return session.notebook.order.get().some((id) => session.runs.isUnderWay(id))
}

export function hasRuntime({ session }: Place): boolean {
  const { state } = session.runs.runtime.get()
  return state === 'ready' || state === 'starting'
}
