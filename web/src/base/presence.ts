/** How a person appears to the others in the notebook. */
import type { Me } from '../contract/messages'

export interface Presence {
  name: string
  color: string
  colorLight: string
}

const HUES = [211, 142, 27, 330, 262, 185, 4, 48]

export function presenceOf(me: Me, client: number): Presence {
  const hue = HUES[client % HUES.length] ?? 211
  return { name: me.name, color: `hsl(${hue} 70% 45%)`, colorLight: `hsl(${hue} 70% 45% / 0.25)` }
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return (
    letters
      .map((word) => word?.charAt(0) ?? '')
      .join('')
      .toUpperCase() || '?'
  )
}
