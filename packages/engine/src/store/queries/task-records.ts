import type { ExecutionStatus } from '@rota/core'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { attemptsOf } from '../../ports/attempts.ts'
import type { LastExecution, ScheduleState, TaskRecord } from '../../ports/queries.ts'
import { ALL_TIME, type Schema, type TasksTable } from '../../ports/schema.ts'
import { taskRow } from '../task-rows.ts'
import { lastStart } from './durations.ts'
import { rolledUpTo } from './ended.ts'
import { hole } from './shape.ts'

/** How many answers back one looks for an execution that really ran. */
const LOOK_BACK = 10
/** Executions due before the tail of the history and ended within it are counted among so many. */
const STRADDLERS = 20
const STARTED = 4

/** A task beside one of its schedules, or none. */
export interface RecordRow extends Selectable<TasksTable> {
  last_id: string | null
  last_status: string | null
  last_started_at: number | null
  rolled_count: number
  tail_count: number
  begun_count: number
  begun_id: string | null
  begun_state: number | null
  begun_at: number | null
  begun_attempts: string | null
  schedule_id: number | null
  ordinal: number
  rule_id: number
  body: string
  next_due_at: number | null
  last_due_at: number | null
  planned: number
  planned_at: number | null
}

interface Wanted {
  /** What follows FROM. */
  from: RawBuilder<unknown>
  where?: RawBuilder<unknown>
  /** What orders the tasks. */
  order: RawBuilder<unknown>
  /** How many rows of a kind are counted. Null: all of them. */
  most?: number | null
  /**
   * Whether the last end is found by a lateral join, which SQLite has not: in a history of many partitions PostgreSQL
   * would look for it once for each of them.
   */
  isLateral?: boolean
}

/**
 * Tasks with what hangs on them, in one statement: a row for each schedule of `tasks as t`, in the order of the tasks.
 * The hole `now` is the clock's.
 */
export function recordsOf({ from, where = sql``, order, most = null, isLateral = false }: Wanted) {
  const limit = upTo(most)
  return sql<RecordRow>`
    select ${taskColumns}, h.id as last_id, h.status as last_status, h.started_at as last_started_at,
      ${rolledCount} as rolled_count,
      (select count(*) from (select c.seq ${tail} ${limit}) as m) as tail_count,
      case when b.seq is null then 0 else (select count(*) from (${begun} ${limit}) as n) end as begun_count,
      b.id as begun_id, b.state as begun_state, b.started_at as begun_at, b.attempts as begun_attempts,
      s.id as schedule_id, s.ordinal, s.rule_id, u.body, s.next_due_at, s.last_due_at, s.planned,
      ${plannedAt} as planned_at
    from ${from}
    left join ${isLateral ? lastJoined : sql`execution_history as h on h.seq = ${lastEnded}`}
    left join execution_rollups as r on r.task_seq = t.seq and r.hour = ${sql.lit(ALL_TIME)}
    left join executions as b on b.seq = ${lastBegun(most)}
    left join schedules as s on s.task_seq = t.seq
    left join schedule_rules as u on u.id = s.rule_id
    ${where} order by ${order}, s.ordinal`
}

/** By name: a prepared statement must not come to answer more when a newer release adds a column beside it. */
const taskColumns = sql.join(
  [
    ...(['seq', 'id', 'tenant_id', 'name', 'task_group', 'type', 'tags', 'enabled', 'version'] as const),
    ...(['definition', 'paused_at', 'pause_reason', 'run_at_start', 'created_at', 'created_by'] as const),
    ...(['updated_at', 'updated_by', 'deleted_at'] as const),
  ].map((column: keyof TasksTable) => sql.ref(`t.${column}`)),
)

/** Of the latest answers the last that ran, else the last. */
const lastOfLatest = sql`from (
    select x.seq, x.id, x.status, x.started_at, x.due_at from execution_history as x
    where x.task_seq = t.seq order by x.due_at desc limit ${sql.lit(LOOK_BACK)}
  ) as l order by case l.status when 'skipped' then 1 else 0 end, l.due_at desc, l.seq desc limit 1`
const lastEnded = sql`(select l.seq ${lastOfLatest})`
const lastJoined = sql`lateral (select l.id, l.status, l.started_at ${lastOfLatest}) as h on true`

const tailSince = sql`(
  select f.finished_at from execution_history as f where f.seq > ${rolledUpTo} order by f.seq limit 1)`

/** The rows that are not rolled up, which the index by task finds among the latest. */
const tail = sql`from execution_history as c where c.task_seq = t.seq and c.due_at >= ${tailSince}
  and c.seq > ${rolledUpTo} and c.status <> 'skipped'`

