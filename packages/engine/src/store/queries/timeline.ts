import type { ExecutionStatus } from '@rota/core'
import { type Kysely, sql } from 'kysely'
import { attemptsOf, firstStartOf } from '../../ports/attempts.ts'
import type { CountBucket, Cursor, CursorQuery, TimelineMark, TimelineQuery } from '../../ports/overviews.ts'
import type { Schema } from '../../ports/schema.ts'
import type { Condition } from './condition.ts'
import { groupCondition, seqOf } from './execution-list.ts'
import { executionsWithin, tasksWithin, type Within } from './scope.ts'
import { inGroup } from './task-filter.ts'

/** How many executions due before a range are looked at for those that still ran in it. */
const LOOK_BACK = 5_000

/** The latest executions due in a range, and those due before it that ran into it. */
export async function timelineMarks(db: Kysely<Schema>, query: TimelineQuery, scope: Within): Promise<TimelineMark[]> {
  const whose = await whoseMarks(db, query, scope)
  if (whose === null) return []
  const { from, to, limit } = query
  const within = [...whose, sql<boolean>`e.due_at >= ${from}`, sql<boolean>`e.due_at < ${to}`]
  const before = [...whose, sql<boolean>`e.due_at < ${from}`]
  const [live, ended, running, ranInto] = await Promise.all([
    marksOf(db, 'executions', within, limit),
    marksOf(db, 'execution_history', within, limit),
    marksOf(db, 'executions', [...before, sql`e.state = 4`], limit),
    ranIntoRange(db, before, from, limit),
  ])
  // What ended between the looks at both tables counts as ended.
  const byId = new Map([...live, ...running, ...ended, ...ranInto].map((mark) => [mark.id, mark]))
  return [...byId.values()].sort((a, b) => b.dueAt - a.dueAt).slice(0, limit)
}

/** Counts of what was due within a range and is still there. */
export async function timelineCounts(
  db: Kysely<Schema>,
  query: TimelineQuery,
  bucketMs: number,
  scope: Within,
): Promise<CountBucket[]> {
  const { from, to } = query
  const whose = await whoseMarks(db, query, scope)
  if (whose === null) return []
  let rows = db
    .selectFrom('execution_history as e')
    .select([
      sql<number>`cast((e.due_at - ${from}) / ${sql.lit(bucketMs)} as bigint)`.as('at'),
      sql<number>`count(*)`.as('total'),
      sql<number>`sum(case when e.status = 'success' then 1 else 0 end)`.as('success'),
      sql<number>`sum(case when e.status = 'failed' then 1 else 0 end)`.as('failed'),
    ])
    .where('e.due_at', '>=', from)
    .where('e.due_at', '<', to)
  for (const condition of whose) rows = rows.where(condition)
  const found = await rows.groupBy(sql`1`).orderBy(sql`1`).execute()
  return found.map((row) => ({
    at: from + Number(row.at) * bucketMs,
    total: Number(row.total),
    success: Number(row.success),
    failed: Number(row.failed),
  }))
}

/** The cursors that come first, of tasks that are not deleted; schedules of inactive tasks have none. */
export async function nextCursors(db: Kysely<Schema>, query: CursorQuery, scope: Within): Promise<Cursor[]> {
  let cursors = db
    .selectFrom('schedules as s')
    .innerJoin('tasks as t', 't.seq', 's.task_seq')
    .innerJoin('schedule_rules as r', 'r.id', 's.rule_id')
    .select(['s.id as scheduleId', 's.next_due_at as nextDueAt'])
    .select([
      't.id as taskId',
      't.tenant_id as tenantId',
      't.name as taskName',
      't.task_group as taskGroup',
      't.type as taskType',
      'r.body as ruleBody',
    ])
    .where('s.next_due_at', 'is not', null)
    .where('s.next_due_at', '<', query.until)
  if (query.taskId !== undefined) cursors = cursors.where('t.id', '=', query.taskId)
  if (query.group !== undefined) cursors = cursors.where(inGroup(sql.ref('t.task_group'), query.group))
  for (const condition of tasksWithin(scope)) cursors = cursors.where(condition)
  const rows = await cursors.orderBy('s.next_due_at').limit(query.limit).execute()
  return rows.map((row) => ({ ...row, nextDueAt: row.nextDueAt! }))
}

/** Null when the query names a task that does not exist. */
async function whoseMarks(
  db: Kysely<Schema>,
  { taskId, nodeId, group }: TimelineQuery,
  scope: Within,
): Promise<Condition[] | null> {
  const whose: Condition[] = []
  whose.push(...(await executionsWithin(db, scope)))
  if (taskId !== undefined) {
    const seq = await seqOf(db, taskId, scope)
    if (seq === null) return null
    whose.push(sql`e.task_seq = ${seq}`)
  }
  if (nodeId !== undefined) whose.push(sql`e.node_id = ${nodeId}`)
  if (group !== undefined) whose.push(await groupCondition(db, group))
  return whose
}

async function ranIntoRange(db: Kysely<Schema>, before: readonly Condition[], from: number, limit: number) {
  let latest = db.selectFrom('execution_history as e').select(['e.seq', 'e.finished_at'])
  for (const condition of before) latest = latest.where(condition)
  const seqs = await db
    .selectFrom(latest.orderBy('e.due_at', 'desc').limit(LOOK_BACK).as('l'))
    .select('l.seq')
    .where('l.finished_at', '>=', from)
    .limit(limit)
    .execute()
  if (seqs.length === 0) return []
  const ofThem = sql<boolean>`e.seq in (${sql.join(seqs.map(({ seq }) => seq))})`
  return marksOf(db, 'execution_history', [ofThem], limit)
}

async function marksOf(
  db: Kysely<Schema>,
  table: 'executions' | 'execution_history',
  where: readonly Condition[],
  limit: number,
): Promise<TimelineMark[]> {
  const live = table === 'executions'
  let rows = db
    .selectFrom(`${table} as e` as 'execution_history as e')
    .leftJoin('tasks as t', 't.seq', 'e.task_seq')
    .select([
      'e.id',
      't.id as taskId',
      't.task_group as taskGroup',
      'e.due_at as dueAt',
      'e.jitter_ms as jitter',
      'e.started_at as startedAt',
      'e.covers_from as coversFrom',
    ])
    .select([
      sql<string | null>`coalesce(t.name, e.job ->> 'name')`.as('taskName'),
      sql<number | null>`${live ? sql`null` : sql.ref('e.finished_at')}`.as('finishedAt'),
      sql<ExecutionStatus>`${live ? sql`case e.state when 4 then 'running' else 'pending' end` : sql.ref('e.status')}`.as(
        'status',
      ),
      sql<string | null>`${live ? sql`null` : sql`coalesce(e.reason, e.failure)`}`.as('reason'),
      sql<string | null>`case when e.attempt > 1 then e.attempts end`.as('attempts'),
    ])
  for (const condition of where) rows = rows.where(condition)
  const found = await rows.orderBy('e.due_at', 'desc').limit(limit).execute()
  return found.map(({ attempts, jitter, ...row }) => ({
    ...row,
    jitterMs: jitter ?? 0,
    firstStartedAt: firstStartOf(attemptsOf(attempts), row.startedAt),
  }))
}
