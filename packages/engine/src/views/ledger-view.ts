import type { LedgerAnswer, LedgerEntry } from '@rota/core'
import type { LedgerRecord } from '../ports/queries.ts'
import { coversOf } from './execution-view.ts'
import { isoOf } from './instants.ts'
import type { RuleBook } from './rule-book.ts'

/**
 * The ledger entries of one row: its own answer and, where an execution stands for earlier due instants too, a second
 * one for those. With `only`, the entries that give this answer.
 */
export function ledgerEntries(record: LedgerRecord, rules: RuleBook, only?: LedgerAnswer): LedgerEntry[] {
  const entries = [ownEntry(record)]
  if (record.status !== 'skipped') entries.push(...mergedEntry(record, rules))
  return only === undefined ? entries : entries.filter((entry) => entry.answer === only)
}

function ownEntry(record: LedgerRecord): LedgerEntry {
  const { taskId, taskName, executionId, status, dueAt, jitterMs, startedAt } = record
  const answer = answerOf(record)
  return {
    task_id: taskId,
    task_name: taskName,
    due_at: isoOf(dueAt),
    jittered_at: isoOf(dueAt + jitterMs),
    answer,
    reason: answer === 'skipped' ? (record.reason ?? status) : record.reason,
    status,
    execution_id: executionId,
    lateness_ms: startedAt === null ? null : startedAt - dueAt - jitterMs,
    covers: status === 'skipped' ? coversOf(record.coversFrom, dueAt, record.coversCount) : null,
  }
}

function answerOf({ status, reason, startedAt, finishedAt, dueAt, jitterMs, graceMs }: LedgerRecord): LedgerAnswer {
  switch (status) {
    case 'pending':
    case 'running':
      return status
    case 'skipped':
      return reason === 'missed' || reason === 'merged' ? reason : 'skipped'
    case 'cancelled':
      if (startedAt === null) return 'skipped'
  }
  // What failed without having started is judged by its end.
  const plannedAt = dueAt + jitterMs
  return (startedAt ?? finishedAt ?? plannedAt) - plannedAt <= graceMs ? 'ran' : 'late'
}

function mergedEntry(record: LedgerRecord, rules: RuleBook): LedgerEntry[] {
  const { coversFrom, coversCount, dueAt } = record
  if (coversFrom === null || coversCount === null || coversCount < 2) return []
  const previous = record.ruleBody === null ? null : (rules(record.ruleBody)?.schedule.previous(dueAt) ?? null)
  // The rule may have changed since; then the range ends just before the execution's own instant.
  const last = coversCount === 2 ? coversFrom : previous !== null && previous > coversFrom ? previous : dueAt - 1
  return [
    {
      task_id: record.taskId,
      task_name: record.taskName,
      due_at: isoOf(last),
      jittered_at: null,
      answer: 'merged',
      reason: 'merged',
      status: null,
      execution_id: record.executionId,
      lateness_ms: null,
      covers: coversOf(coversFrom, last, coversCount - 1),
    },
  ]
}
