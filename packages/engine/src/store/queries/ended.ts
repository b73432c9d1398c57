import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../ports/schema.ts'
import { ALL_TASKS, ALL_TIME, HOUR_MS, NO_TASK, ROLLUP_SEQ } from '../../ports/schema.ts'
import type { Condition } from './condition.ts'

/** The history up to this seq is counted in the roll-ups; the rest is the tail. */
export const rolledUpTo = sql<number>`coalesce((select cast(w.value as bigint) from settings as w where w.key = ${sql.lit(ROLLUP_SEQ)}), 0)`

/** Whose executions are asked for. */
export type Whose =
  | { kind: 'all' }
  /** Every task, jobs without one left out. */
  | { kind: 'each' }
  | { kind: 'task'; seq: number }
  /** Conditions on `tasks as t`. */
  | { kind: 'tasks'; where: readonly Condition[] }

/** Hours since the epoch: from inclusive, to exclusive. Null for a whole life. */
export type Hours = { from: number; to: number } | null

/**
 * What ended, from the roll-ups and the tail together in one statement, so that nothing is counted twice or left out
 * while a roll-up goes on. Rows of the tail carry their lateness, rows of the roll-ups their histograms, unless it is
 * `each` task that is asked for.
 */
export function endedExecutions(db: Kysely<Schema>, whose: Whose, hours: Hours) {
  const days = whose.kind === 'each' && hours !== null ? daysWithin(hours) : null
  // What whole days hold is read from those.
  const rolled =
    days === null || hours === null
      ? [rolledUp(db, whose, hours)]
      : [
          rolledUp(db, whose, { from: hours.from, to: days.from * 24 }),
          daysOf(db, days),
          rolledUp(db, whose, { from: days.to * 24, to: hours.to }),
        ]
  return rolled.reduce((all, part) => all.unionAll(part), tailOf(db, whose, hours))
}

function rolledUp(db: Kysely<Schema>, whose: Whose, hours: Hours) {
  // Of each task only counts are asked for, and those stand in an index.
  const histogram = <Column extends 'durations' | 'latenesses'>(column: Column) =>
    sql<string | null>`${whose.kind === 'each' ? sql`null` : sql.ref(`r.${column}`)}`.as(column)
  let rolled = db
    .selectFrom('execution_rollups as r')
    .select(['r.task_seq', 'r.hour', 'r.success', 'r.failed', 'r.cancelled', 'r.skipped', 'r.duration_ms'])
    .select([histogram('durations'), histogram('latenesses'), sql<number | null>`null`.as('lateness_ms')])
  if (hours === null) rolled = rolled.where('r.hour', '=', ALL_TIME)
  else rolled = rolled.where('r.hour', '>=', hours.from).where('r.hour', '<', hours.to)
  if (whose.kind === 'all') return rolled.where('r.task_seq', '=', ALL_TASKS)
  if (whose.kind === 'each') return rolled.where('r.task_seq', '>', NO_TASK)
  return rolled.where('r.task_seq', whose.kind === 'task' ? '=' : 'in', seqsOf(db, whose))
}

/** Of each task; without histograms. */
function daysOf(db: Kysely<Schema>, days: { from: number; to: number }) {
  return db
    .selectFrom('execution_days as d')
    .select(['d.task_seq', sql<number>`d.day * 24`.as('hour'), 'd.success', 'd.failed', 'd.cancelled', 'd.skipped'])
    .select(['d.duration_ms', sql<string | null>`null`.as('durations'), sql<string | null>`null`.as('latenesses')])
    .select(sql<number | null>`null`.as('lateness_ms'))
    .where('d.day', '>=', days.from)
    .where('d.day', '<', days.to)
}

function tailOf(db: Kysely<Schema>, whose: Whose, hours: Hours) {
  let tail = db
    .selectFrom('execution_history as h')
    .where(sql<boolean>`h.seq > ${rolledUpTo}`)
    .select([
      sql<number>`coalesce(h.task_seq, ${sql.lit(NO_TASK)})`.as('task_seq'),
      sql<number>`h.finished_at / ${sql.lit(HOUR_MS)}`.as('hour'),
      one('success'),
      one('failed'),
      one('cancelled'),
      one('skipped'),
      sql<number>`case when h.status in ('success', 'failed') then coalesce(h.earlier_ms, 0)
        + case when h.finished_at > h.started_at then h.finished_at - h.started_at else 0 end else 0 end`.as(
        'duration_ms',
      ),
      sql<string | null>`null`.as('durations'),
      sql<string | null>`null`.as('latenesses'),
      sql<
        number | null
      >`case when h.attempt = 1 and h.status <> 'skipped' then h.started_at - h.due_at - coalesce(h.jitter_ms, 0) end`.as(
        'lateness_ms',
      ),
    ])
  if (hours !== null) {
    tail = tail.where('h.finished_at', '>=', hours.from * HOUR_MS).where('h.finished_at', '<', hours.to * HOUR_MS)
  }
  if (whose.kind === 'each') tail = tail.where('h.task_seq', 'is not', null)
  else if (whose.kind !== 'all') tail = tail.where('h.task_seq', whose.kind === 'task' ? '=' : 'in', seqsOf(db, whose))
  return tail
}

/** The days of UTC that lie wholly within some hours; null when none does. */
function daysWithin({ from, to }: NonNullable<Hours>): { from: number; to: number } | null {
  const days = { from: Math.ceil(from / 24), to: Math.floor(to / 24) }
  return days.from < days.to ? days : null
}

function one<S extends string>(status: S) {
  return sql<number>`case when h.status = ${sql.lit(status)} then 1 else 0 end`.as(status)
}

function seqsOf(db: Kysely<Schema>, whose: Exclude<Whose, { kind: 'all' | 'each' }>) {
  if (whose.kind === 'task') return sql<number>`${whose.seq}`
  let tasks = db.selectFrom('tasks as t').select('t.seq')
  for (const condition of whose.where) tasks = tasks.where(condition)
  return sql<number>`(${tasks})`
}