/** What is rolled up, and the few of the tail that were due before it. */
const rolledCount = sql`coalesce(r.success + r.failed + r.cancelled, 0) + (select count(*) from (
      select x.seq, x.status from execution_history as x where x.task_seq = t.seq and x.due_at < ${tailSince}
      order by x.due_at desc limit ${sql.lit(STRADDLERS)}
    ) as s where s.seq > ${rolledUpTo} and s.status <> 'skipped')`

/**
 * Live executions that have begun: they run, or wait for their next attempt. `+ 0` leaves PostgreSQL the index by task:
 * by that of all that runs it would go through them for each task.
 */
const begun = sql`
  select e.seq, e.state from executions as e
  where e.task_seq = t.seq and e.admitted = 1 and e.state + 0 = ${sql.lit(STARTED)} and e.attempt = 1
  union all select e.seq, e.state from executions as e where e.task_seq = t.seq and e.attempt > 1`

const upTo = (most: number | null) => (most === null ? sql`` : sql`limit ${sql.lit(most)}`)

/** What runs before what waits for its next attempt, the latest first. */
const lastBegun = (most: number | null) => sql`(
      select g.seq from (${begun} ${upTo(most)}) as g
      order by case g.state when ${sql.lit(STARTED)} then 0 else 1 end, g.seq desc limit 1)`

/** When what tells how a task fares began, and how often it ran, for `tasks as t`: as {@link recordsIn} has them. */
export const lastRunOf = (db: Kysely<Schema>) => sql<number | null>`(
  select case when b.seq is null then h.started_at when b.state = ${sql.lit(STARTED)} then b.started_at
    else ${lastStart(db, sql.ref('b.attempts'))} end
  from (select 1 as one) as o
  left join execution_history as h on h.seq = ${lastEnded}
  left join executions as b on b.seq = ${lastBegun(null)})`

export const runCount = sql<number>`(
  select ${rolledCount} from (select 1 as one) as o
  left join execution_rollups as r on r.task_seq = t.seq and r.hour = ${sql.lit(ALL_TIME)})
  + (select count(*) ${tail}) + (select count(*) from (${begun}) as n)`

const now = hole<number>('now')

/**
 * What is planned already comes before the cursor. Jitter carries no occurrence to the next one, so that of those whose
 * instant has passed only the last may be to come.
 */
const plannedAt = sql`(
  select min(e.due_at) from executions as e
  where e.schedule_id = s.id and e.due_at + coalesce(e.jitter_ms, 0) >= ${now} and e.due_at >= coalesce((
    select max(p.due_at) from executions as p where p.schedule_id = s.id and p.due_at < ${now}), ${now}))`

/** Whether more was to be counted than `most`: then what the rows say is not all. */
export function isCutShort(rows: readonly RecordRow[], most: number): boolean {
  return rows.some((row) => row.tail_count >= most || row.begun_count >= most)
}

/** The records in the order of the rows. */
export function recordsIn(rows: readonly RecordRow[]): TaskRecord[] {
  const records: TaskRecord[] = []
  let current: TaskRecord | undefined
  for (const row of rows) {
    if (current?.task.seq !== row.seq) {
      const count = Number(row.rolled_count) + Number(row.tail_count) + Number(row.begun_count)
      current = { task: taskRow(row), schedules: [], last: lastOf(row), runCount: count }
      records.push(current)
    }
    if (row.schedule_id !== null) current.schedules.push(scheduleState(row, row.schedule_id))
  }
  return records
}

/** What runs is later than what waits for its next attempt, and both than what has ended. */
function lastOf(row: RecordRow): LastExecution | null {
  const { begun_id: id, begun_state, begun_at: startedAt, begun_attempts } = row
  if (id !== null)
    return begun_state === STARTED ? { id, startedAt, status: 'running' } : ofLastAttempt(id, begun_attempts)
  if (row.last_id === null) return null
  return { id: row.last_id, status: row.last_status as ExecutionStatus, startedAt: row.last_started_at }
}

/** An execution between two attempts, as the last one left it. */
function ofLastAttempt(id: string, attempts: string | null): LastExecution {
  const last = attemptsOf(attempts).at(-1)
  return { id, status: last?.status ?? 'failed', startedAt: last?.started_at ? Date.parse(last.started_at) : null }
}

function scheduleState(row: RecordRow, id: number): ScheduleState {
  return {
    id,
    ordinal: row.ordinal,
    ruleId: row.rule_id,
    body: row.body,
    nextDueAt: row.next_due_at,
    lastDueAt: row.last_due_at,
    planned: row.planned,
    comingAt: row.planned_at ?? row.next_due_at,
  }
}
