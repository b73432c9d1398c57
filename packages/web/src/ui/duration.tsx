import { exactSeconds, formatDuration } from '../format/duration.ts'
import { useNow } from '../ground/now.ts'

/** A span; `ms` null shows a dash. With `since` (epoch ms) it grows by the second. */
export function Duration({ ms, since }: { ms?: number | null; since?: number }) {
  const now = useNow()
  const value = since === undefined ? ms : Math.max(0, now - since)
  if (value === null || value === undefined) return <span style={{ color: 'var(--ink-faint)' }}>–</span>
  return (
    <span className="numbers" title={exactSeconds(value)} style={{ whiteSpace: 'nowrap' }}>
      {formatDuration(value)}
    </span>
  )
}
