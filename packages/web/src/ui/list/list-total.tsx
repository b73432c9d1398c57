import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'

/** How many the filter matches; beyond `countedTo` nobody counts. */
export function ListTotal({ total: counted, countedTo }: { total: number; countedTo: number }) {
  const { t } = useTranslation()
  const isBeyond = counted > countedTo
  const total = isBeyond ? countedTo : counted
  const text = formatCount(total)
  return (
    <span className="numbers" role="status" style={{ color: 'var(--ink-dim)', fontSize: 12, whiteSpace: 'nowrap' }}>
      {isBeyond ? t('table.atLeast', { total: text }) : t('table.total', { count: total, total: text })}
    </span>
  )
}
