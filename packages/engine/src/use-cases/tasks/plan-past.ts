import { planSchedule } from '../../planning/plan.ts'
import { compileRule, type RuleBody } from '../../planning/rule.ts'
import type { ScheduleRow, TaskRow } from '../../ports/tasks.ts'
import type { UseCaseContext } from '../context.ts'

/**
 * Plans what of a task has fallen due and is not planned yet, because the planner is behind: the server was asleep or
 * its clock was set forward. To be called before a change: what fell due before it is answered by what counted then.
 */
export async function planPast(context: UseCaseContext, row: TaskRow, now: number): Promise<void> {
  const { executions, tasks, nextId, priorityStepMs, limits } = context
  const defaultMax = context.defaults(row.type).max_concurrent
  for (;;) {
    const behind = (await tasks.schedules(row.seq)).filter(isBehind(now))
    if (behind.length === 0) return
    const isAhead = behind.some(({ nextDueAt, lastDueAt }) => lastDueAt !== null && lastDueAt >= nextDueAt)
    const answered = isAhead ? await tasks.answered(row.seq, Math.min(...behind.map((it) => it.nextDueAt))) : []
    const plans = behind.map(({ id, ruleId, body, nextDueAt, lastDueAt, planned }) => {
      const { seq, version, type, tenantId } = row
      const task = { taskSeq: seq, taskVersion: version, taskType: type, tenantId }
      const due = { ...task, scheduleId: id, ruleId, nextDueAt, lastDueAt, planned }
      const rule = compileRule(JSON.parse(body) as RuleBody)
      const past = { now, until: now + 1, priorityStepMs, nextId, limits, defaultMax }
      const ahead = answered.filter((answer) => answer.scheduleId === id && answer.to >= nextDueAt)
      return planSchedule(due, rule, past, ahead)
    })
    const { outrun } = await executions.plan(plans)
    // Somebody changed the task meanwhile; the change to come will be refused.
    if (outrun.length > 0) return
  }
}

const isBehind =
  (now: number) =>
  (schedule: ScheduleRow): schedule is ScheduleRow & { nextDueAt: number } =>
    schedule.nextDueAt !== null && schedule.nextDueAt <= now
