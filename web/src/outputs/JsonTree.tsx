interface JsonTreeProps {
  value: unknown
  name?: string
  depth?: number
}

const OPEN_DEPTH = 1

/** A JSON value whose parts open and close. */
export function JsonTree({ value, name, depth = 0 }: JsonTreeProps) {
  const label = name === undefined ? null : <span className="json-name">{name}: </span>
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="json-row">
        {label}
        <span className={`json-${value === null ? 'null' : typeof value}`}>{JSON.stringify(value)}</span>
      </div>
    )
  }
  const entries = Object.entries<unknown>({ ...value })
  const isArray = Array.isArray(value)
  return (
    <details className="json-part" open={depth < OPEN_DEPTH}>
      <summary>
        {label}
        <span className="json-count">{isArray ? `[${entries.length}]` : `{${entries.length === 0 ? '' : '…'}}`}</span>
      </summary>
      {entries.map(([key, part]) => (
        <JsonTree key={key} name={key} value={part} depth={depth + 1} />
      ))}
    </details>
  )
}
