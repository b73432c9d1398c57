import { useTranslation } from 'react-i18next'
import type { ExecutionQuery, ExecutionStatus } from '../../api/types.ts'
import type { FilterKey } from '../../ui/list/filter-key.ts'
import { isDayOrInstant, isLateness } from '../../ui/list/filter-words.ts'

const STATUSES = [
  'pending',
  'running',
  'success',
  'failed',
  'cancelled',
  'skipped',
] as const satisfies ExecutionStatus[]
const TRIGGERS = ['schedule', 'manual', 'api', 'retry', 'backfill', 'dependency', 'webhook'] as const
/** Suggested; any other time will do. */
const LATENESSES = ['>5s', '>1m', '>1h'] as const
const FAILURES = [
  'exit_code',
  'timeout',
  'lost',
  'dispatch',
  'assertion',
  'unknown_handler',
  'secret',
  'error',
  'policy',
] as const

/** Keys of the address that filter the list. */
export const FILTER_KEYS = [
  ...(['q', 'status', 'trigger', 'failure', 'group', 'task', 'node', 'late'] as const),
  ...(['from', 'to', 'finished_from', 'finished_to'] as const),
] as const
export type ExecutionSearch = Partial<Record<(typeof FILTER_KEYS)[number], string | undefined>>

/** What can be filtered by, in the page's language. */
export function useExecutionFilters(): FilterKey[] {
  const { t } = useTranslation()
  /** One of some values; of statuses several with commas between. */
  const oneOf = (key: string, known: readonly string[], isMany = false) => ({
    check: (value: string) => {
      const wrong = (isMany ? value.split(',') : [value]).find((each) => !known.includes(each))
      return wrong === undefined ? null : t('filter.notOneOf', { key, value: wrong, known: known.join(', ') })
    },
  })
  const instant = (key: string, label: string): FilterKey => ({
    key,
    label,
    check: (value) => (isDayOrInstant(value) ? null : t('filter.noInstant', { key, value })),
  })
  return [
    {
      key: 'status',
      label: t('execution.filters.status'),
      values: STATUSES.map((value) => ({ value, text: t(`outcome.${value}`) })),
      ...oneOf('status', STATUSES, true),
    },
    {
      key: 'trigger',
      label: t('execution.filters.trigger'),
      values: TRIGGERS.map((value) => ({ value, text: t(`execution.triggers.${value}`) })),
      ...oneOf('trigger', TRIGGERS),
    },
    {
      key: 'failure',
      label: t('execution.filters.failure'),
      values: FAILURES.map((value) => ({ value, text: t(`execution.failures.${value}`) })),
      ...oneOf('failure', FAILURES),
    },
    { key: 'group', label: t('execution.filters.group') },
    { key: 'task', label: t('execution.filters.task') },
    { key: 'node', label: t('execution.filters.node') },
    {
      key: 'late',
      label: t('execution.filters.late'),
      values: LATENESSES.map((value) => ({ value, text: t('execution.filters.lateBy') })),
      check: (value) => (isLateness(value) ? null : t('filter.noLateness', { value })),
    },
    instant('from', t('execution.filters.from')),
    instant('to', t('execution.filters.to')),
    instant('finished_from', t('execution.filters.endedFrom')),
    instant('finished_to', t('execution.filters.endedTo')),
  ]
}

/** The address's filter as the API takes it; wrong values are the API's to refuse, with their field. */
export function toListQuery({ task, node, ...rest }: ExecutionSearch, sort?: string): ExecutionQuery {
  const query = Object.fromEntries(
    Object.entries({ ...rest, task_id: task, node_id: node, sort }).filter(([, value]) => value !== undefined),
  )
  return query as ExecutionQuery
}
