import { useTranslation } from 'react-i18next'
import { formatCount } from '../format/number.ts'

/** Beyond this the API counts no further. */
const COUNTED_TO = 100_000

/** How many the filter matches. */
export function ListTotal({ total }: { total: number }) {
  const { t } = useTranslation()
  const text = formatCount(total)
  return (
    <span className="numbers" role="status" style={{ color: 'var(--ink-dim)', fontSize: 12, whiteSpace: 'nowrap' }}>
      {total >= COUNTED_TO ? t('table.atLeast', { total: text }) : t('table.total', { count: total, total: text })}
    </span>
  )
}
