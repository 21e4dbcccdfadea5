/** Times as the gutter shows them. */

/** "0.2s", "12s", "1m 5s", "2h 3m". */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`
}

/** Whole seconds while a cell runs: a tenth that never stops only distracts. */
export function elapsedWords(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  return seconds < 60 ? `${Math.floor(seconds)}s` : durationWords(ms)
}

/** "just now", "5 minutes ago", "yesterday", "12 Mar". */
export function agoWords(then: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 12 || (hours < 24 && then.getDate() === now.getDate()))
    return hours === 1 ? '1 hour ago' : `${hours} hours ago`
  const days = Math.round((startOfDay(now) - startOfDay(then)) / 86_400_000)
  if (days === 1) return 'yesterday'
  if (days < 7) return `${days} days ago`
  const isThisYear = then.getFullYear() === now.getFullYear()
  return then.toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
