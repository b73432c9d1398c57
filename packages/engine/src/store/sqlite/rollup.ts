import type { DatabaseSync } from 'node:sqlite'
import { Histogram } from '@rota/core'
import { daysOf, endedBefore, mergedHistogram, sumUp, type TailRow } from '../rollup-sums.ts'
import { transaction } from './database.ts'
import { prepareAll, rows as rowsOf } from './statements.ts'

/**
 * Adds the tail of the history to the roll-ups. Counting is additive, and the place up to which it went is noted in
 * the same transaction, so that a row is counted once whatever happens and in whichever order rows ended.
 */
export function createRollup(db: DatabaseSync): (before: number, limit: number) => number {
  db.function('merge_histograms', { deterministic: true }, mergeHistograms)
  const sql = prepareAll(db, {
    add: 'upkeep/add-to-rollup',
    addDay: 'upkeep/add-to-day',
    advance: 'upkeep/advance-rollup',
    tail: rowsOf<TailRow>('upkeep/tail-of-history'),
  })

  return (before, limit) => {
    const tail = sql.tail.all(limit)
    const rows = endedBefore(tail, before)
    if (rows.length === 0) return 0
    const sums = sumUp(rows)
    transaction(db, () => {
      for (const { task, hour, ...s } of sums) {
        const { success, failed, cancelled, skipped } = s.counts
        const histograms = [stored(s.durations), stored(s.latenesses)]
        sql.add.run(task, hour, success, failed, cancelled, skipped, s.durationMs, ...histograms)
      }
      for (const { day, task, success, failed, cancelled, skipped, durationMs } of daysOf(sums)) {
        sql.addDay.run(day, task, success, failed, cancelled, skipped, durationMs)
      }
      sql.advance.run(String(rows.at(-1)!.seq))
    })
    return rows.length
  }
}

const stored = (histogram: Histogram) => mergedHistogram(null, histogram)

/** The SQL function behind `add-to-rollup.sql`: the sum of two stored histograms. */
function mergeHistograms(a: unknown, b: unknown): string | null {
  if (typeof a !== 'string' || typeof b !== 'string') return (a ?? b ?? null) as string | null
  return mergedHistogram(a, Histogram.from(JSON.parse(b)))
}
