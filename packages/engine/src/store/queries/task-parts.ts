import type { ExecutionStatus } from '@rota/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import { attemptsOf } from '../../ports/attempts.ts'
import type { LastExecution, NamedTask, RevisionRecord, ScheduleState, TaskRecord } from '../../ports/queries.ts'
import { ALL_TIME, type Schema, type TasksTable } from '../../ports/schema.ts'
import type { TaskRow } from '../../ports/tasks.ts'
import { rolledUpTo } from './ended.ts'

/** How many answers back one looks for an execution that really ran. */
const LOOK_BACK = 10
/** Executions due before the tail of the history and ended within it are counted among so many. */
const STRADDLERS = 20

/** Tasks with what hangs on them, in the order of `seqs`. */
export async function taskRecords(db: Kysely<Schema>, seqs: number[], now: number): Promise<TaskRecord[]> {
  if (seqs.length === 0) return []
  const [rows, schedules, begun] = await Promise.all([
    tasksOf(db, seqs),
    schedulesOf(db, seqs, now),
    begunOnes(db, seqs),
  ])
  const bySeq = new Map(rows.map((row) => [row.seq, row]))
  return seqs.flatMap((seq) => {
    const row = bySeq.get(seq)
    if (row === undefined) return []
    const { last_id: id, last_status: status, last_started_at: startedAt } = row
    const final = id === null ? null : { id, status: status as ExecutionStatus, startedAt }
    const live = begun.get(seq)
    const runCount = Number(row.run_count) + (live?.count ?? 0)
    return [{ task: taskRow(row), schedules: schedules.get(seq) ?? [], last: live?.last ?? final, runCount }]
  })
}

/** The rows, with the last execution: of the latest answers the last that ran, else the last. */
function tasksOf(db: Kysely<Schema>, seqs: number[]) {
  const last = sql<number>`(
    select l.seq from (
      select x.seq, x.status, x.due_at from execution_history as x
      where x.task_seq = t.seq order by x.due_at desc limit ${sql.lit(LOOK_BACK)}
    ) as l order by case l.status when 'skipped' then 1 else 0 end, l.due_at desc, l.seq desc limit 1)`
  return db
    .selectFrom('tasks as t')
    .leftJoin('execution_history as h', (join) => join.on('h.seq', '=', last))
    .leftJoin('execution_rollups as r', (join) =>
      join.onRef('r.task_seq', '=', 't.seq').on('r.hour', '=', sql.lit(ALL_TIME)),
    )
    .selectAll('t')
    .select(['h.id as last_id', 'h.status as last_status', 'h.started_at as last_started_at', runCount.as('run_count')])
    .where('t.seq', 'in', seqs)
    .execute()
}

const tailSince = sql`(
  select f.finished_at from execution_history as f where f.seq > ${rolledUpTo} order by f.seq limit 1)`

/** What is rolled up, plus the rows of the tail, which the index by task finds among the latest. */
const runCount = sql<number>`coalesce(r.success + r.failed + r.cancelled, 0)
  + (select count(*) from execution_history as c where c.task_seq = t.seq and c.due_at >= ${tailSince}
      and c.seq > ${rolledUpTo} and c.status <> 'skipped')
  + (select count(*) from (
      select x.seq, x.status from execution_history as x where x.task_seq = t.seq and x.due_at < ${tailSince}
      order by x.due_at desc limit ${sql.lit(STRADDLERS)}
    ) as s where s.seq > ${rolledUpTo} and s.status <> 'skipped')`

/** Names in one statement; its text and its parameters have an end. */
const NAMES_AT_ONCE = 500

export async function tasksNamed(db: Kysely<Schema>, names: readonly string[], tenantId: string | null) {
  const found: NamedTask[] = []
  for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
    const query = db
      .selectFrom('tasks')
      .select(['id', 'name', 'version'])
      .where('name', 'in', names.slice(from, from + NAMES_AT_ONCE))
      .where('deleted_at', 'is', null)
    found.push(...(await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).execute()))
  }
  return found
}

