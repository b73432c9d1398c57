import { useTranslation } from 'react-i18next'
import { formatInstant, formatOffset, formatRelative } from '../format/instant.ts'
import { useNow } from '../ground/now.ts'
import { useZone } from '../ground/zone.ts'

interface InstantProps {
  /** ISO text or epoch milliseconds; null shows a dash. */
  at: string | number | null | undefined
  /** Of the task it belongs to, for viewers who read tasks' own zones. */
  zone?: string | null
  /** Relative in lists (`3 m ago`), absolute in details. The other one is in the tooltip. */
  style?: 'relative' | 'absolute'
  /** A relative one by its largest unit alone: `2 h ago`. */
  isRough?: boolean
  hasMilliseconds?: boolean
  /** Whether an absolute one names its zone; false where the heading of a column does. */
  hasZone?: boolean
}

const ZONE = { color: 'var(--ink-dim)', fontSize: '0.86em' }

/** An instant in the viewer's chosen zone. */
export function Instant(props: InstantProps) {
  const { at, zone: taskZone, style = 'relative', isRough = false, hasMilliseconds = false, hasZone = true } = props
  const zone = useZone(taskZone)
  const now = useNow()
  const { t } = useTranslation()
  if (at === null || at === undefined) return <span style={{ color: 'var(--ink-faint)' }}>{t('time.none')}</span>
  const epochMs = typeof at === 'number' ? at : Date.parse(at)
  const relative = formatRelative(epochMs, now, { isRough })
  const iso = new Date(epochMs).toISOString()
  const exact = `${formatInstant(epochMs, { zone, hasMilliseconds: true })} ${zone}`
  // No component of its own for the hint: a list shows hundreds of instants while it scrolls.
  return (
    <time
      dateTime={iso}
      title={style === 'relative' ? exact : `${relative} · ${exact}`}
      className="numbers"
      style={{ whiteSpace: 'var(--instant-wrap, nowrap)' }}
    >
      {style === 'relative' ? relative : formatInstant(epochMs, { zone, hasMilliseconds })}
      {style === 'absolute' && hasZone && <span style={ZONE}> {formatOffset(epochMs, zone)}</span>}
    </time>
  )
}
