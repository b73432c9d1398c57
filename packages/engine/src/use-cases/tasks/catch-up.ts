import { nextUnanswered, openFrom } from '../../planning/answered.ts'
import { madeUp } from '../../planning/occurrence.ts'
import type { Rule } from '../../planning/rule.ts'
import type { NewExecution, UnrunAnswer } from '../../ports/executions.ts'
import type { Answered, ScheduleAnswer, ScheduleRow, TaskRow } from '../../ports/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import type { TaskForm } from './task-forms.ts'

/** How far the occurrences of a pause are counted one by one. */
const MOST_COUNTED = 1_000_000

/**
 * The answers for the occurrences that fell due while a task was paused, and the executions that make up for them:
 * none, the last one, or as many of the latest as its misfire settings allow. They run one after the other.
 */
export async function catchUp(
  context: UseCaseContext,
  { row, form, now }: { row: TaskRow; form: TaskForm; now: number },
  backlog: 'skip' | 'last' | 'all',
): Promise<{ answers: UnrunAnswer[]; executions: NewExecution[] }> {
  const { nextId, limits, priorityStepMs } = context
  const defaultMax = context.defaults(row.type).max_concurrent
  const stored = await context.tasks.schedules(row.seq)
  const answers: UnrunAnswer[] = []
  const executions: NewExecution[] = []
  for (const [ordinal, { rule }] of form.rules.entries()) {
    const schedule = stored.find((s) => s.ordinal === ordinal)
    if (schedule === undefined || row.pausedAt === null) continue
    const scheduleId = schedule.id
    const runsLeft = rule.maxRuns === null ? Number.POSITIVE_INFINITY : rule.maxRuns - schedule.planned
    if (runsLeft <= 0) continue
    const { after, ahead } = openFrom(row.pausedAt, await answeredInPause(context, row, schedule))
    const open = unansweredSpans(rule, { after, until: now + 1 }, ahead)
    const most = { skip: 0, last: 1, all: rule.misfire.max }[backlog]
    const made = lastOnes(rule, open, Math.min(most, runsLeft))
    // By the version that the change to come makes.
    const owner = { tenantId: row.tenantId, taskSeq: row.seq, taskVersion: row.version + 1, scheduleId }
    for (const [turn, dueAt] of made.entries()) {
      const at = { dueAt, turn, isSpread: true, isAsked: true }
      executions.push(madeUp(owner, rule, at, { now, nextId, limits, priorityStepMs, defaultMax }))
    }
    const before = made[0] ?? now + 1
    for (const { from, to } of open) {
      if (from >= before) break
      const last = Math.min(to, rule.schedule.previous(before)!)
      answers.push({
        id: nextId(),
        tenantId: row.tenantId,
        taskSeq: row.seq,
        taskVersion: row.version,
        scheduleId,
        reason: 'paused',
        dueAt: last,
        coversFrom: from,
        coversCount: rule.schedule.count(from, last + 1, MOST_COUNTED),
        at: now,
      })
    }
  }
  return { answers, executions }
}

/** Another instance had it in hand when the pause began, or the clock was set back before it. */
async function answeredInPause(
  { tasks }: UseCaseContext,
  { seq, pausedAt }: TaskRow,
  { id, lastDueAt }: ScheduleRow,
): Promise<ScheduleAnswer[]> {
  if (pausedAt === null || lastDueAt === null || lastDueAt <= pausedAt) return []
  return (await tasks.answered(seq, pausedAt + 1)).filter(({ scheduleId }) => scheduleId === id)
}

/**
 * The stretches of a rule's occurrences after an instant and before another that no answer covers, ascending; each
 * begins and ends with an occurrence.
 */
function unansweredSpans(
  { schedule }: Rule,
  { after, until }: { after: number; until: number },
  answered: readonly Answered[],
): Answered[] {
  const spans: Answered[] = []
  const next = (at: number) => schedule.next(at)
  let from = nextUnanswered(next, after, answered)
  while (from !== null && from < until) {
    const start = from
    const hole = answered.find((stretch) => stretch.from > start)?.from ?? until
    const to = schedule.previous(Math.min(hole, until))!
    spans.push({ from, to })
    from = nextUnanswered(next, to, answered)
  }
  return spans
}

/** The last `most` occurrences of some stretches, ascending. */
function lastOnes({ schedule }: Rule, spans: readonly Answered[], most: number): number[] {
  const found: number[] = []
  for (const { from, to } of spans.toReversed()) {
    let at: number | null = to
    while (at !== null && at >= from && found.length < most) {
      found.unshift(at)
      at = schedule.previous(at)
    }
  }
  return found
}