export async function revisionsOf(db: Kysely<Schema>, taskId: string, tenantId: string | null) {
  const task = await db.selectFrom('tasks').selectAll().where('id', '=', taskId).executeTakeFirst()
  if (task === undefined || (tenantId !== null && task.tenant_id !== tenantId)) return []
  const earlier: RevisionRecord[] = await db
    .selectFrom('task_revisions')
    .select(['version', 'at', 'by', 'definition'])
    .where('task_seq', '=', task.seq)
    .where('version', '<', task.version)
    .orderBy('version', 'desc')
    .execute()
  const { version, updated_at, updated_by, definition } = task
  return [{ version, at: updated_at, by: updated_by, definition }, ...earlier]
}

/** Jitter carries no occurrence to the next one, so that of those whose instant has passed only the last may be to come. */
function latestPast(now: number) {
  return sql<number>`coalesce((select max(p.due_at) from executions as p
    where p.schedule_id = s.id and p.due_at < ${now}), ${now})`
}

async function schedulesOf(db: Kysely<Schema>, seqs: number[], now: number): Promise<Map<number, ScheduleState[]>> {
  const rows = await db
    .selectFrom('schedules as s')
    .innerJoin('schedule_rules as r', 'r.id', 's.rule_id')
    .select((eb) => [
      's.id',
      's.task_seq',
      's.ordinal',
      's.rule_id as ruleId',
      'r.body',
      's.next_due_at as nextDueAt',
      's.last_due_at as lastDueAt',
      's.planned',
      // What is planned already comes before the cursor.
      eb
        .selectFrom('executions as e')
        .select((e) => e.fn.min('e.due_at').as('planned_at'))
        .whereRef('e.schedule_id', '=', 's.id')
        .where('e.due_at', '>=', latestPast(now))
        .where(sql<boolean>`e.due_at + coalesce(e.jitter_ms, 0) >= ${now}`)
        .as('plannedAt'),
    ])
    .where('s.task_seq', 'in', seqs)
    .orderBy('s.task_seq')
    .orderBy('s.ordinal')
    .execute()
  const byTask = new Map<number, ScheduleState[]>()
  for (const { task_seq, plannedAt, ...row } of rows) {
    const states = byTask.get(task_seq) ?? []
    byTask.set(task_seq, states)
    states.push({ ...row, comingAt: plannedAt ?? row.nextDueAt })
  }
  return byTask
}

/** Live executions that have begun: they run, or wait for their next attempt. The last of them, and how many there are. */
async function begunOnes(
  db: Kysely<Schema>,
  seqs: number[],
): Promise<Map<number, { last: LastExecution; count: number }>> {
  const live = db.selectFrom('executions').where('task_seq', 'in', seqs)
  const columns = ['task_seq', 'seq', 'id', 'state', 'started_at as startedAt', 'attempts'] as const
  const [running, retried] = await Promise.all([
    live.select(columns).where('admitted', '=', 1).where('state', '=', 4).where('attempt', '=', 1).execute(),
    live.select(columns).where('attempt', '>', 1).execute(),
  ])
  const begun = new Map<number, { last: LastExecution; count: number }>()
  for (const row of [...running, ...retried].sort((a, b) => a.seq - b.seq)) {
    const { id, startedAt } = row
    const last = row.state === 4 ? { id, startedAt, status: 'running' as const } : ofLastAttempt(id, row.attempts)
    const before = begun.get(row.task_seq!)
    // What runs is later than what waits for its next attempt.
    const isLast = before === undefined || last.status === 'running' || before.last.status !== 'running'
    begun.set(row.task_seq!, { last: isLast ? last : before.last, count: (before?.count ?? 0) + 1 })
  }
  return begun
}

/** An execution between two attempts, as the last one left it. */
function ofLastAttempt(id: string, attempts: string | null): LastExecution {
  const last = attemptsOf(attempts).at(-1)
  return { id, status: last?.status ?? 'failed', startedAt: last?.started_at ? Date.parse(last.started_at) : null }
}

function taskRow(row: Selectable<TasksTable>): TaskRow {
  return {
    seq: row.seq,
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    group: row.task_group,
    type: row.type,
    tags: row.tags === null ? [] : JSON.parse(row.tags),
    enabled: row.enabled === 1,
    version: row.version,
    definition: row.definition,
    pausedAt: row.paused_at,
    pauseReason: row.pause_reason,
    runAtStart: row.run_at_start === 1,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    deletedAt: row.deleted_at,
  }
}
