import { type FailureKind, Histogram, type Scope } from '@rota/core'
import { type Kysely, sql } from 'kysely'
import type {
  Expectations,
  FailureRecord,
  GroupRecord,
  GroupTally,
  LatenessBucket,
  Overviews,
} from '../../ports/overviews.ts'
import { HOUR_MS, type Schema } from '../../ports/schema.ts'
import { endedExecutions, type Whose } from './ended.ts'
import { seqOf } from './execution-list.ts'
import { allWithin, executionsWithin, tasksWithin, type Within } from './scope.ts'
import { hoursOf } from './statistics.ts'
import { nextCursors, timelineCounts, timelineMarks } from './timeline.ts'

/** Of what an execution printed, so much is looked at for its last line. */
const OUTPUT_END = 400
/** Histograms are read in slices, so that a long range does not hold up the engine's loop. */
const ROWS_PER_SLICE = 200
/** Delays to within a hundredth. */
const coarse = sql<number | null>`case when x.lateness_ms < 1000 then x.lateness_ms
  when x.lateness_ms < 100000 then x.lateness_ms / 10 * 10 else x.lateness_ms / 1000 * 1000 end`

export function createOverviews(db: Kysely<Schema>, within: (scope: Scope) => Within | Promise<Within>): Overviews {
  return {
    timeline: async (query, scope) => timelineMarks(db, query, await within(scope)),
    timelineCounts: async (query, bucketMs, scope) => timelineCounts(db, query, bucketMs, await within(scope)),
    cursors: async (query, scope) => nextCursors(db, query, await within(scope)),
    expectations: async (taskIds, keys, scope) => expectationsOf(db, { taskIds, keys }, await within(scope)),
    failures: async (query, scope) => latestFailures(db, query, await within(scope)),
    groups: async (scope) => groupsInUse(db, await within(scope)),
    tags: async (scope) => tagsInUse(db, await within(scope)),
    groupTallies: async (range, scope) => groupTallies(db, range, await within(scope)),
    latenesses: async (query, scope) => latenessSeries(db, query, await within(scope)),
  }
}

async function latestFailures(
  db: Kysely<Schema>,
  { from, to, limit }: { from: number; to: number; limit: number },
  scope: Within,
): Promise<FailureRecord[]> {
  const least = sql.lit(OUTPUT_END)
  let failed = db
    .selectFrom('execution_history as e')
    .leftJoin('tasks as t', 't.seq', 'e.task_seq')
    .select(['e.id', 't.id as taskId', 'e.error', 'e.exit_code as exitCode', 'e.finished_at as finishedAt'])
    .select([
      sql<string | null>`coalesce(t.name, e.job ->> 'name')`.as('taskName'),
      sql<FailureKind | null>`e.failure`.as('failure'),
      sql<string | null>`substr(e.output, case when length(e.output) > ${least} then length(e.output) - ${least} + 1
        else 1 end)`.as('outputEnd'),
    ])
    // Both conditions: the first names the condition of the index of what did not succeed.
    .where(sql<boolean>`e.status <> 'success'`)
    .where(sql<boolean>`e.status = 'failed'`)
    .where('e.finished_at', '>=', from)
    .where('e.finished_at', '<', to)
  for (const condition of await executionsWithin(db, scope)) failed = failed.where(condition)
  return failed.orderBy('e.seq', 'desc').limit(limit).execute()
}

async function expectationsOf(
  db: Kysely<Schema>,
  { taskIds, keys }: { taskIds: readonly string[]; keys: readonly string[] },
  scope: Within,
): Promise<Expectations> {
  if (taskIds.length === 0) return { durations: new Map(), keys: new Map() }
  const those = sql<boolean>`t.id in (${sql.join(taskIds)})`
  const durations = await db
    .selectFrom(endedExecutions(db, { kind: 'tasks', where: [those, ...tasksWithin(scope)] }, null).as('x'))
    .innerJoin('tasks as t', 't.seq', 'x.task_seq')
    .select(['t.id', sql<number>`1.0 * sum(x.duration_ms) / sum(x.success + x.failed)`.as('ms')])
    .groupBy('t.id')
    .having(sql<boolean>`sum(x.success + x.failed) > 0`)
    .execute()
  const sizes =
    keys.length === 0
      ? []
      : await db.selectFrom('concurrency_keys').select(['key', 'max']).where('key', 'in', keys).execute()
  return {
    durations: new Map(durations.map(({ id, ms }) => [id, Number(ms)])),
    keys: new Map(sizes.map(({ key, max }) => [key, max])),
  }
}

