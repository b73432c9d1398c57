import { type ExecutionStatus, Histogram } from '@rota/core'
import { type Kysely, sql } from 'kysely'
import type { SeriesPoint, SeriesQuery, Summary, Tally, TimeRange, TopQuery, TopRow } from '../../ports/queries.ts'
import { HOUR_MS, type Schema } from '../../ports/schema.ts'
import { endedExecutions, type Hours, type Whose } from './ended.ts'
import { seqOf } from './execution-list.ts'
import { limitOf } from './page.ts'
import { allWithin, executionsWithin, tasksWithin, type Within } from './scope.ts'
import { hasFinished, inGroup } from './task-filter.ts'

const FINAL = ['success', 'failed', 'cancelled', 'skipped'] as const
/** Histograms are read in slices, so that a long range does not hold up the engine's loop. */
const ROWS_PER_SLICE = 200

/** Tasks and executions by status. Of a tenant, jobs without a task are not among what has ended. */
export async function summaryOf(db: Kysely<Schema>, scope: Within, now: number): Promise<Summary> {
  const tasks = (...conditions: ReturnType<typeof hasFinished>[]) => {
    let counted = db.selectFrom('tasks as t').where('t.deleted_at', 'is', null)
    for (const condition of [...tasksWithin(scope), ...conditions]) counted = counted.where(condition)
    return counted.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  }
  const own = await executionsWithin(db, scope)
  const live = (...conditions: ReturnType<typeof hasFinished>[]) => {
    let counted = db.selectFrom('executions as e')
    for (const condition of [...own, ...conditions]) counted = counted.where(condition)
    return counted.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  }
  const [all, disabled, paused, finished, present, running, ended] = await Promise.all([
    tasks(),
    tasks(sql`t.enabled = 0`),
    tasks(sql`t.enabled = 1`, sql`t.paused_at is not null`),
    tasks(sql`t.enabled = 1`, sql`t.paused_at is null`, hasFinished(now)),
    live(),
    live(sql`e.state = 4`),
    db
      .selectFrom(endedExecutions(db, allWithin(scope), null).as('x'))
      .select((eb) => FINAL.map((status) => eb.fn.sum<number | null>(`x.${status}`).as(status)))
      .executeTakeFirstOrThrow(),
  ])
  const byStatus = { pending: Number(present.n) - Number(running.n), running: Number(running.n) } as Summary['byStatus']
  for (const status of FINAL) byStatus[status satisfies ExecutionStatus] = Number(ended[status] ?? 0)
  const totalTasks = Number(all.n)
  return { totalTasks, activeTasks: totalTasks - Number(disabled.n) - Number(paused.n) - Number(finished.n), byStatus }
}

export async function taskTally(
  db: Kysely<Schema>,
  taskId: string,
  { range, now }: { range: TimeRange; now: number },
  scope: Within,
): Promise<Tally | null> {
  const seq = await seqOf(db, taskId, scope)
  if (seq === null) return null
  const rows = await endedExecutions(db, { kind: 'task', seq }, hoursOf(range)).execute()
  const tally: Tally = {
    success: 0,
    failed: 0,
    cancelled: 0,
    skipped: 0,
    ...(await begunOf(db, seq, range, now)),
    durationMs: 0,
    durations: new Histogram(),
    latenesses: new Histogram(),
  }
  for (const [i, row] of rows.entries()) {
    if (i % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) await new Promise((resolve) => setImmediate(resolve))
    for (const status of FINAL) tally[status] += row[status]
    tally.durationMs += row.duration_ms
    if (row.durations !== null) tally.durations.merge(Histogram.from(JSON.parse(row.durations)))
    else if (row.success + row.failed === 1) tally.durations.add(row.duration_ms)
    if (row.latenesses !== null) tally.latenesses.merge(Histogram.from(JSON.parse(row.latenesses)))
    if (row.lateness_ms !== null) tally.latenesses.add(row.lateness_ms)
  }
  return tally
}

