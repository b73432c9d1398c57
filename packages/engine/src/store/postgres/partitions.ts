import type { Pool, PoolClient } from 'pg'
import type { DayRetention } from '../../ports/upkeep.ts'

const DAY_MS = 86_400_000
/** What writes must not wait long behind a change of partitions; it is tried again later. */
const LOCK_TIMEOUT_MS = 2_000

/** Tables with a partition per day of UTC, and the column that says which. Each has one more, for the rest. */
const TABLES = { execution_history: 'finished_at', log_chunks: 'written_at' } as const

type Partitioned = keyof typeof TABLES

/**
 * Makes the partitions of today and of some days to come that are not there yet. Rows that went to the rest meanwhile
 * move. Answers the names of those that were made. Throws when others hold the tables too long.
 */
export async function makePartitions(pool: Pool, now: number, daysAhead = 3): Promise<string[]> {
  return changing(pool, async (client) => {
    const made: string[] = []
    for (const table of Object.keys(TABLES) as Partitioned[]) {
      const there = new Set(await partitionsOf(client, table))
      for (let day = Math.floor(now / DAY_MS); day <= Math.floor(now / DAY_MS) + daysAhead; day++) {
        const name = nameOf(table, day)
        if (there.has(name)) continue
        await makeOne(client, table, name, day)
        made.push(name)
      }
    }
    return made
  })
}

/** A row of the history that stays although its day is dropped; `$1` keep last, `$2` days of tasks that say nothing, `$3` now. */
const HISTORY_KEPT = (partition: string) => `
  WITH bounds AS MATERIALIZED (
    SELECT m.task_seq, coalesce((t.definition -> 'retention' ->> 'days')::float8, $2) AS days,
           k.due_at AS kept_from, k.seq AS kept_seq, f.seq AS last_failure
    FROM (SELECT DISTINCT task_seq FROM ${partition} WHERE task_seq IS NOT NULL) m
    LEFT JOIN tasks t ON t.seq = m.task_seq
    LEFT JOIN LATERAL (SELECT h.due_at, h.seq FROM execution_history h WHERE h.task_seq = m.task_seq
                       ORDER BY h.due_at DESC, h.seq DESC LIMIT 1 OFFSET greatest($1::bigint - 1, 0)) k ON true
    LEFT JOIN LATERAL (SELECT h.seq FROM execution_history h WHERE h.task_seq = m.task_seq AND h.status = 'failed'
                       ORDER BY h.due_at DESC, h.seq DESC LIMIT 1) f ON true
  )
  SELECT h.seq AS key FROM ${partition} h JOIN bounds b ON b.task_seq = h.task_seq
  WHERE h.seq = b.last_failure OR h.finished_at >= $3::bigint - b.days * ${DAY_MS}
     OR ($1::bigint > 0 AND (b.kept_from IS NULL OR (h.due_at, h.seq) >= (b.kept_from, b.kept_seq)))`

/** Notes what of a day goes, as the statement `forget-history` does for single rows. */
const NOTE_PRUNED = (partition: string) => `
  INSERT INTO pruned_history AS p (task_seq, answers, from_at, through)
  SELECT coalesce(d.task_seq, 0), coalesce(sum(coalesce(d.covers_count, 1)) FILTER (WHERE d.schedule_id IS NOT NULL), 0),
         min(coalesce(d.covers_from, d.due_at)), max(d.due_at)
  FROM ${partition} d WHERE NOT EXISTS (SELECT 1 FROM rows_kept k WHERE k.key = d.seq::text) GROUP BY 1 ORDER BY 1
  ON CONFLICT (task_seq) DO UPDATE SET answers = p.answers + excluded.answers,
    from_at = least(p.from_at, excluded.from_at), through = greatest(p.through, excluded.through)`

/** Output of executions that are still known. */
const LOGS_KEPT = (partition: string) => `
  SELECT c.execution_id AS key FROM (SELECT DISTINCT execution_id FROM ${partition}) c
  WHERE EXISTS (SELECT 1 FROM execution_history h WHERE h.id = c.execution_id)
     OR EXISTS (SELECT 1 FROM executions e WHERE e.id = c.execution_id)`

