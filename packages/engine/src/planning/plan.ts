import type { Schedule } from '@rota/core'
import type { DueSchedule, NewExecution, PlannedSchedule, UnrunAnswer } from '../ports/executions.ts'
import type { Answered } from '../ports/tasks.ts'
import { nextUnanswered } from './answered.ts'
import type { Limits } from './limits.ts'
import { jitteredAt, madeUp, occurrence } from './occurrence.ts'
import type { Rule } from './rule.ts'

export interface PlanContext {
  now: number
  /** Occurrences before this instant are planned. */
  until: number
  priorityStepMs: number
  nextId: () => string
  limits: Limits
  /** Executions at once of a task that leaves it to the server. */
  defaultMax: number
}

/** Occurrences that one schedule may get in one step; the cursor stops there and the next step goes on. */
const MOST_PER_STEP = 1000
/** How far overdue occurrences are counted one by one; the range that answers them is exact all the same. */
const MOST_COUNTED = 1_000_000

interface Overdue {
  first: number
  last: number
  count: number
}

/**
 * What a schedule whose cursor has come near yields: executions for what is due, answers for what will not run, and
 * the new cursor. `answered`: what has an answer from the cursor on; a plan ends before the first of them, and its cursor
 * steps over it. Pure: the same input gives the same plan but for the ids.
 */
export function planSchedule(
  due: DueSchedule,
  rule: Rule,
  context: PlanContext,
  answered: readonly Answered[] = [],
): PlannedSchedule {
  const until = Math.min(context.until, answered[0]?.from ?? context.until)
  const plan: PlannedSchedule = {
    scheduleId: due.scheduleId,
    taskVersion: due.taskVersion,
    expectedDueAt: due.nextDueAt,
    nextDueAt: due.nextDueAt,
    lastDueAt: due.nextDueAt,
    executions: [],
    answers: [],
  }
  const allowed = rule.maxRuns === null ? MOST_PER_STEP : Math.min(rule.maxRuns - due.planned, MOST_PER_STEP)
  const overdue = overdueOf(due, rule, { now: context.now, until })
  const from = overdue === null ? due.nextDueAt : overdue.last + 1
  const inTime = rule.schedule.between(from, until, allowed)

  if (overdue) answerOverdue(plan, { due, rule, overdue, firstInTime: inTime[0] }, context)
  const isSpread = rule.misfire.policy === 'run_all'
  for (const dueAt of inTime) {
    if (plan.executions.length >= allowed) break
    if (plan.executions.at(-1)?.dueAt === dueAt) continue
    const isLate = jitteredAt(due.scheduleId, rule, dueAt) < context.now
    plan.executions.push(
      isLate ? late(plan, { due, rule, dueAt, isSpread }, context) : occurrence(due, rule, dueAt, context),
    )
  }

  plan.lastDueAt = lastAnswered(plan) ?? due.nextDueAt
  const exhausted = rule.maxRuns !== null && due.planned + plan.executions.length >= rule.maxRuns
  plan.nextDueAt = exhausted ? null : nextUnanswered((at) => rule.schedule.next(at), plan.lastDueAt, answered)
  return plan
}

/** The occurrences whose grace time is over, which counts from their jittered instants; null when there are none. */
function overdueOf(
  { scheduleId, nextDueAt: first }: DueSchedule,
  rule: Rule,
  { now, until }: Pick<PlanContext, 'now' | 'until'>,
): Overdue | null {
  const graceFrom = now - rule.misfire.grace_seconds * 1000
  if (first >= graceFrom) return null
  let last = rule.schedule.previous(Math.min(graceFrom, until))
  // Jitter carries none to the next one, so that it can save only the last.
  if (last !== null && jitteredAt(scheduleId, rule, last) >= graceFrom) last = rule.schedule.previous(last)
  if (last === null || last < first) return null
  return { first, last, count: rule.schedule.count(first, last + 1, MOST_COUNTED) }
}

interface OverdueSchedule {
  due: DueSchedule
  rule: Rule
  overdue: Overdue
  /** The first occurrence whose grace time is not over, of those that this step plans. */
  firstInTime: number | undefined
}

/** Applies the misfire policy to the occurrences whose grace time is over. */
function answerOverdue(
  plan: PlannedSchedule,
  { due, rule, overdue, firstInTime }: OverdueSchedule,
  context: PlanContext,
) {
  const { misfire, schedule } = rule
  if (misfire.policy === 'skip') {
    plan.answers.push(answer(due, 'misfire', overdue, context))
    return
  }
  if (misfire.policy === 'run_once') {
    // One execution stands for all of them: the next one in time that is due already, else the last overdue one.
    const joins = firstInTime !== undefined && jitteredAt(due.scheduleId, rule, firstInTime) <= context.now
    const dueAt = joins ? firstInTime : overdue.last
    const row = late(plan, { due, rule, dueAt, isSpread: true }, context)
    row.coversFrom = overdue.first
    row.coversCount = overdue.count + (joins ? 1 : 0)
    plan.executions.push(row)
    return
  }
  const runsLeft = rule.maxRuns === null ? misfire.max : rule.maxRuns - due.planned
  const kept = lastOccurrences(schedule, overdue, Math.min(misfire.max, runsLeft))
  const firstKept = kept[0]!
  if (firstKept > overdue.first) {
    const last = schedule.previous(firstKept)!
    const count = schedule.count(overdue.first, firstKept, MOST_COUNTED)
    plan.answers.push(answer(due, 'missed', { first: overdue.first, last, count }, context))
  }
  for (const dueAt of kept) plan.executions.push(late(plan, { due, rule, dueAt, isSpread: true }, context))
}

/** The next one to be made up of a plan. */
function late(
  { executions }: PlannedSchedule,
  { due, rule, dueAt, isSpread }: { due: DueSchedule; rule: Rule; dueAt: number; isSpread: boolean },
  context: PlanContext,
): NewExecution {
  return madeUp(due, rule, { dueAt, turn: executions.length, isSpread, isAsked: false }, context)
}

/** The last `most` occurrences of a range, at least one, ascending. */
function lastOccurrences(schedule: Schedule, { first, last }: Overdue, most: number): number[] {
  const found = [last]
  while (found.length < most) {
    const before = schedule.previous(found.at(-1)!)
    if (before === null || before < first) break
    found.push(before)
  }
  return found.reverse()
}

function lastAnswered(plan: PlannedSchedule): number | undefined {
  const planned = plan.executions.at(-1)?.dueAt
  const answered = plan.answers.at(-1)?.dueAt
  if (planned === undefined) return answered
  return answered === undefined ? planned : Math.max(planned, answered)
}

function answer(due: DueSchedule, reason: 'misfire' | 'missed', range: Overdue, context: PlanContext): UnrunAnswer {
  return {
    id: context.nextId(),
    tenantId: due.tenantId,
    taskSeq: due.taskSeq,
    taskVersion: due.taskVersion,
    scheduleId: due.scheduleId,
    reason,
    dueAt: range.last,
    coversFrom: range.first,
    coversCount: range.count,
    at: context.now,
  }
}
