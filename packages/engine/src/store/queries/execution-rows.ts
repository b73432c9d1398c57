import {
  type ExecutionPhase,
  type ExecutionStatus,
  type FailureKind,
  isWithin,
  type Scope,
  type Trigger,
} from '@rota/core'
import { type Kysely, sql } from 'kysely'
import type { ExecutionRecord } from '../../ports/queries.ts'
import type { ExecutionHistoryTable, Schema } from '../../ports/schema.ts'

type Table = 'executions' | 'execution_history'

/** Columns of the history that a live row does not have. */
const FINAL_COLUMNS = [
  'failure',
  'finished_at',
  'exit_code',
  'error',
  'cpu_ms',
  'max_rss_bytes',
  'dropped_log_bytes',
] as const
/** What may be large; lists go without, or have it on request. */
type LargeColumn = 'output' | 'result'
/** Everything, or besides the usual so much of what may be large. */
type Wanted = 'all' | readonly LargeColumn[]
/** Characters of the end of an output that lists show. */
const OUTPUT_END = 1_000

/** Executions in the order of `ids`. The live ones are read first: what ends meanwhile is found in the history. */
export async function executionRecords(db: Kysely<Schema>, ids: string[], wanted: Wanted): Promise<ExecutionRecord[]> {
  if (ids.length === 0) return []
  const byId = new Map<string, ExecutionRecord>()
  for (const table of ['executions', 'execution_history'] as const) {
    for (const record of await recordsIn(db, table, ids, wanted)) byId.set(record.id, record)
  }
  return ids.map((id) => byId.get(id)).filter((record) => record !== undefined)
}

export async function executionRecord(db: Kysely<Schema>, id: string, scope: Scope): Promise<ExecutionRecord | null> {
  const [found] = await executionRecords(db, [id], 'all')
  if (found === undefined) return null
  return isWithin(scope, { tenantId: found.tenantId, id: found.taskId, group: found.taskGroup }) ? found : null
}

async function recordsIn(db: Kysely<Schema>, table: Table, ids: string[], wanted: Wanted): Promise<ExecutionRecord[]> {
  const live = table === 'executions'
  const detailed = wanted === 'all'
  const final = (column: keyof ExecutionHistoryTable) => (live ? sql<null>`null` : sql.ref(`e.${column}`)).as(column)
  const large = (column: LargeColumn) => {
    if (live || !(detailed || wanted.includes(column))) return sql<null>`null`.as(column)
    return (detailed || column === 'result' ? sql.ref(`e.${column}`) : outputEnd).as(column)
  }
  const rows = await db
    .selectFrom(`${table} as e` as 'execution_history as e')
    .leftJoin('tasks as t', 't.seq', 'e.task_seq')
    .select(['e.id', 'e.tenant_id', 'e.task_version', 'e.trigger', 'e.requested_by', 'e.due_at', 'e.created_at'])
    .select(['e.started_at', 'e.attempt', 'e.attempts', 'e.fenced', 'e.priority', 'e.node_id'])
    .select(['e.covers_from', 'e.covers_count', 'e.jitter_ms'])
    .select(['t.id as task_id', 't.task_group'])
    .select([
      sql<string | null>`coalesce(t.name, e.job ->> 'name')`.as('task_name'),
      sql<string | null>`coalesce(t.type, e.job ->> 'type')`.as('type'),
      sql<unknown>`coalesce(e.job -> 'retry' ->> 'max_attempts', t.definition -> 'retry' ->> 'max_attempts')`.as(
        'max_attempts',
      ),
      sql<unknown>`coalesce(e.job ->> 'timeout_seconds', t.definition ->> 'timeout_seconds')`.as('timeout_seconds'),
      sql<string>`${live ? sql`case e.state when 4 then 'running' else 'pending' end` : sql.ref('e.status')}`.as(
        'status',
      ),
      sql<string | null>`${live ? sql`e.blocked_by` : sql.ref('e.reason')}`.as('reason'),
      sql<string | null>`${live ? PHASE : sql`null`}`.as('phase'),
      sql<string | null>`${detailed ? sql`coalesce(e.job -> 'params', '{}')` : sql`null`}`.as('params'),
      sql<string | null>`${detailed ? sql`t.definition -> 'params'` : sql`null`}`.as('task_params'),
      ...FINAL_COLUMNS.map(final),
      large('output'),
      large('result'),
    ])
    .where('e.id', 'in', ids)
    .execute()
  return rows.map((row) => recordOf(row as unknown as Row))
}

const outputEnd = sql<string | null>`substr(e.output, case when length(e.output) > ${sql.lit(OUTPUT_END)}
  then length(e.output) - ${sql.lit(OUTPUT_END)} + 1 else 1 end)`

const PHASE = sql`case when e.state = 4 then null when e.state = 2 then 'queued' when e.attempt > 1 then 'retrying'
  when e.state = 0 then 'waiting' else 'ready' end`

type Row = Omit<ExecutionHistoryTable, 'job' | 'seq' | 'task_seq' | 'schedule_id' | 'finished_at'> & {
  task_id: string | null
  task_group: string | null
  task_name: string | null
  type: string | null
  max_attempts: unknown
  timeout_seconds: unknown
  phase: string | null
  params: string | null
  task_params: string | null
  finished_at: number | null
}

function recordOf(row: Row): ExecutionRecord {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    taskId: row.task_id,
    taskName: row.task_name,
    taskGroup: row.task_group,
    taskVersion: row.task_version,
    type: row.type ?? 'unknown',
    trigger: row.trigger as Trigger,
    requestedBy: row.requested_by,
    status: row.status as ExecutionStatus,
    failure: row.failure as FailureKind | null,
    reason: row.reason,
    phase: row.phase as ExecutionPhase | null,
    dueAt: row.due_at,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    attempt: row.attempt,
    maxAttempts: numberOf(row.max_attempts),
    timeoutSeconds: numberOf(row.timeout_seconds),
    attempts: row.attempts,
    fenced: row.fenced,
    nodeId: row.node_id,
    priority: row.priority,
    params: row.params,
    taskParams: row.task_params,
    exitCode: row.exit_code,
    output: row.output,
    result: row.result,
    error: row.error,
    cpuMs: row.cpu_ms,
    maxRssBytes: row.max_rss_bytes,
    droppedLogBytes: row.dropped_log_bytes ?? 0,
    coversFrom: row.covers_from,
    coversCount: row.covers_count,
    jitterMs: row.jitter_ms ?? 0,
  }
}

/** PostgreSQL answers numbers of a document as text. */
function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}
