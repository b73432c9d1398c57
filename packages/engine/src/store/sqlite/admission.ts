import type { DatabaseSync } from 'node:sqlite'
import { type Claimed, type ClaimResult, type ExecutionStore, UNSEEN } from '../../ports/executions.ts'
import { claimedOf } from '../claimed-of.ts'
import { decide, endsOf } from '../decide.ts'
import { transaction } from './database.ts'
import type { InstanceNumbers } from './instance-numbers.ts'
import { createLimits } from './limits.ts'
import { asCells, type Cells, type LiveRow, liveRow } from './live-row.ts'
import { outboxWriterOf } from './outbox-writer.ts'
import { createSettler } from './settlement.ts'
import { startJournalOf } from './start-journal.ts'
import { prepareAll, rows as rowsOf } from './statements.ts'

const NONE: ReadonlySet<number> = new Set()

/** Who may start: when rows are claimed, and when those that need a slot are due. */
export function createAdmission(db: DatabaseSync, instances: InstanceNumbers): Pick<ExecutionStore, 'claim' | 'admit'> {
  const limits = createLimits(db)
  const journal = startJournalOf(db)
  const outbox = outboxWriterOf(db)
  const settler = createSettler(db)
  const sql = prepareAll(db, {
    admit: 'admit-execution',
    claim: 'claim-execution',
    claimedRow: rowsOf<Cells>('claimed-execution'),
    hold: 'hold-slots',
    ready: rowsOf<Cells>('ready-executions'),
    start: 'start-execution',
  })
  asCells(sql.ready, sql.claimedRow)

  /** Decides for each row whether it may start, and writes what follows from that. */
  function admitAll(asking: LiveRow[], now: number, write: (row: LiveRow, admitted: boolean) => void): ClaimResult {
    const decisions = decide(asking, now, limits.heldFor(asking, now))
    const { admitted, later, skipped, superseded, replaced } = decisions
    const claimed: Claimed[] = []
    for (const [rows, isIn] of [[admitted, true] as const, [later, false] as const]) {
      for (const row of rows) {
        write(row, isIn)
        claimed.push(claimedOf(row, row.claimSeq, isIn))
      }
    }
    const happened = endsOf(decisions, now)
    const ended = [...skipped.map(({ row }) => row), ...superseded]
    for (const [index, { seq }] of ended.entries()) {
      const { status, reason } = happened[index]!
      settler.conclude(seq, { ...UNSEEN, status, reason, finishedAt: now })
    }
    const more = limits.follow(decisions)
    outbox.keep(happened)
    return { claimed, happened, replaced, more }
  }

  return {
    async claim({ instanceId, now, until, most }) {
      const instance = instances.seqOf(instanceId)
      const rows = sql.ready.all(until, most).map(liveRow)
      if (rows.length === 0) return { claimed: [], happened: [], replaced: [], more: false }
      if (rows.some((row) => isLate(row, now))) journal.show()
      const result = transaction(db, () =>
        admitAll(rows, now, (row, admitted) => {
          sql.claim.run(row.seq, instance, admitted ? 1 : 0)
          row.claimSeq++
        }),
      )
      if (rows.length === most) result.more = true
      return result
    },

    async admit(claimed, now, starting = NONE) {
      if (claimed.some((row) => isLate(row, now))) journal.show()
      return transaction(db, () => {
        const admitted: Claimed[] = []
        const rest: LiveRow[] = []
        for (const row of claimed) {
          const startsAt = starting.has(row.seq) ? now : null
          if (sql.admit.run(row.seq, row.claimSeq, now, startsAt).changes === 1) {
            admitted.push({ ...row, admitted: true })
            continue
          }
          const cells = sql.claimedRow.get(row.seq, row.claimSeq)
          const live = cells && liveRow(cells)
          // An earlier call may have admitted it whose answer was lost.
          if (live?.admitted) {
            admitted.push(claimedOf(live, live.claimSeq, true))
            if (startsAt !== null) sql.start.run(row.seq, row.claimSeq, now)
          } else if (live) rest.push(live)
        }
        const result = admitAll(rest, now, (row, isIn) => {
          if (!isIn) return
          sql.hold.run(row.seq)
          if (starting.has(row.seq)) sql.start.run(row.seq, row.claimSeq, now)
        })
        result.claimed.push(...admitted)
        return result
      })
    },
  }
}

/** Whether a later one of its schedule may stand for it, so that one has to know which of those have started. */
function isLate({ mergeAfter }: Pick<Claimed, 'mergeAfter'>, now: number): boolean {
  return mergeAfter !== null && mergeAfter < now
}
