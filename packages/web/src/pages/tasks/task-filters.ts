import { useTranslation } from 'react-i18next'
import type { TaskQuery, TaskStatus } from '../../api/types.ts'
import { TASK_TYPES } from '../../subjects/task/task-types.ts'
import { useGroups, useTags } from '../../subjects/task/use-groups.ts'
import type { FilterKey } from '../../ui/list/filter-key.ts'

const TASK_STATUSES = ['active', 'disabled', 'paused', 'finished', 'deleted'] as const satisfies TaskStatus[]

/** Keys of the address that filter the list. */
export const TASK_FILTER_KEYS = ['q', 'group', 'tag', 'status', 'type'] as const
export type TaskSearch = Partial<Record<(typeof TASK_FILTER_KEYS)[number], string | undefined>>

/** What can be filtered by, in the page's language. */
export function useTaskFilters(): FilterKey[] {
  const { t } = useTranslation()
  const groups = useGroups()
  const tags = useTags()
  return [
    {
      key: 'status',
      label: t('tasks.filters.status'),
      values: TASK_STATUSES.map((value) => ({ value, text: t(`taskStatus.${value}`) })),
    },
    {
      key: 'group',
      label: t('tasks.filters.group'),
      values: groups.map(({ name }) => ({ value: `${name}/`, text: t('tasks.groupAndBelow') })),
    },
    { key: 'tag', label: t('tasks.filters.tag'), values: tags.map((value) => ({ value, text: '' })) },
    {
      key: 'type',
      label: t('tasks.filters.type'),
      values: TASK_TYPES.map((value) => ({ value, text: t(`editor.types.${value}`) })),
    },
  ]
}

/** The address's filter as the API takes it; wrong values are the API's to refuse, with their field. */
export function toTaskQuery(search: TaskSearch, sort?: string): TaskQuery {
  const given = Object.entries({ ...search, sort }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as TaskQuery
}
