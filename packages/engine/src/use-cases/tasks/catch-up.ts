import { madeUp } from '../../planning/occurrence.ts'
import type { Rule } from '../../planning/rule.ts'
import type { NewExecution, UnrunAnswer } from '../../ports/executions.ts'
import type { TaskRow } from '../../ports/tasks.ts'
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
    // Beyond the beginning of the pause something is answered when the clock was set back before it.
    const after = Math.max(row.pausedAt, schedule.lastDueAt ?? 0)
    const most = { skip: 0, last: 1, all: rule.misfire.max }[backlog]
    const made = lastOnes(rule, after, now, Math.min(most, runsLeft))
    // By the version that the change to come makes.
    const owner = { tenantId: row.tenantId, taskSeq: row.seq, taskVersion: row.version + 1, scheduleId }
    for (const [turn, dueAt] of made.entries()) {
      const at = { dueAt, turn, isSpread: true, isAsked: true }
      executions.push(madeUp(owner, rule, at, { now, nextId, limits, priorityStepMs, defaultMax }))
    }
    const before = made[0] ?? now + 1
    const range = unanswered(rule, after, before)
    if (range === null) continue
    answers.push({
      id: nextId(),
      tenantId: row.tenantId,
      taskSeq: row.seq,
      taskVersion: row.version,
      scheduleId,
      reason: 'paused',
      dueAt: range.last,
      coversFrom: range.first,
      coversCount: range.count,
      at: now,
    })
  }
  return { answers, executions }
}

function lastOnes(rule: Rule, after: number, now: number, most: number): number[] {
  const found: number[] = []
  let at = rule.schedule.previous(now + 1)
  while (at !== null && at > after && found.length < most) {
    found.unshift(at)
    at = rule.schedule.previous(at)
  }
  return found
}

function unanswered(rule: Rule, after: number, before: number) {
  const first = rule.schedule.next(after)
  const last = rule.schedule.previous(before)
  if (first === null || last === null || first > last) return null
  return { first, last, count: rule.schedule.count(first, last + 1, MOST_COUNTED) }
}
