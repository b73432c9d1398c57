import type { DatabaseSync } from 'node:sqlite'
import { attemptsOf, ranMs } from '../../ports/attempts.ts'
import type { Finish, Settlement, SettleResult } from '../../ports/executions.ts'
import type { Ended, Happening } from '../../ports/happenings.ts'
import { endedOf, retriedOf, type Subject } from '../happened.ts'
import { transaction } from './database.ts'
import { stateFor } from './execution-insert.ts'
import { createLimits, type SlotHolder } from './limits.ts'
import { outboxWriterOf } from './outbox-writer.ts'
import { startJournalOf } from './start-journal.ts'
import { prepareAll, rows } from './statements.ts'

/** A row of `fenced-execution`. */
type FencedRow = [
  taskSeq: number | null,
  overlap: SlotHolder['overlap'],
  keys: string | null,
  admitted: number,
  id: string,
  tenantId: string | null,
  trigger: Subject['trigger'],
  attempt: number,
  dueAt: number,
  claimedBy: number | null,
  earlierMs: number | null,
]

/** Ends live rows and sends them back. What is inside a transaction says so. */
export interface Settler {
  /** Moves a live row to the history, unless it shall leave no trace; its slots stay taken. Inside a transaction. */
  conclude(seq: number, end: Finish): void
  /** Ends a row and gives its slots back; answers whether somebody who waited may go on. Inside a transaction. */
  finish(seq: number, row: SlotHolder, end: Finish): boolean
  /** See {@link ExecutionStore.settle}. */
  settle(settlements: readonly Settlement[], now: number): SettleResult
}

export function createSettler(db: DatabaseSync): Settler {
  const limits = createLimits(db)
  const journal = startJournalOf(db)
  const outbox = outboxWriterOf(db)
  const sql = prepareAll(db, {
    delete: 'delete-execution',
    endedBefore: rows<HistoryRow>('ended-before'),
    fenced: rows<FencedRow>('fenced-execution'),
    finish: 'finish-execution',
    keepPlacement: 'keep-placement',
    instanceId: rows<{ id: string }>('instance-id'),
    requeue: 'requeue-execution',
    retry: 'retry-execution',
    sentBackBefore: rows<Subject>('sent-back-before'),
  })
  // One is read for every end: an array is made in a third of the time of an object.
  sql.fenced.setReturnArrays(true)

  const instanceIds = new Map<number, string | null>()
  function instanceIdOf(seq: number | null): string | null {
    if (seq === null) return null
    let id = instanceIds.get(seq)
    if (id === undefined) {
      id = sql.instanceId.get(seq)?.id ?? null
      instanceIds.set(seq, id)
    }
    return id
  }

  function conclude(seq: number, end: Finish) {
    if (end.keep) {
      if (end.placement !== undefined) sql.keepPlacement.run(seq, end.placement)
      sql.finish.run(
        seq,
        end.status,
        end.failure,
        end.reason,
        end.startedAt,
        end.finishedAt,
        end.exitCode,
        end.error,
        end.output,
        end.result,
        end.cpuMs,
        end.maxRssBytes,
        end.droppedLogBytes,
      )
    }
    sql.delete.run(seq)
  }

  function finish(seq: number, row: SlotHolder, end: Finish): boolean {
    conclude(seq, end)
    return limits.release(row)
  }

  function settleOne(settlement: Settlement, now: number, result: SettleResult): boolean {
    const { seq } = settlement
    const fenced = sql.fenced.get(seq, settlement.claimSeq)
    if (fenced === undefined) return false
    const [taskSeq, overlap, keys, admitted, id, tenantId, trigger, attempt, dueAt, claimedBy, earlierMs] = fenced
    const row = { taskSeq, overlap, keys, admitted }
    const instanceId = instanceIdOf(claimedBy)
    const subject = { id, tenantId, taskSeq, trigger, attempt, dueAt, earlierMs, instanceId }
    if (settlement.kind === 'finish') {
      if (finish(seq, row, settlement)) result.freed = true
      result.happened.push(endedOf(subject, settlement, settlement.work))
      return true
    }
    if (settlement.kind === 'retry') {
      const { runAt, rank, attempts } = settlement
      const earlierMs = ranMs(attemptsOf(attempts))
      sql.retry.run(seq, stateFor(runAt, now), runAt, rank, attempts, settlement.died ? 1 : 0, earlierMs)
      result.happened.push(retriedOf(subject, settlement, now))
    } else sql.requeue.run(seq, settlement.died ? 1 : 0)
    if (limits.release(row)) result.freed = true
    return true
  }

  /** What this very word has done already, when its answer was lost: nobody was told of it. */
  function doneBefore(settlement: Settlement, now: number): Happening | null {
    if (settlement.begun === undefined) return null
    if (settlement.kind === 'finish') {
      const row = sql.endedBefore.get(settlement.begun.id, settlement.finishedAt)
      return row === undefined ? null : endedBefore(row, settlement)
    }
    if (settlement.kind !== 'retry') return null
    const { seq, claimSeq, attempts } = settlement
    const row = sql.sentBackBefore.get(seq, claimSeq, attempts)
    return row === undefined ? null : retriedOf(row, settlement, now)
  }

  function endedBefore(row: HistoryRow, settlement: Finish & Settlement): Ended {
    return endedOf({ ...row, instanceId: instanceIdOf(row.claimedBy) }, settlement, settlement.work)
  }

  function judgeRefused(refused: readonly Settlement[], now: number, settled: SettleResult) {
    const counted = new Set(settled.happened.map(attemptKey))
    for (const settlement of refused) {
      // Another word of the same batch about the same attempt may count.
      const isOver = settlement.begun !== undefined && counted.has(attemptKey(settlement.begun))
      const before = isOver ? null : doneBefore(settlement, now)
      if (before === null) settled.fenced.push(settlement.seq)
      else settled.happened.push(before)
    }
  }

  return {
    conclude,
    finish,
    settle(settlements, now) {
      const result = transaction(db, () => {
        const settled: SettleResult = { fenced: [], freed: false, happened: [] }
        const refused = settlements.filter((settlement) => !settleOne(settlement, now, settled))
        outbox.keep(settled.happened)
        if (refused.length > 0) judgeRefused(refused, now, settled)
        return settled
      })
      for (const settlement of settlements) journal.settled(settlement)
      return result
    },
  }
}

type HistoryRow = Subject & { claimedBy: number | null }

const attemptKey = ({ id, attempt }: { id: string; attempt: number }) => `${id}/${attempt}`
