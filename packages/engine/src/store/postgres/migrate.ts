import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Pool, PoolClient } from 'pg'

const FOLDER = new URL('./migrations/', import.meta.url)
/** PostgreSQL 14: the oldest release that its makers still mend. */
const OLDEST_SERVER = 140_000

/**
 * Brings the schema up to date: applies each file of `migrations/` once, in order, all in one transaction under a lock,
 * so that of several instances that start at once one does it and the others wait. Answers how many were applied.
 *
 * Throws when the server is too old, when an applied file has changed since, when the database comes from a newer
 * release, or when a pooler stands between that mixes sessions.
 */
export async function migrate(pool: Pool, schema: string, now: number): Promise<number> {
  if (pool.options.max > 1) await refusePooler(pool)
  const client = await pool.connect()
  try {
    await refuseOldServer(client)
    await client.query('BEGIN')
    await client.query('SET LOCAL statement_timeout = 0')
    // Held to the end of the transaction: a session's lock would stay behind in a pooler.
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`rota migrate ${schema}`])
    const applied = await applyAll(client, schema, now)
    await client.query('COMMIT')
    return applied
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

async function applyAll(client: PoolClient, schema: string, now: number): Promise<number> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  // Asked first: who may not create schemas may still use one that was made for them.
  if (rowCount === 0) await client.query(`CREATE SCHEMA "${schema}"`)
  await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)`)
  const { rows } = await client.query('SELECT name, checksum FROM schema_migrations')
  const seen = new Map((rows as { name: string; checksum: string }[]).map((row) => [row.name, row.checksum]))
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  const unknown = [...seen.keys()].filter((name) => !files.includes(name))
  if (unknown.length > 0) {
    throw new Error(`The database was written by a newer Rota (migration ${unknown.join(', ')}). Use that release.`)
  }
  let applied = 0
  for (const name of files) {
    const text = readFileSync(new URL(name, FOLDER), 'utf8')
    const checksum = createHash('sha256').update(text).digest('hex')
    const before = seen.get(name)
    if (before === checksum) continue
    if (before !== undefined) {
      throw new Error(
        `Migration ${name} has changed since it was applied. Restore the file; migrations are append-only.`,
      )
    }
    await client.query(text)
    await client.query('INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)', [
      name,
      checksum,
      now,
    ])
    applied++
  }
  return applied
}

async function refuseOldServer(client: PoolClient) {
  const { rows } = await client.query('SHOW server_version_num')
  const version = Number(rows[0].server_version_num)
  if (version >= OLDEST_SERVER) return
  throw new Error(`PostgreSQL ${Math.floor(version / 10_000)} is too old: 14 or later is needed.`)
}

const POOLER = 'The URL leads to a pooler. Give the server’s own address: settings and statements belong to a session.'

/**
 * Two connections of ours that are one at the server are a pooler's doing. One that changes the server's session
 * between transactions would run statements that another prepared, with settings of another.
 */
async function refusePooler(pool: Pool) {
  const clients: PoolClient[] = []
  try {
    clients.push(await pool.connect(), await pool.connect())
    const pids: number[] = []
    for (const client of clients) pids.push((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid)
    if (pids[0] !== pids[1]) return
    throw new Error(POOLER)
  } catch (error) {
    // What pgbouncer says to settings that are given with the connection.
    if (/unsupported startup parameter/.test((error as Error).message)) throw new Error(POOLER)
    throw error
  } finally {
    for (const client of clients) client.release()
  }
}