/** What of a task has begun and not ended: it belongs to a range that reaches to now. */
async function begunOf(db: Kysely<Schema>, seq: number, { to }: TimeRange, now: number) {
  if (to !== undefined && to <= now) return { running: 0, retrying: 0 }
  const live = db
    .selectFrom('executions')
    .where('task_seq', '=', seq)
    .select((eb) => eb.fn.countAll<number>().as('n'))
  const [running, retrying] = await Promise.all([
    live.where('admitted', '=', 1).where('state', '=', 4).executeTakeFirstOrThrow(),
    live.where('attempt', '>', 1).where('state', '<', 4).executeTakeFirstOrThrow(),
  ])
  return { running: Number(running.n), retrying: Number(retrying.n) }
}

export async function timeseries(db: Kysely<Schema>, query: SeriesQuery, scope: Within): Promise<SeriesPoint[]> {
  const whose = await whoseSeries(db, query, scope)
  if (whose === null) return []
  const hours = query.bucket === 'hour' ? 1 : 24
  const rows = await db
    .selectFrom(endedExecutions(db, whose, hoursOf(query)).as('x'))
    .select([
      sql<number>`x.hour / ${sql.lit(hours)}`.as('bucket'),
      sql<number>`sum(x.success)`.as('success'),
      sql<number>`sum(x.failed)`.as('failed'),
      sql<number>`sum(x.success + x.failed + x.cancelled + x.skipped)`.as('total'),
      sql<number>`sum(x.duration_ms)`.as('duration_ms'),
    ])
    .groupBy('bucket')
    .orderBy('bucket')
    .execute()
  return rows.map((row) => {
    const [success, failed] = [Number(row.success), Number(row.failed)]
    const avgDurationMs = success + failed === 0 ? null : Number(row.duration_ms) / (success + failed)
    return { at: Number(row.bucket) * hours * HOUR_MS, total: Number(row.total), success, failed, avgDurationMs }
  })
}

/** The tasks with the longest mean duration, or with the most failures. */
export async function topTasks(db: Kysely<Schema>, query: TopQuery, scope: Within): Promise<TopRow[]> {
  const ended = endedExecutions(db, { kind: 'each' }, query.from === undefined ? null : hoursOf(query))
  const value =
    query.by === 'failing'
      ? sql<number>`sum(x.failed)`
      : sql<number>`1.0 * sum(x.duration_ms) / sum(x.success + x.failed)`
  let ranked = db
    .selectFrom(ended.as('x'))
    .innerJoin('tasks as t', 't.seq', 'x.task_seq')
    .where('t.deleted_at', 'is', null)
    .select(['t.id as taskId', 't.name as taskName', value.as('value')])
    .select(sql<number>`sum(x.success + x.failed + x.cancelled + x.skipped)`.as('total'))
    .groupBy(['t.seq', 't.id', 't.name'])
    .having(query.by === 'failing' ? sql<boolean>`sum(x.failed) > 0` : sql<boolean>`sum(x.success + x.failed) > 0`)
  for (const condition of tasksWithin(scope)) ranked = ranked.where(condition)
  const rows = await ranked
    .orderBy('value', 'desc')
    .orderBy('t.name')
    .limit(limitOf(query.limit ?? 10))
    .execute()
  return rows.map((row) => ({ ...row, value: Number(row.value), total: Number(row.total) }))
}

async function whoseSeries(db: Kysely<Schema>, query: SeriesQuery, scope: Within): Promise<Whose | null> {
  if (query.taskId !== undefined) {
    const seq = await seqOf(db, query.taskId, scope)
    return seq === null ? null : { kind: 'task', seq }
  }
  if (query.group === undefined) return allWithin(scope)
  return { kind: 'tasks', where: [inGroup(sql.ref('t.task_group'), query.group), ...tasksWithin(scope)] }
}

/** Whole hours around a range; null for a whole life. */
export function hoursOf({ from, to }: TimeRange): Hours {
  if (from === undefined && to === undefined) return null
  return {
    from: Math.max(1, Math.floor((from ?? 0) / HOUR_MS)),
    to: to === undefined ? Math.floor(Number.MAX_SAFE_INTEGER / HOUR_MS) : Math.ceil(to / HOUR_MS),
  }
}
