import { useTranslation } from 'react-i18next'
import type { ExecutionStatus, operations } from '../../api/types.ts'
import type { FilterKey } from '../../ui/list/filter-bar.tsx'

const STATUSES = [
  'pending',
  'running',
  'success',
  'failed',
  'cancelled',
  'skipped',
] as const satisfies ExecutionStatus[]
const TRIGGERS = ['schedule', 'manual', 'api', 'retry', 'backfill', 'dependency', 'webhook'] as const
const FAILURES = ['exit_code', 'timeout', 'lost', 'dispatch', 'assertion', 'unknown_handler', 'error'] as const

/** Keys of the address that filter the list. */
export const FILTER_KEYS = ['status', 'trigger', 'failure', 'group', 'task', 'from', 'to'] as const
export type ExecutionSearch = Partial<Record<(typeof FILTER_KEYS)[number], string | undefined>>

type ListQuery = NonNullable<operations['get_scheduler_executions']['parameters']['query']>

/** What can be filtered by, in the page's language. */
export function useExecutionFilters(): FilterKey[] {
  const { t } = useTranslation()
  return [
    {
      key: 'status',
      label: t('execution.filters.status'),
      values: STATUSES.map((value) => ({ value, text: t(`outcome.${value}`) })),
    },
    {
      key: 'trigger',
      label: t('execution.filters.trigger'),
      values: TRIGGERS.map((value) => ({ value, text: t(`execution.triggers.${value}`) })),
    },
    {
      key: 'failure',
      label: t('execution.filters.failure'),
      values: FAILURES.map((value) => ({ value, text: t(`execution.failures.${value}`) })),
    },
    { key: 'group', label: t('execution.filters.group') },
    { key: 'task', label: t('execution.filters.task') },
    { key: 'from', label: t('execution.filters.from') },
    { key: 'to', label: t('execution.filters.to') },
  ]
}

/** The address's filter as the API takes it; wrong values are the API's to refuse, with their field. */
export function toListQuery({ task, ...rest }: ExecutionSearch): ListQuery {
  const query = Object.fromEntries(
    Object.entries({ ...rest, task_id: task }).filter(([, value]) => value !== undefined),
  )
  return query as ListQuery
}