/**
 * Drops the days that are older than any retention allows, as whole partitions: of the history those that the roll-ups
 * have counted, and then of logs. The few rows that stay however old they are move to the partition for the rest. Answers
 * the names of the partitions that went.
 */
export async function dropDays(pool: Pool, { days, jobDays, keepLast }: DayRetention, now: number): Promise<string[]> {
  const before = Math.floor((now - Math.max(days, jobDays) * DAY_MS) / DAY_MS)
  const gone: string[] = []
  for (const table of Object.keys(TABLES) as Partitioned[]) {
    const names = await changing(pool, (client) => partitionsOf(client, table))
    for (const name of names) {
      const day = dayOf(table, name)
      if (day === null || day >= before) continue
      const kept = table === 'execution_history' ? HISTORY_KEPT(name) : LOGS_KEPT(name)
      const values = table === 'execution_history' ? [keepLast, days, now] : []
      if (await changing(pool, (client) => dropOne(client, { table, name, kept, values }))) gone.push(name)
    }
  }
  return gone
}

interface Drop {
  table: Partitioned
  name: string
  /** Selects the keys of rows that stay. */
  kept: string
  values: unknown[]
}

/** False when it may not go yet, or is gone already. */
async function dropOne(client: PoolClient, { table, name, kept, values }: Drop): Promise<boolean> {
  if (!(await partitionsOf(client, table)).includes(name)) return false
  if (table === 'execution_history' && !(await isRolledUp(client, name))) return false
  // Sought before anything is locked: then writers wait only for the move.
  await client.query('CREATE UNLOGGED TABLE rows_kept (key TEXT PRIMARY KEY)')
  await client.query(`INSERT INTO rows_kept SELECT DISTINCT found.key::text FROM (${kept}) found`, values)
  const key = table === 'execution_history' ? 'seq' : 'execution_id'
  if (table === 'execution_history') await client.query(NOTE_PRUNED(name))
  await client.query(`ALTER TABLE ${table} DETACH PARTITION ${name}`)
  await client.query(`INSERT INTO ${table}_rest SELECT d.* FROM ${name} d JOIN rows_kept k ON k.key = d.${key}::text`)
  await client.query(`DROP TABLE ${name}, rows_kept`)
  return true
}

/** One instance at a time, all or nothing. */
async function changing<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('rota partitions ' || current_schema(), 0))`)
    const result = await work(client)
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    // The server rolls back what the connection leaves behind.
    client.release(true)
    throw error
  }
}

/** Makes the partition of one day, in the transaction of `client`, if it is not there yet. */
export async function makeDay(client: PoolClient, table: Partitioned, day: number): Promise<void> {
  const name = nameOf(table, day)
  if (!(await partitionsOf(client, table)).includes(name)) await makeOne(client, table, name, day)
}

async function makeOne(client: PoolClient, table: Partitioned, name: string, day: number) {
  const column = TABLES[table]
  const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS]
  // Nobody may add rows of that day to the rest between the move and the attachment.
  await client.query(`LOCK TABLE ${table}_rest IN ACCESS EXCLUSIVE MODE`)
  await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING STORAGE)`)
  await client.query(
    `WITH moved AS (DELETE FROM ${table}_rest WHERE ${column} >= ${from} AND ${column} < ${to} RETURNING *)
     INSERT INTO ${name} SELECT * FROM moved`,
  )
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`)
}

async function partitionsOf(client: PoolClient, table: Partitioned): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass ORDER BY c.relname`,
    [table],
  )
  return (rows as { name: string }[]).map((row) => row.name)
}

async function isRolledUp(client: PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT coalesce((SELECT max(seq) FROM ${name}), 0)
            <= coalesce((SELECT value::bigint FROM settings WHERE key = 'rollup_seq'), 0) AS done`,
  )
  return (rows as [{ done: boolean }])[0].done
}

function nameOf(table: Partitioned, day: number): string {
  return `${table}_d${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`
}

/** Epoch days; null for the rest. */
function dayOf(table: Partitioned, name: string): number | null {
  const found = /^(\d{4})(\d\d)(\d\d)$/.exec(name.slice(`${table}_d`.length))
  return found === null ? null : Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) / DAY_MS
}
