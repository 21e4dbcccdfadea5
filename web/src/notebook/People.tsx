import { useEffect, useState } from 'react'
import type { Awareness } from 'y-protocols/awareness'
import { UserChip } from '../kit/UserChip'
import { useSession } from './context'

interface Person {
  client: number
  name: string
  color: string
}

const MOST_SHOWN = 4

/** Who else has the notebook open. */
export function People() {
  const { awareness } = useSession()
  const [people, setPeople] = useState<readonly Person[]>([])
  useEffect(() => {
    const read = (): void => setPeople(othersIn(awareness))
    awareness.on('change', read)
    return () => awareness.off('change', read)
  }, [awareness])
  if (people.length === 0) return null
  return (
    <div className="people" aria-label="Also here">
      {people.slice(0, MOST_SHOWN).map(({ client, name, color }) => (
        <UserChip key={client} name={name} color={color} />
      ))}
      {people.length > MOST_SHOWN ? <span className="people-more">+{people.length - MOST_SHOWN}</span> : null}
    </div>
  )
}

function othersIn(awareness: Awareness): Person[] {
  return [...awareness.getStates()].flatMap(([client, state]) => {
    const user: unknown = state['user']
    if (client === awareness.clientID || typeof user !== 'object' || user === null) return []
    const { name, color } = user as { name?: unknown; color?: unknown }
    return typeof name === 'string' && typeof color === 'string' ? [{ client, name, color }] : []
  })
}
