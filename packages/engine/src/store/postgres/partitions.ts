import type { Pool, PoolClient } from 'pg'

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

/**
 * Drops the days that ended before an instant, as whole partitions: of logs any, of the history those that the roll-ups
 * have counted. Answers the names of those that went.
 */
export async function dropPartitions(pool: Pool, before: { history: number; logs: number }): Promise<string[]> {
  return changing(pool, async (client) => {
    const gone: string[] = []
    for (const [table, instant] of [
      ['execution_history', before.history],
      ['log_chunks', before.logs],
    ] as const) {
      for (const name of await partitionsOf(client, table)) {
        const day = dayOf(table, name)
        if (day === null || (day + 1) * DAY_MS > instant) continue
        if (table === 'execution_history' && !(await isRolledUp(client, name))) continue
        await client.query(`DROP TABLE ${name}`)
        gone.push(name)
      }
    }
    return gone
  })
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
