import type { DatabaseSync } from 'node:sqlite'
import { Histogram } from '@rota/core'
import { ALL_TASKS, ALL_TIME, HOUR_MS, NO_TASK } from '../../ports/schema.ts'
import { transaction } from './database.ts'
import { prepareAll } from './statements.ts'

interface TailRow {
  seq: number
  taskSeq: number | null
  status: 'success' | 'failed' | 'cancelled' | 'skipped'
  attempt: number
  /** Due instant and jitter. */
  plannedAt: number
  startedAt: number | null
  finishedAt: number
  /** Run time of the attempts before the last. */
  earlierMs: number
}

/** What is added to one roll-up. */
class Sums {
  readonly counts = { success: 0, failed: 0, cancelled: 0, skipped: 0 }
  durationMs = 0
  readonly durations = new Histogram()
  readonly latenesses = new Histogram()

  /** By the same rules as queries count the tail: see `endedExecutions`. */
  add({ status, attempt, plannedAt, startedAt, finishedAt, earlierMs }: TailRow) {
    this.counts[status]++
    if (status === 'success' || status === 'failed') {
      const ms = earlierMs + (startedAt === null ? 0 : Math.max(0, finishedAt - startedAt))
      this.durationMs += ms
      this.durations.add(ms)
    }
    if (attempt === 1 && status !== 'skipped' && startedAt !== null) this.latenesses.add(startedAt - plannedAt)
  }

  merge(other: Sums) {
    for (const status of ['success', 'failed', 'cancelled', 'skipped'] as const) {
      this.counts[status] += other.counts[status]
    }
    this.durationMs += other.durationMs
    this.durations.merge(other.durations)
    this.latenesses.merge(other.latenesses)
  }
}

/** Sums by task and hour. */
class SumsTable {
  readonly #rows = new Map<string, { task: number; hour: number; sums: Sums }>()

  of(task: number, hour: number): Sums {
    const key = `${task}:${hour}`
    let row = this.#rows.get(key)
    if (row === undefined) {
      row = { task, hour, sums: new Sums() }
      this.#rows.set(key, row)
    }
    return row.sums
  }

  rows() {
    return [...this.#rows.values()]
  }
}

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
    tail: 'upkeep/tail-of-history',
  })

  return (before, limit) => {
    const tail = sql.tail.all(limit) as unknown as TailRow[]
    const open = tail.findIndex((row) => row.finishedAt >= before)
    const rows = open < 0 ? tail : tail.slice(0, open)
    if (rows.length === 0) return 0
    const sums = sumUp(rows)
    transaction(db, () => {
      for (const { task, hour, sums: s } of sums) {
        const { success, failed, cancelled, skipped } = s.counts
        const histograms = [stored(s.durations), stored(s.latenesses)]
        sql.add.run(task, hour, success, failed, cancelled, skipped, s.durationMs, ...histograms)
        if (task <= NO_TASK || hour === ALL_TIME) continue
        sql.addDay.run(Math.floor(hour / 24), task, success, failed, cancelled, skipped, s.durationMs)
      }
      sql.advance.run(String(rows.at(-1)!.seq))
    })
    return rows.length
  }
}

function sumUp(rows: readonly TailRow[]) {
  const byHour = new SumsTable()
  for (const row of rows) byHour.of(row.taskSeq ?? NO_TASK, Math.floor(row.finishedAt / HOUR_MS)).add(row)
  const totals = new SumsTable()
  for (const { task, hour, sums } of byHour.rows()) {
    totals.of(task, ALL_TIME).merge(sums)
    totals.of(ALL_TASKS, hour).merge(sums)
    totals.of(ALL_TASKS, ALL_TIME).merge(sums)
  }
  return [...byHour.rows(), ...totals.rows()]
}

function stored(histogram: Histogram): string | null {
  return histogram.count === 0 ? null : JSON.stringify(histogram)
}

/** The SQL function behind `add-to-rollup.sql`: the sum of two stored histograms. */
function mergeHistograms(a: unknown, b: unknown): string | null {
  if (typeof a !== 'string' || typeof b !== 'string') return (a ?? b ?? null) as string | null
  const merged = Histogram.from(JSON.parse(a))
  merged.merge(Histogram.from(JSON.parse(b)))
  return JSON.stringify(merged)
}
