import { jitterMs, type Schedule } from '@rota/core'
import type { DueSchedule, NewExecution, PlannedSchedule, UnrunAnswer } from '../ports/executions.ts'
import type { Limits } from './limits.ts'
import { newExecution } from './new-execution.ts'
import type { Rule } from './rule.ts'

export interface PlanContext {
  now: number
  /** Occurrences before this instant are planned. */
  until: number
  priorityStepMs: number
  nextId: () => string
  limits: Limits
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
 * the new cursor. Pure: the same input gives the same plan but for the ids.
 */
export function planSchedule(due: DueSchedule, rule: Rule, context: PlanContext): PlannedSchedule {
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
  const graceFrom = context.now - rule.misfire.grace_seconds * 1000
  const overdue = due.nextDueAt < graceFrom ? overdueBefore(due.nextDueAt, graceFrom, rule) : null
  const inTime = rule.schedule.between(Math.max(due.nextDueAt, graceFrom), context.until, allowed)

  if (overdue) answerOverdue(plan, due, rule, overdue, inTime[0], context)
  for (const dueAt of inTime) {
    if (plan.executions.length >= allowed) break
    if (plan.executions.at(-1)?.dueAt === dueAt) continue
    plan.executions.push(execution(due, rule, dueAt, jittered(due, rule, dueAt), context))
  }

  plan.lastDueAt = lastAnswered(plan) ?? due.nextDueAt
  const exhausted = rule.maxRuns !== null && due.planned + plan.executions.length >= rule.maxRuns
  plan.nextDueAt = exhausted ? null : rule.schedule.next(plan.lastDueAt)
  return plan
}

function overdueBefore(first: number, before: number, rule: Rule): Overdue | null {
  const last = rule.schedule.previous(before)
  if (last === null || last < first) return null
  return { first, last, count: rule.schedule.count(first, last + 1, MOST_COUNTED) }
}

/** Applies the misfire policy to the occurrences whose grace time is over. */
function answerOverdue(
  plan: PlannedSchedule,
  due: DueSchedule,
  rule: Rule,
  overdue: Overdue,
  firstInTime: number | undefined,
  context: PlanContext,
) {
  const { misfire, schedule } = rule
  if (misfire.policy === 'skip') {
    plan.answers.push(answer(due, 'misfire', overdue, context))
    return
  }
  if (misfire.policy === 'run_once') {
    // One execution stands for all of them: the next one in time that is due already, else the last overdue one.
    const joins = firstInTime !== undefined && firstInTime <= context.now
    const dueAt = joins ? firstInTime : overdue.last
    const row = execution(due, rule, dueAt, context.now, context)
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
  for (const [i, dueAt] of kept.entries()) {
    plan.executions.push(execution(due, rule, dueAt, context.now + i * misfire.spread_seconds * 1000, context))
  }
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

/** Jitter never carries an occurrence past the next one. */
function jittered(due: DueSchedule, rule: Rule, dueAt: number): number {
  if (rule.jitterMs === 0) return dueAt
  const next = rule.schedule.next(dueAt)
  const room = next === null ? rule.jitterMs : Math.min(rule.jitterMs, next - dueAt - 1)
  return dueAt + jitterMs(String(due.scheduleId), dueAt, room)
}

function execution(due: DueSchedule, rule: Rule, dueAt: number, runAt: number, context: PlanContext): NewExecution {
  const { tenantId, taskSeq, taskVersion, scheduleId } = due
  const { priority, overlap, taskMax } = rule
  const keys = context.limits.keysFor(rule.group, rule.key)
  const owner = { tenantId, taskSeq, taskVersion, scheduleId, priority, overlap, taskMax, keys }
  const createdAt = context.now
  return newExecution(
    { ...owner, id: context.nextId(), trigger: 'schedule', dueAt, runAt, createdAt },
    context.priorityStepMs,
  )
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
