import { type Clock, Histogram } from '@rota/core'
import { ALL_TASKS, ALL_TIME, HOUR_MS, NO_TASK } from '../../ports/schema.ts'
import type { Database, Session } from './database.ts'
import { columnsOf } from './values.ts'

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
  readonly task: number
  readonly hour: number
  readonly counts = { success: 0, failed: 0, cancelled: 0, skipped: 0 }
  durationMs = 0
  readonly durations = new Histogram()
  readonly latenesses = new Histogram()

  constructor(task: number, hour: number) {
    this.task = task
    this.hour = hour
  }

  /** By the same rules as queries count the tail. */
  add({ status, attempt, plannedAt, startedAt, finishedAt, earlierMs }: TailRow) {
    this.counts[status]++
    if (status === 'success' || status === 'failed') {
      const ms = earlierMs + (startedAt === null ? 0 : Math.max(0, finishedAt - startedAt))
      this.durationMs += ms
      this.durations.add(ms)
    }
    if (attempt === 1 && status !== 'skipped' && startedAt !== null) this.latenesses.add(startedAt - plannedAt)
  }
}

/** How long roll-ups wait in all for transactions under way, and between two looks. */
const MOST_LOOKS = 20
const LOOK_EVERY_MS = 25

/**
 * Adds the tail of the history to the roll-ups. Counting is additive, and the place up to which it went is noted in the
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
    await db.run('upkeep/make-rollup-place')
    return db.transaction(async (tx) => {
      const [place] = await tx.run<{ seq: number }>('upkeep/lock-rollup-place')
      const tail = await tx.run<TailRow>('upkeep/tail-of-history', [place!.seq, settled, limit])
      const open = tail.findIndex((row) => row.finishedAt >= before)
      const rows = open < 0 ? tail : tail.slice(0, open)
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
    (it) => merged(before(it)?.durations ?? null, it.durations),
    (it) => merged(before(it)?.latenesses ?? null, it.latenesses),
  ])
  await tx.run('upkeep/add-to-rollups', columns)
  await addDays(tx, sums)
}

/** One row per day and task: an insert may change a row but once. */
async function addDays(tx: Session, sums: readonly Sums[]) {
  type Day = Sums['counts'] & { day: number; task: number; durationMs: number }
  const days = new Map<string, Day>()
  for (const { task, hour, counts, durationMs } of sums) {
    if (task <= NO_TASK || hour === ALL_TIME) continue
    const day = Math.floor(hour / 24)
    const known = days.get(`${task}:${day}`) ?? {
      day,
      task,
      success: 0,
      failed: 0,
      cancelled: 0,
      skipped: 0,
      durationMs: 0,
    }
    days.set(`${task}:${day}`, known)
    for (const status of ['success', 'failed', 'cancelled', 'skipped'] as const) known[status] += counts[status]
    known.durationMs += durationMs
  }
  if (days.size === 0) return
  const columns = columnsOf(
    [...days.values()],
    [
      (it) => it.day,
      (it) => it.task,
      (it) => it.success,
      (it) => it.failed,
      (it) => it.cancelled,
      (it) => it.skipped,
      (it) => Math.round(it.durationMs),
    ],
  )
  await tx.run('upkeep/add-to-days', columns)
}

/** Per task and hour, per task over its whole life, and both of all tasks together; in one order for everybody. */
function sumUp(rows: readonly TailRow[]): Sums[] {
  const sums = new Map<string, Sums>()
  const of = (task: number, hour: number) => {
    const key = `${task}:${hour}`
    const found = sums.get(key) ?? new Sums(task, hour)
    sums.set(key, found)
    return found
  }
  for (const row of rows) {
    const task = row.taskSeq ?? NO_TASK
    const hour = Math.floor(row.finishedAt / HOUR_MS)
    for (const sum of [of(task, hour), of(task, ALL_TIME), of(ALL_TASKS, hour), of(ALL_TASKS, ALL_TIME)]) sum.add(row)
  }
  return [...sums.values()].sort((a, b) => a.task - b.task || a.hour - b.hour)
}

function merged(stored: string | null, more: Histogram): string | null {
  if (stored === null) return more.count === 0 ? null : JSON.stringify(more)
  const all = Histogram.from(JSON.parse(stored))
  all.merge(more)
  return JSON.stringify(all)
}
