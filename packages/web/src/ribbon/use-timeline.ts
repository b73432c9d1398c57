import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, data } from '../api/client.ts'
import type { RibbonMark } from './mark.ts'
import { type LaneOf, marksOfTimeline } from './marks-of.ts'
import { type TimelineScope, timelineQuestion } from './timeline-question.ts'
import type { RibbonView } from './view.ts'

const REFETCH_MS = 60_000

/**
 * The marks that a view shows, and half as much on both sides, so that a small move finds them there. `laneOf` must
 * keep its identity. `isCut`: there were more executions than the server sends at once;
 * `isComingCut`: of tasks that are due very often it knows the next occurrences only; `beginsAt`: up to there, some of
 * what the view shows was removed by retention.
 */
export function useTimeline(view: RibbonView, scope: TimelineScope = {}, laneOf?: LaneOf) {
  const step = view.span / 4
  const at = view.at === null ? null : Math.round(view.at / step) * step
  const { key, path, query } = timelineQuestion({ span: view.span, at }, scope)
  const { data: timeline, error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => data(api.GET(path, { params: { query: query() }, signal })),
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
