import type { Claimed } from '../ports/executions.ts'

/** What is handed out of a live row that says more. */
export function claimedOf(row: Omit<Claimed, 'admitted'>, claimSeq: number, admitted: boolean): Claimed {
  return {
    seq: row.seq,
    claimSeq,
    id: row.id,
    taskSeq: row.taskSeq,
    taskVersion: row.taskVersion,
    trigger: row.trigger,
    dueAt: row.dueAt,
    runAt: row.runAt,
    rank: row.rank,
    priority: row.priority,
    attempt: row.attempt,
    createdAt: row.createdAt,
    admitted,
    scheduleId: row.scheduleId,
    job: row.job,
    attempts: row.attempts,
    coversFrom: row.coversFrom,
    skipAfter: row.skipAfter,
    mergeAfter: row.mergeAfter,
  }
}
