import type { Schema } from '../../api/types.ts'
import type { RibbonMark } from '../../ribbon/mark.ts'
import { countsOf, marksOfTimeline } from '../../ribbon/marks-of.ts'
import type { Outcome } from '../../subjects/execution/outcomes.ts'

type Timeline = Schema<'Timeline'>

/** What a row's line shows: its marks, and how many of which outcome there are in all. */
export interface RowMarks {
  marks: RibbonMark[]
  counts: ReadonlyMap<Outcome, number>
}

/**
 * A task's timeline for a line that is a hundred pixels wide. Where more ran than is told one by one, the older ones are
 * drawn by what the server counted; what comes oftener than it is told goes on at the same pace, up to `until`.
 */
export function rowMarks(timeline: Timeline, until: number): RowMarks {
  const known = marksOfTimeline(timeline)
  const oldest = timeline.executions.scheduled_at_ms.at(-1) ?? Number.NEGATIVE_INFINITY
  const counted = timeline.truncated.executions ? bucketMarks(timeline.buckets, oldest) : { marks: [], counts: [] }
  const further = timeline.truncated.coming ? furtherMarks(timeline.coming.at_ms, until) : []
  const counts = countsOf(known)
  for (const [outcome, count] of counted.counts) counts.set(outcome, (counts.get(outcome) ?? 0) + count)
  return { marks: [...counted.marks, ...known, ...further], counts }
}

/** A bar for each stretch before `before` in which something was due, in the colour of the worst of it. */
function bucketMarks(buckets: Timeline['buckets'], before: number) {
  const marks: RibbonMark[] = []
  const counts: [Outcome, number][] = []
  if (buckets === null) return { marks, counts }
  for (const [i, at] of buckets.at_ms.entries()) {
    if (at >= before) break
    const [total, success, failed] = [buckets.total[i]!, buckets.success[i]!, buckets.failed[i]!]
    const rest = total - success - failed
    counts.push(['success', success], ['failed', failed], ['skipped', rest])
    const outcome = failed > 0 ? 'failed' : success > 0 ? 'success' : 'skipped'
    const isRun = outcome !== 'skipped'
    const end = Math.min(at + buckets.bucket_ms, before)
    marks.push(pseudoMark(at, outcome, isRun ? { startedAt: at, endedAt: end } : {}))
  }
  return { marks, counts: counts.filter(([, count]) => count > 0) }
}

function furtherMarks(coming: readonly number[], until: number): RibbonMark[] {
  const [last, before] = [coming.at(-1), coming.at(-2)]
  if (last === undefined || before === undefined || last <= before) return []
  const count = Math.min(Math.floor((until - last) / (last - before)), MOST_FURTHER)
  const step = (until - last) / Math.max(1, count)
  return Array.from({ length: Math.max(0, count) }, (_, n) => pseudoMark(last + (n + 1) * step, 'planned'))
}

/** More than there are pixels show nothing more. */
const MOST_FURTHER = 200

function pseudoMark(dueAt: number, outcome: Outcome, ran: Partial<RibbonMark> = {}): RibbonMark {
  const nothing = { taskId: null, executionId: null, startedAt: null, endedAt: null, why: null }
  return { id: `${outcome}@${dueAt}`, lane: '', title: '', dueAt, outcome, ...nothing, ...ran }
}