async function groupsInUse(db: Kysely<Schema>, scope: Within): Promise<GroupRecord[]> {
  let tasks = db
    .selectFrom('tasks as t')
    .select(['t.task_group as name', sql<number>`count(*)`.as('tasks'), sql<number>`sum(t.enabled)`.as('enabled')])
    .where('t.deleted_at', 'is', null)
  for (const condition of tasksWithin(scope)) tasks = tasks.where(condition)
  const rows = await tasks.groupBy('t.task_group').execute()
  return rows.map(({ name, tasks: all, enabled }) => ({ name, tasks: Number(all), enabled: Number(enabled) }))
}

/** Tasks share few sets of tags: those are counted in the database, the tags here. */
async function tagsInUse(db: Kysely<Schema>, scope: Within): Promise<Map<string, number>> {
  let tasks = db
    .selectFrom('tasks as t')
    .select(['t.tags', sql<number>`count(*)`.as('tasks')])
    .where('t.deleted_at', 'is', null)
    .where('t.tags', 'is not', null)
  for (const condition of tasksWithin(scope)) tasks = tasks.where(condition)
  const counts = new Map<string, number>()
  for (const row of await tasks.groupBy('t.tags').execute()) {
    for (const tag of JSON.parse(row.tags!) as string[]) counts.set(tag, (counts.get(tag) ?? 0) + Number(row.tasks))
  }
  return counts
}

async function groupTallies(
  db: Kysely<Schema>,
  range: { from?: number; to?: number },
  scope: Within,
): Promise<GroupTally[]> {
  let tallies = db
    .selectFrom(endedExecutions(db, { kind: 'each' }, hoursOf(range)).as('x'))
    .innerJoin('tasks as t', 't.seq', 'x.task_seq')
    .select([
      't.task_group as group',
      sql<number>`sum(x.success)`.as('success'),
      sql<number>`sum(x.failed)`.as('failed'),
      sql<number>`sum(x.cancelled)`.as('cancelled'),
      sql<number>`sum(x.skipped)`.as('skipped'),
      sql<number>`sum(x.duration_ms)`.as('durationMs'),
    ])
    .where('t.deleted_at', 'is', null)
  for (const condition of tasksWithin(scope)) tallies = tallies.where(condition)
  const rows = await tallies.groupBy('t.task_group').execute()
  return rows.map((row) => ({
    group: row.group,
    success: Number(row.success),
    failed: Number(row.failed),
    cancelled: Number(row.cancelled),
    skipped: Number(row.skipped),
    durationMs: Number(row.durationMs),
  }))
}

async function latenessSeries(
  db: Kysely<Schema>,
  query: Parameters<Overviews['latenesses']>[0],
  scope: Within,
): Promise<LatenessBucket[]> {
  const whose = await whoseLateness(db, query.taskId, scope)
  if (whose === null) return []
  const bucketMs = query.bucket === 'hour' ? HOUR_MS : 24 * HOUR_MS
  // Of the tail, which may be long, only counts leave the database: most delays are among few milliseconds.
  const rows = await db
    .selectFrom(endedExecutions(db, whose, hoursOf(query)).as('x'))
    .select(['x.hour', 'x.latenesses', coarse.as('lateness'), sql<number>`count(*)`.as('times')])
    .where(sql<boolean>`(x.lateness_ms is not null or x.latenesses is not null)`)
    .groupBy(['x.hour', 'x.latenesses', coarse])
    .execute()
  const buckets = new Map<number, Histogram>()
  for (const [i, row] of rows.entries()) {
    if (i % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) await new Promise((resolve) => setImmediate(resolve))
    const at = Math.floor((Number(row.hour) * HOUR_MS) / bucketMs) * bucketMs
    const histogram = buckets.get(at) ?? new Histogram()
    buckets.set(at, histogram)
    if (row.latenesses !== null) histogram.merge(Histogram.from(JSON.parse(row.latenesses)))
    if (row.lateness !== null) histogram.add(Number(row.lateness), Number(row.times))
  }
  return [...buckets].sort(([a], [b]) => a - b).map(([at, latenesses]) => ({ at, latenesses }))
}

async function whoseLateness(db: Kysely<Schema>, taskId: string | undefined, scope: Within): Promise<Whose | null> {
  const seq = taskId === undefined ? undefined : await seqOf(db, taskId, scope)
  if (seq === null) return null
  return seq === undefined ? allWithin(scope) : { kind: 'task', seq }
}
