import { useTranslation } from 'react-i18next'
import type { Node } from '../../subjects/node/node-queries.ts'
import { Instant } from '../../ui/instant.tsx'
import classes from './node-page.module.css'

const COLOURS: Readonly<Record<Node['status'], string>> = {
  ready: 'success',
  degraded: 'late',
  draining: 'cancelled',
  offline: 'failed',
}

/** Why it takes no work, or takes it less gladly, and since when; nothing where it is well. */
export function NodeReason({ node: { status, status_reason, status_since, quarantined, warmth } }: { node: Node }) {
  const { t } = useTranslation()
  const remarks = [
    ...(quarantined ? [t('nodes.page.quarantined')] : []),
    ...(warmth < 1 && status !== 'offline' ? [t('nodes.page.warming', { percent: Math.round(warmth * 100) })] : []),
  ]
  if (status === 'ready' && remarks.length === 0) return null
  const colour = status === 'ready' ? 'late' : COLOURS[status]
  const style = { '--why': `var(--${colour})`, '--why-soft': `var(--${colour}-soft)` } as React.CSSProperties
  return (
    <div className={classes.reason} style={style}>
      {status !== 'ready' && (
        <span>
          {status_reason} · <Instant at={status_since} />
        </span>
      )}
      {remarks.map((remark) => (
        <span key={remark}>{remark}</span>
      ))}
    </div>
  )
}
