import { DEFAULT_MISFIRE, type ExecutionStatus, type LedgerAnswer } from '@rota/core'
import { type Kysely, sql } from 'kysely'
import { attemptsOf, firstStartOf } from '../../ports/attempts.ts'
import type { LedgerQuery, LedgerRecord } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import type { ArmPlan } from './arms.ts'
import type { Condition } from './condition.ts'
import { delay, delayed } from './durations.ts'
import { positionsOf, seqOf } from './execution-list.ts'
import { readPage } from './page.ts'
import { executionsWithin, type Within } from './scope.ts'

const grace = sql<number>`1000 * coalesce(cast((select g.definition -> 'misfire' ->> 'grace_seconds' from tasks as g
  where g.seq = e.task_seq) as real), ${sql.lit(DEFAULT_MISFIRE.grace_seconds)})`

/** Tasks with a grace time below a second that are named one by one. */
const MOST_STRICT = 500

/** The answers for due instants, latest first. */
export async function ledgerPage(db: Kysely<Schema>, query: LedgerQuery, scope: Within) {
  const where: Condition[] = [sql`e.schedule_id is not null`]
  where.push(...(await executionsWithin(db, scope)))
  if (query.taskId !== undefined) {
    const seq = await seqOf(db, query.taskId, scope)
    if (seq === null) return { rows: [], nextCursor: null }
    where.push(sql`e.task_seq = ${seq}`)
  }
  if (query.from !== undefined) where.push(sql`e.due_at >= ${query.from}`)
  if (query.to !== undefined) where.push(sql`e.due_at < ${query.to}`)
  const arms = (await answerArms(db, query.answer)).map((arm) => ({ ...arm, where: [...where, ...arm.where] }))
  const { slice, positions, cursorOf } = positionsOf(db, arms, { order: 'due', list: 'ledger' }, query)
  const rows = (found: { id: string }[]) =>
    ledgerRecords(
      db,
      found.map((position) => position.id),
    )
  // People page through the ledger without a total.
  const page = await readPage({ slice, positions, count: async () => 0, rows, cursorOf })
  return { rows: page.rows, nextCursor: page.nextCursor }
}

/** Where the rows with an answer are. `ran` and `late` may let rows with earlier attempts through; views look closer. */
async function answerArms(db: Kysely<Schema>, answer: LedgerAnswer | undefined): Promise<ArmPlan[]> {
  const final = (...where: Condition[]): ArmPlan[] => [{ live: false, where }]
  const skipped = [sql<boolean>`e.status <> 'success'`, sql<boolean>`e.status = 'skipped'`]
  const ran = sql<boolean>`(e.status in ('success', 'failed') or e.started_at is not null)`
  const several = sql<boolean>`e.covers_count > 1`
  switch (answer) {
    case undefined:
      return [{ live: true, where: [] }, ...final()]
    case 'pending':
      return [{ live: true, where: [sql`e.state < 4`] }]
    case 'running':
      return [{ live: true, where: [sql`e.state = 4`] }]
    case 'ran':
      return final(ran, sql`(e.attempt > 1 or ${delay} <= ${grace})`)
    case 'late':
      return [
        // Names the condition of the index of what was delayed.
        ...final(sql`e.status <> 'skipped'`, delayed, ran, sql`(e.attempt > 1 or ${delay} > ${grace})`),
        ...(await strictArms(db)).flatMap((ofThem) =>
          final(ofThem, ran, sql`not (${delayed})`, sql`${delay} > ${grace}`),
        ),
      ]
    case 'missed':
      return final(...skipped, sql`e.reason = 'missed'`)
    case 'skipped':
      return [
        ...final(...skipped, sql`coalesce(e.reason, '') not in ('missed', 'merged')`),
        ...final(sql`e.status <> 'success'`, sql`e.status = 'cancelled'`, sql`e.started_at is null`),
      ]
    case 'merged':
      return [
        { live: true, where: [several] },
        ...final(...skipped, sql`e.reason = 'merged'`),
        ...final(several, sql`e.status <> 'skipped'`),
      ]
  }
}

/** The tasks whose grace time is so short that what started within a second may be late, if there are any. */
async function strictArms(db: Kysely<Schema>): Promise<Condition[]> {
  const isStrict = (task: string) =>
    sql<boolean>`cast(${sql.ref(`${task}.definition`)} -> 'misfire' ->> 'grace_seconds' as real) < 1`
  const found = await db
    .selectFrom('tasks as t')
    .select('t.seq')
    .where(isStrict('t'))
    .limit(MOST_STRICT + 1)
    .execute()
  if (found.length === 0) return []
  if (found.length <= MOST_STRICT) return [sql`e.task_seq in (${sql.join(found.map((task) => task.seq))})`]
  return [sql`exists (select 1 from tasks as g where g.seq = e.task_seq and ${isStrict('g')})`]
}

async function ledgerRecords(db: Kysely<Schema>, ids: string[]): Promise<LedgerRecord[]> {
  if (ids.length === 0) return []
  const byId = new Map<string, LedgerRecord>()
  for (const table of ['executions', 'execution_history'] as const) {
    for (const record of await recordsIn(db, table, ids)) byId.set(record.executionId, record)
  }
  return ids.map((id) => byId.get(id)).filter((record) => record !== undefined)
}

async function recordsIn(db: Kysely<Schema>, table: 'executions' | 'execution_history', ids: string[]) {
  const live = table === 'executions'
  const rows = await db
    .selectFrom(`${table} as e` as 'execution_history as e')
    .innerJoin('tasks as t', 't.seq', 'e.task_seq')
    .select(['t.id as taskId', 't.name as taskName', 'e.id as executionId', 'e.due_at as dueAt'])
    .select([
      'e.started_at as lastStartedAt',
      'e.attempts',
      'e.covers_from as coversFrom',
      'e.covers_count as coversCount',
      'e.jitter_ms as jitter',
    ])
    .select([
      sql<ExecutionStatus>`${live ? sql`case e.state when 4 then 'running' else 'pending' end` : sql.ref('e.status')}`.as(
        'status',
      ),
      sql<string | null>`${live ? sql`null` : sql.ref('e.reason')}`.as('reason'),
      sql<number | null>`${live ? sql`null` : sql.ref('e.finished_at')}`.as('finishedAt'),
      sql<number>`${grace}`.as('graceMs'),
      // Needed only to tell where a merged range ends.
      sql<string | null>`case when e.covers_count > 1 then (select r.body from schedules as s
        join schedule_rules as r on r.id = s.rule_id where s.id = e.schedule_id) end`.as('ruleBody'),
    ])
    .where('e.id', 'in', ids)
    .execute()
  return rows.map(({ lastStartedAt, attempts, jitter, ...row }): LedgerRecord => {
    return {
      ...row,
      jitterMs: jitter ?? 0,
      graceMs: Number(row.graceMs),
      startedAt: firstStartOf(attemptsOf(attempts), lastStartedAt),
    }
  })
}
