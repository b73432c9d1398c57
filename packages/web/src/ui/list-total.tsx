import { useTranslation } from 'react-i18next'
import { formatCount } from '../format/number.ts'

/** Beyond this the API counts no further. */
const COUNTED_TO = { tasks: 100_000, executions: 10_000 }

/** How many the filter matches. */
export function ListTotal({ total: counted, of }: { total: number; of: keyof typeof COUNTED_TO }) {
  const { t } = useTranslation()
  const isBeyond = counted > COUNTED_TO[of]
  const total = isBeyond ? COUNTED_TO[of] : counted
  const text = formatCount(total)
  return (
    <span className="numbers" role="status" style={{ color: 'var(--ink-dim)', fontSize: 12, whiteSpace: 'nowrap' }}>
      {isBeyond ? t('table.atLeast', { total: text }) : t('table.total', { count: total, total: text })}
    </span>
  )
}
