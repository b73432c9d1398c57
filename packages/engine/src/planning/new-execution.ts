import type { NewExecution } from '../ports/executions.ts'
import { rankOf } from './rank.ts'

type Given = Pick<NewExecution, 'id' | 'tenantId' | 'trigger' | 'dueAt' | 'createdAt'> &
  Partial<Omit<NewExecution, 'rank'>> & { rankedAt?: number }

/** A row to be made, its place in the order included: that of `rankedAt`, or else of its start. What is not given is that of a job without task or limits. */
export function newExecution(given: Given, priorityStepMs: number): NewExecution {
  const runAt = given.runAt ?? given.dueAt
  const priority = given.priority ?? 0
  return {
    id: given.id,
    tenantId: given.tenantId,
    taskSeq: given.taskSeq ?? null,
    taskVersion: given.taskVersion ?? null,
    scheduleId: given.scheduleId ?? null,
    trigger: given.trigger,
    requestedBy: given.requestedBy ?? null,
    dueAt: given.dueAt,
    runAt,
    rank: rankOf(given.rankedAt ?? runAt, priority, priorityStepMs),
    priority,
    createdAt: given.createdAt,
    overlap: given.overlap ?? 'allow',
    taskMax: given.taskMax ?? 1,
    keys: given.keys ?? null,
    job: given.job ?? null,
    coversFrom: given.coversFrom ?? null,
    coversCount: given.coversCount ?? null,
    jitterMs: given.jitterMs ?? null,
    skipAfter: given.skipAfter ?? null,
    mergeAfter: given.mergeAfter ?? null,
  }
}
