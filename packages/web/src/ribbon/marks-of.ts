import type { Execution, Schema } from '../api/types.ts'
import { LATE_FROM_MS, outcomeOf } from '../subjects/execution/outcome.ts'
import type { Outcome } from '../subjects/execution/outcomes.ts'
import type { RibbonMark, Why } from './mark.ts'

type Timeline = Schema<'Timeline'>
/** Of a timeline; null for a job without a task. */
type TimelineTask = Timeline['tasks'][number] | null
export type LaneOf = (task: TimelineTask) => string
/** The lane of what belongs to no task, or to no group. */
export const NOWHERE = ''
export const byTask: LaneOf = (task) => task?.id ?? NOWHERE
export const byGroup: LaneOf = (task) => task?.group ?? NOWHERE

/** The rows of a timeline's columns. */
export function marksOfTimeline({ tasks, executions, coming }: Timeline, laneOf: LaneOf = byTask): RibbonMark[] {
  const past = executions.id.map((id, at): RibbonMark => {
    const number = executions.task[at]!
    const task = number === null ? null : tasks[number]!
    const status = executions.status[at]!
    const reason = executions.reason[at]!
    return {
      id,
      lane: laneOf(task),
      title: task?.name ?? id.slice(-8),
      taskId: task?.id ?? null,
      executionId: id,
      dueAt: executions.scheduled_at_ms[at]!,
      startedAt: status === 'skipped' ? null : executions.started_at_ms[at]!,
      endedAt: executions.finished_at_ms[at]!,
      outcome: withLateness(outcomeOf({ status, reason }), executions.lateness_ms[at]!),
      why: whyOf(status, reason),
    }
  })
  const planned = coming.at_ms.map((dueAt, at) => ({
    ...plannedMark(tasks[coming.task[at]!]!, dueAt, laneOf),
    ...queuing(coming.queues_until_ms[at] ?? null),
  }))
  return [...past, ...planned]
}

export function countsOf(marks: readonly RibbonMark[]): Map<Outcome, number> {
  const counts = new Map<Outcome, number>()
  for (const { outcome } of marks) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return counts
}

/** A timeline's reason is the kind of the failure where something failed. */
function whyOf(status: Execution['status'], reason: string | null): Why {
  const nothing = { failure: null, reason: null, error: null, exit_code: null, progress: null, unfinished: null }
  return status === 'failed'
    ? { ...nothing, status, failure: reason as Schema<'FailureKind'> | null }
    : { ...nothing, status, reason }
}

function plannedMark(task: Timeline['tasks'][number], dueAt: number, laneOf: LaneOf): RibbonMark {
  return {
    id: `${task.id}@${dueAt}`,
    lane: laneOf(task),
    title: task.name,
    taskId: task.id,
    executionId: null,
    dueAt,
    startedAt: null,
    endedAt: null,
    outcome: 'planned',
    why: null,
  }
}

function queuing(until: number | null): Pick<RibbonMark, 'queuesUntil'> {
  return until === null ? {} : { queuesUntil: until }
}

function withLateness(outcome: Outcome, latenessMs: number | null): Outcome {
  return outcome === 'success' && (latenessMs ?? 0) >= LATE_FROM_MS ? 'late' : outcome
}
