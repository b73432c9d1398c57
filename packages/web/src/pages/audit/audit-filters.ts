import { useTranslation } from 'react-i18next'
import type { FilterKey } from '../../ui/list/filter-key.ts'
import { isDayOrInstant } from '../../ui/list/filter-words.ts'

/** As the API names them; what it does not know has no word of its own. */
export const KINDS = [
  ...(['task', 'execution', 'user', 'user_group', 'role', 'grant', 'token', 'session'] as const),
  ...(['secret', 'policy', 'approval', 'tenant', 'request'] as const),
] as const
const OUTCOMES = ['done', 'refused'] as const

/** Keys of the address that filter the list. */
export const FILTER_KEYS = [
  ...(['q', 'kind', 'subject', 'actor', 'action', 'outcome', 'address', 'request_id', 'from', 'to'] as const),
] as const
export type AuditSearch = Partial<Record<(typeof FILTER_KEYS)[number], string | undefined>>

/** What can be filtered by, in the page's language. */
export function useAuditFilters(): FilterKey[] {
  const { t } = useTranslation()
  const oneOf = (key: string, known: readonly string[]) => ({
    check: (value: string) =>
      known.includes(value) ? null : t('filter.notOneOf', { key, value, known: known.join(', ') }),
  })
  const instant = (key: string, label: string): FilterKey => ({
    key,
    label,
    check: (value) => (isDayOrInstant(value) ? null : t('filter.noInstant', { key, value })),
  })
  return [
    {
      key: 'kind',
      label: t('audit.filters.kind'),
      values: KINDS.map((value) => ({ value, text: t(`audit.kinds.${value}`) })),
      ...oneOf('kind', KINDS),
    },
    { key: 'subject', label: t('audit.filters.subject') },
    { key: 'actor', label: t('audit.filters.actor') },
    { key: 'action', label: t('audit.filters.action') },
    {
      key: 'outcome',
      label: t('audit.filters.outcome'),
      values: OUTCOMES.map((value) => ({ value, text: t(`audit.outcomes.${value}`) })),
      ...oneOf('outcome', OUTCOMES),
    },
    { key: 'address', label: t('audit.filters.address') },
    { key: 'request_id', label: t('audit.filters.request') },
    instant('from', t('audit.filters.from')),
    instant('to', t('audit.filters.to')),
  ]
}
