import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, data } from '../api/client.ts'
import type { RibbonMark } from './mark.ts'
import { type LaneOf, marksOfTimeline } from './marks-of.ts'
import { type RibbonView, stretchOf } from './view.ts'

const MOST_EXECUTIONS = 20_000
const REFETCH_MS = 60_000

interface TimelineScope {
  taskId?: string | undefined
  /** With the groups below it. */
  group?: string | undefined
}

/**
 * The marks that a view shows, and half as much on both sides, so that a small move finds them there. `laneOf` must
 * keep its identity. `isCut`: there were more executions than the server sends at once;
 * `isComingCut`: of tasks that are due very often it knows the next occurrences only; `beginsAt`: up to there, some of
 * what the view shows was removed by retention.
 */
export function useTimeline(view: RibbonView, { taskId, group }: TimelineScope = {}, laneOf?: LaneOf) {
  const step = view.span / 4
  const at = view.at === null ? null : Math.round(view.at / step) * step
  const { data: timeline, error } = useQuery({
    // The first word is the one that the live channel makes stale.
    queryKey: ['timeline', { span: view.span, at, taskId, group }],
    queryFn: ({ signal }) => {
      const { from, to } = stretchOf({ span: view.span * 2, at }, Date.now())
      const query = {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        limit: MOST_EXECUTIONS,
        ...(taskId !== undefined && { task_id: taskId }),
        ...(group !== undefined && { group: `${group}/` }),
      }
      return data(api.GET('/api/scheduler/timeline', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  })
  const marks = useMemo((): RibbonMark[] => {
    return timeline === undefined ? [] : marksOfTimeline(timeline, laneOf)
  }, [timeline, laneOf])
  const isCut = timeline?.truncated.executions ?? false
  const begin = timeline?.history_begins_at ?? null
  const beginsAt = timeline !== undefined && begin !== null && begin >= timeline.from ? begin : null
  return { marks, error, isCut, isComingCut: timeline?.truncated.coming ?? false, beginsAt }
}
