import { Histogram } from '@rota/core'
import { ALL_TASKS, ALL_TIME, HOUR_MS, NO_TASK } from '../ports/schema.ts'

const STATUSES = ['success', 'failed', 'cancelled', 'skipped'] as const

/** A row of `tail-of-history`: an execution that has ended and is not rolled up yet. */
export interface TailRow {
  seq: number
  taskSeq: number | null
  status: (typeof STATUSES)[number]
  attempt: number
  /** Due instant and jitter. */
  plannedAt: number
  startedAt: number | null
  finishedAt: number
  /** Run time of the attempts before the last. */
  earlierMs: number
}

type Counts = Record<(typeof STATUSES)[number], number>

const noCounts = (): Counts => ({ success: 0, failed: 0, cancelled: 0, skipped: 0 })

/** What is added to one roll-up. */
export class Sums {
  /** Or `NO_TASK`, `ALL_TASKS`. */
  readonly task: number
  /** Since the epoch, or `ALL_TIME`. */
  readonly hour: number
  readonly counts = noCounts()
  durationMs = 0
  readonly durations = new Histogram()
  readonly latenesses = new Histogram()

  constructor(task: number, hour: number) {
    this.task = task
    this.hour = hour
  }

  /** By the same rules as queries count the tail: see `endedExecutions`. */
  add({ status, attempt, plannedAt, startedAt, finishedAt, earlierMs }: TailRow): void {
    this.counts[status]++
    if (status === 'success' || status === 'failed') {
      const ms = earlierMs + (startedAt === null ? 0 : Math.max(0, finishedAt - startedAt))
      this.durationMs += ms
      this.durations.add(ms)
    }
    if (attempt === 1 && status !== 'skipped' && startedAt !== null) this.latenesses.add(startedAt - plannedAt)
  }

  merge(other: Sums): void {
    addCounts(this.counts, other.counts)
    this.durationMs += other.durationMs
    this.durations.merge(other.durations)
    this.latenesses.merge(other.latenesses)
  }
}

function addCounts(counts: Counts, more: Counts) {
  for (const status of STATUSES) counts[status] += more[status]
}

/** What is added to one day of a task. */
export type Day = Counts & { day: number; task: number; durationMs: number }

/** Rows by task and another number, made when they are asked for first. */
class Table<Row> {
  readonly #rows = new Map<string, Row>()
  readonly #make: (task: number, at: number) => Row

  constructor(make: (task: number, at: number) => Row) {
    this.#make = make
  }

  of(task: number, at: number): Row {
    const key = `${task}:${at}`
    let row = this.#rows.get(key)
    if (row === undefined) {
      row = this.#make(task, at)
      this.#rows.set(key, row)
    }
    return row
  }

  rows(): Row[] {
    return [...this.#rows.values()]
  }
}

/** What ended in 1970, by a clock that nobody had set, counts into its second hour: the first stands for all time. */
const hourOf = ({ finishedAt }: TailRow) => Math.max(Math.floor(finishedAt / HOUR_MS), ALL_TIME + 1)

/** Per task and hour, per task over its whole life, and both of all tasks together; in one order for everybody. */
export function sumUp(rows: readonly TailRow[]): Sums[] {
  const make = (task: number, hour: number) => new Sums(task, hour)
  const byHour = new Table(make)
  for (const row of rows) byHour.of(row.taskSeq ?? NO_TASK, hourOf(row)).add(row)
  const totals = new Table(make)
  for (const sums of byHour.rows()) {
    totals.of(sums.task, ALL_TIME).merge(sums)
    totals.of(ALL_TASKS, sums.hour).merge(sums)
    totals.of(ALL_TASKS, ALL_TIME).merge(sums)
  }
  return [...byHour.rows(), ...totals.rows()].sort((a, b) => a.task - b.task || a.hour - b.hour)
}

/** The days of tasks in sums by the hour, each once. */
export function daysOf(sums: readonly Sums[]): Day[] {
  const days = new Table<Day>((task, day) => ({ day, task, ...noCounts(), durationMs: 0 }))
  for (const { task, hour, counts, durationMs } of sums) {
    if (task <= NO_TASK || hour === ALL_TIME) continue
    const day = days.of(task, Math.floor(hour / 24))
    addCounts(day, counts)
    day.durationMs += durationMs
  }
  return days.rows()
}

/** The sum of a stored histogram and another, to be stored; null when nothing was ever counted. */
export function mergedHistogram(stored: string | null, more: Histogram): string | null {
  if (stored === null) return more.count === 0 ? null : JSON.stringify(more)
  const all = Histogram.from(JSON.parse(stored))
  all.merge(more)
  return JSON.stringify(all)
}

/** The rows of the tail that ended before an instant, up to the first that did not. */
export function endedBefore(tail: readonly TailRow[], before: number): readonly TailRow[] {
  const open = tail.findIndex((row) => row.finishedAt >= before)
  return open < 0 ? tail : tail.slice(0, open)
}
