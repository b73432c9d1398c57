import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../api/client.ts'
import type { RibbonLane, RibbonMark } from './mark.ts'
import { useTimeline } from './use-timeline.ts'
import type { RibbonView } from './view.ts'

const PAGE = 1_000
/** Tasks whose group is looked up; those beyond stand together. */
const MOST_TASKS = 10_000
/** The lane of what belongs to no group, or to no task. */
const NOWHERE = ''

async function readGroups(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const groups = new Map<string, string>()
  for (let page = 1; groups.size < MOST_TASKS; page++) {
    const list = await data(api.GET('/api/scheduler/tasks', { params: { query: { page, limit: PAGE } }, signal }))
    for (const { id, group } of list.tasks) groups.set(id, group ?? NOWHERE)
    if (list.tasks.length < PAGE) break
  }
  return groups
}

/** Marks and lanes of everything, or of one group: a lane per group or per task; lanes without marks are left out. */
export function useFleet(view: RibbonView, by: 'group' | 'task', group?: string | undefined) {
  const { t } = useTranslation()
  const { data: groups } = useQuery({
    queryKey: ['task-groups'],
    queryFn: ({ signal }) => readGroups(signal),
    enabled: by === 'group',
    staleTime: 60_000,
  })
  const laneOf = useCallback(
    (taskId: string | null) => (by === 'task' ? (taskId ?? NOWHERE) : (groups?.get(taskId ?? '') ?? NOWHERE)),
    [by, groups],
  )
  const timeline = useTimeline(view, { group }, laneOf)
  const nowhere = t('ribbon.noGroup')
  const lanes = useMemo(() => lanesOf(timeline.marks, by, nowhere), [timeline.marks, by, nowhere])
  return { ...timeline, lanes }
}

/** By name; what belongs nowhere comes last. There is at least one. */
function lanesOf(marks: readonly RibbonMark[], by: 'group' | 'task', nowhere: string): RibbonLane[] {
  const labels = new Map(marks.map(({ lane, title }) => [lane, by === 'task' ? title : lane]))
  const hasNowhere = labels.delete(NOWHERE)
  const named = [...labels].map(([id, label]) => ({ id, label }))
  named.sort((a, b) => (a.label < b.label ? -1 : 1))
  return hasNowhere || named.length === 0 ? [...named, { id: NOWHERE, label: nowhere }] : named
}
