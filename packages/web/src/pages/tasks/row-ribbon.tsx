import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { api, data } from '../../api/client.ts'
import type { Task } from '../../api/types.ts'
import { RibbonLine } from '../../ribbon/ribbon-line.tsx'
import { type RowMarks, rowMarks } from './row-marks.ts'

const HOUR_MS = 3_600_000
const SPAN_MS = 36 * HOUR_MS
const MOST = 200
const NOTHING: RowMarks = { marks: [], counts: new Map() }
/** A row that is only scrolled past asks for nothing. */
const SETTLE_MS = 250

/** The last day of a task and what comes next, as a line in its row. */
export function RowRibbon({ task }: { task: Task }) {
  const [isSettled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [])
  const { data: timeline } = useQuery({
    // Apart from the lists, which are read anew whenever anything runs; a new result of this task is a new key.
    queryKey: ['row-ribbon', task.id, task.version, task.last_execution_id],
    queryFn: ({ signal }) => {
      const now = Date.now()
      const query = {
        task_id: task.id,
        from: new Date(now - (SPAN_MS * 2) / 3).toISOString(),
        to: new Date(now + SPAN_MS / 3).toISOString(),
        limit: MOST,
      }
      return data(api.GET('/api/scheduler/timeline', { params: { query }, signal }))
    },
    enabled: isSettled && (task.last_run !== null || task.next_run !== null),
    staleTime: 60_000,
  })
  const shown = useMemo(() => {
    if (timeline === undefined) return NOTHING
    const end = task.end_at ? Date.parse(task.end_at) : Number.POSITIVE_INFINITY
    return rowMarks(timeline, Math.min(Date.parse(timeline.to), end))
  }, [timeline, task.end_at])
  return <RibbonLine {...shown} span={SPAN_MS} />
}
