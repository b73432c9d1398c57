import type { Timeline } from '../api/overviews.ts'
import type { CountBucket, TimelineMark } from '../ports/overviews.ts'
import { isoOf } from './instants.ts'

/** An occurrence that is to come. */
export interface Coming {
  taskId: string
  taskName: string
  taskGroup: string | null
  at: number
  /** Until when it is expected to find a limit taken; null for not at all. */
  queuesUntil: number | null
}

interface TimelineParts {
  from: number
  to: number
  marks: readonly TimelineMark[]
  coming: readonly Coming[]
  truncated: Timeline['truncated']
  buckets: { bucketMs: number; counts: readonly CountBucket[] } | null
  historyBeginsAt: number | null
}

/** Columns take a third of the room that rows would, and are read by a canvas as they are. */
export function timelineView({
  from,
  to,
  marks,
  coming,
  truncated,
  buckets,
  historyBeginsAt,
}: TimelineParts): Timeline {
  const tasks = new Map<string, { at: number; name: string; group: string | null }>()
  const indexOf = (id: string, name: string, group: string | null) => {
    const known = tasks.get(id) ?? { at: tasks.size, name, group }
    tasks.set(id, known)
    return known.at
  }
  const executions: Timeline['executions'] = {
    id: marks.map((mark) => mark.id),
    task: marks.map(({ taskId, taskName, taskGroup }) =>
      taskId === null ? null : indexOf(taskId, taskName ?? '', taskGroup),
    ),
    scheduled_at_ms: marks.map((mark) => mark.dueAt),
    started_at_ms: marks.map((mark) => mark.startedAt),
    finished_at_ms: marks.map((mark) => mark.finishedAt),
    status: marks.map((mark) => mark.status),
    reason: marks.map((mark) => mark.reason),
    lateness_ms: marks.map((mark) =>
      mark.firstStartedAt === null ? null : mark.firstStartedAt - mark.dueAt - mark.jitterMs,
    ),
    covers_from_ms: marks.map((mark) => mark.coversFrom),
  }
  const comingColumns = {
    task: coming.map(({ taskId, taskName, taskGroup }) => indexOf(taskId, taskName, taskGroup)),
    at_ms: coming.map(({ at }) => at),
    queues_until_ms: coming.map(({ queuesUntil }) => (queuesUntil === null ? null : Math.round(queuesUntil))),
  }
  return {
    from: isoOf(from),
    to: isoOf(to),
    tasks: [...tasks].map(([id, { name, group }]) => ({ id, name, group })),
    executions,
    coming: comingColumns,
    truncated,
    buckets: buckets && {
      bucket_ms: buckets.bucketMs,
      at_ms: buckets.counts.map((count) => count.at),
      total: buckets.counts.map((count) => count.total),
      success: buckets.counts.map((count) => count.success),
      failed: buckets.counts.map((count) => count.failed),
    },
    history_begins_at: isoOf(historyBeginsAt),
  }
}
