import type { Clock } from '@rota/core'
import { type Day, daysOf, endedBefore, mergedHistogram, type Sums, sumUp, type TailRow } from '../rollup-sums.ts'
import type { Database, Session } from './database.ts'
import { columnsOf } from './values.ts'

/** How long roll-ups wait in all for transactions under way, and between two looks. */
const MOST_LOOKS = 20
const LOOK_EVERY_MS = 25

/**
 * Adds the tail of the history to the roll-ups. Counting is additive, and the cursor up to which it went is noted in the
 * same transaction, so that a row is counted once whatever happens. Numbers are given out before their rows are
 * committed: one goes no further than to where no lower number can come any more.
 */
export function createRollup(db: Database, clock: Clock): (before: number, limit: number) => Promise<number> {
  /** A number of the history, and the transaction before whose beginning all that have it or a lower one began. */
  let mark: { seq: number; transaction: number } | null = null

  /** The highest number below which all rows are there; null while transactions are under way that may hold some. */
  async function settledSeq(): Promise<number | null> {
    for (let look = 0; look < MOST_LOOKS; look++) {
      // In this order: whoever takes a number has a transaction by then, which the snapshot after it knows.
      const [last] = await db.run<{ seq: number }>('upkeep/last-seq')
      const [now] = await db.run<{ oldest: number; next: number }>('upkeep/snapshot')
      if (now!.oldest >= now!.next) return last!.seq
      if (mark !== null && now!.oldest >= mark.transaction) {
        const { seq } = mark
        mark = { seq: last!.seq, transaction: now!.next }
        return seq
      }
      mark ??= { seq: last!.seq, transaction: now!.next }
      await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve))
    }
    return null
  }

  return async (before, limit) => {
    const settled = await settledSeq()
    if (settled === null) return 0
    await db.run('upkeep/make-rollup-cursor')
    return db.transaction(async (tx) => {
      const [cursor] = await tx.run<{ seq: number }>('upkeep/lock-rollup-cursor')
      const tail = await tx.run<TailRow>('upkeep/tail-of-history', [cursor!.seq, settled, limit])
      const rows = endedBefore(tail, before)
      if (rows.length === 0) return 0
      await addSums(tx, sumUp(rows))
      await tx.run('upkeep/advance-rollup', [rows.at(-1)!.seq])
      return rows.length
    })
  }
}

async function addSums(tx: Session, sums: readonly Sums[]) {
  type Stored = { task: number; hour: number; durations: string | null; latenesses: string | null }
  const stored = await tx.run<Stored>('upkeep/histograms', columnsOf(sums, [(it) => it.task, (it) => it.hour]))
  const known = new Map(stored.map((row) => [`${row.task}:${row.hour}`, row]))
  const before = (it: Sums) => known.get(`${it.task}:${it.hour}`)
  const columns = columnsOf(sums, [
    (it) => it.task,
    (it) => it.hour,
    (it) => it.counts.success,
    (it) => it.counts.failed,
    (it) => it.counts.cancelled,
    (it) => it.counts.skipped,
    (it) => Math.round(it.durationMs),
    (it) => mergedHistogram(before(it)?.durations ?? null, it.durations),
    (it) => mergedHistogram(before(it)?.latenesses ?? null, it.latenesses),
  ])
  await tx.run('upkeep/add-to-rollups', columns)
  await addDays(tx, daysOf(sums))
}

async function addDays(tx: Session, days: readonly Day[]) {
  if (days.length === 0) return
  const columns = columnsOf(days, [
    (it) => it.day,
    (it) => it.task,
    (it) => it.success,
    (it) => it.failed,
    (it) => it.cancelled,
    (it) => it.skipped,
    (it) => Math.round(it.durationMs),
  ])
  await tx.run('upkeep/add-to-days', columns)
}
