import { initialsOf } from '../base/presence'

/** Who is signed in. */
export function UserChip({ name, color }: { name: string; color?: string }) {
  return (
    <span
      className="user-chip"
      data-tip={name}
      role="img"
      aria-label={name}
      style={color ? { background: color } : undefined}
    >
      {initialsOf(name)}
    </span>
  )
}
