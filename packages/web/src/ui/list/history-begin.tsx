import { Trans } from 'react-i18next'
import { Instant } from '../instant.tsx'

/** Under a list of what was: where its past begins, if retention has cut it. `removed`: how many answers went. */
export function HistoryBegin({ at, removed }: { at: string | null | undefined; removed?: number | undefined }) {
  if (!at) return null
  const instant = <Instant at={at} style="absolute" />
  return (
    <p style={{ margin: '8px 0 0', color: 'var(--ink-dim)', fontSize: 12 }}>
      {removed === undefined ? (
        <Trans i18nKey="table.historyBegins" components={{ at: instant }} />
      ) : (
        <Trans i18nKey="table.answersRemoved" count={removed} components={{ at: instant }} />
      )}
    </p>
  )
}
