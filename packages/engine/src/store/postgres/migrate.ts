import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { say } from '@rota/core'
import type { Pool, PoolClient } from 'pg'
import { DatabaseError } from './database-error.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
/** PostgreSQL 14: the oldest release that its makers still mend. */
const OLDEST_SERVER = 140_000

/** A migration may take its time; a server that does not even say who it is will not be waited for. */
const AT_ONCE = { query_timeout: 3_000 }

/** What stands in a schema and what this release would add. Instants are epoch ms. */
export interface MigrationStatus {
  applied: { name: string; appliedAt: number }[]
  pending: string[]
}

export interface MigrateOptions {
  schema: string
  now: number
  /** False applies nothing and throws when something is to be applied. Default true. */
  apply?: boolean
  /** Throws when there is nothing in the schema yet. Default false. */
  refuseEmpty?: boolean
}

/**
 * Brings the schema up to date: applies each file of `migrations/` once, in order, all in one transaction under a lock,
 * so that of several instances that start at once one does it and the others wait. Answers the names of those applied.
 *
 * Throws {@link DatabaseError} when the server is too old or a standby, when a pooler stands between that mixes
 * sessions, when the schema holds tables of somebody else, when an applied file has changed since, or when the database
 * comes from a newer release, or the schema is empty where it must not be.
 */
export async function migrate(pool: Pool, options: MigrateOptions): Promise<string[]> {
  const { schema, now, apply = true, refuseEmpty = false } = options
  if (pool.options.max > 1) await refusePooler(pool)
  const client = await pool.connect()
  try {
    await refuseServer(client)
    await client.query('BEGIN')
    await client.query('SET LOCAL statement_timeout = 0')
    // Held to the end of the transaction: a session's lock would stay behind in a pooler.
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`rota migrate ${schema}`])
    const { applied, pending } = await statusOf(client, schema)
    if (refuseEmpty && applied.length === 0) throw new DatabaseError('empty', say`The schema "${schema}" is empty.`)
    if (pending.length > 0) {
      if (!apply) throw notMigrated(pending)
      await applyAll(client, pending, { schema, now })
    }
    await client.query('COMMIT')
    return pending
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/** Looks, and writes nothing. Throws as {@link migrate} does. */
export async function migrationStatus(pool: Pool, schema: string): Promise<MigrationStatus> {
  if (pool.options.max > 1) await refusePooler(pool)
  const client = await pool.connect()
  try {
    await refuseServer(client)
    return await statusOf(client, schema)
  } finally {
    client.release()
  }
}

async function statusOf(client: PoolClient, schema: string): Promise<MigrationStatus> {
  const rows = await appliedTo(client, schema)
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  const unknown = rows.map((row) => row.name).filter((name) => !files.includes(name))
  if (unknown.length > 0) {
    const message = say`The database was written by a newer Rota (migration ${unknown.join(', ')}). Use that release.`
    throw new DatabaseError('schema', message)
  }
  for (const { name, checksum } of rows) {
    if (checksum === checksumOf(textOf(name))) continue
    const message = say`Migration ${name} has changed since it was applied. Restore the file; migrations are append-only.`
    throw new DatabaseError('schema', message)
  }
  const seen = new Set(rows.map((row) => row.name))
  return {
    applied: rows.map((row) => ({ name: row.name, appliedAt: row.applied_at })),
    pending: files.filter((name) => !seen.has(name)),
  }
}

type AppliedRow = { name: string; checksum: string; applied_at: number }

/** Throws when the schema holds tables that are not ours. */
async function appliedTo(client: PoolClient, schema: string): Promise<AppliedRow[]> {
  const { rows: tables } = await client.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(a.attname::text) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 GROUP BY c.relname ORDER BY c.relname`,
    [schema],
  )
  const list = tables.find((table) => table.name === 'schema_migrations')
  if (list === undefined && tables.length === 0) return []
  if (list === undefined || !list.columns.includes('checksum')) {
    const names = [...tables.slice(0, 3).map((table) => table.name), ...(tables.length > 3 ? ['…'] : [])]
    const message = say`The schema "${schema}" holds tables that are not Rota’s (${names.join(', ')}). Name another with database.schema.`
    throw new DatabaseError('schema', message)
  }
  const { rows } = await client.query<AppliedRow>(
    `SELECT name, checksum, applied_at FROM "${schema}".schema_migrations ORDER BY name`,
  )
  return rows
}

async function applyAll(client: PoolClient, pending: readonly string[], { schema, now }: MigrateOptions) {
  // Asked first: who may not create schemas may still use one that was made for them.
  const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  if (rowCount === 0) await client.query(`CREATE SCHEMA "${schema}"`)
  await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)`)
  for (const name of pending) {
    const text = textOf(name)
    await client.query(text)
    await client.query('INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)', [
      name,
      checksumOf(text),
      now,
    ])
  }
}

const textOf = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
const checksumOf = (text: string) => createHash('sha256').update(text).digest('hex')

function notMigrated(pending: readonly string[]): DatabaseError {
  const message = say`The schema is not up to date (to be applied: ${pending.join(', ')}). Run: rota migrate`
  return new DatabaseError('schema', message)
}

async function refuseServer(client: PoolClient) {
  const { rows } = await client.query({
    text: "SELECT current_setting('server_version_num')::integer AS version, pg_is_in_recovery() AS standby",
    ...AT_ONCE,
  })
  const [{ version, standby }] = rows as [{ version: number; standby: boolean }]
  if (version < OLDEST_SERVER) {
    const message = say`PostgreSQL ${Math.floor(version / 10_000)} is too old: 14 or later is needed.`
    throw new DatabaseError('unsuitable', message)
  }
  // Waiting may help: a standby becomes the primary when the one before it dies.
  if (standby) throw new DatabaseError('unreachable', say`The URL leads to a standby, which is read-only.`)
}

const POOLER = say`The URL leads to a pooler. Give the server’s own address: settings and statements belong to a session.`

/**
 * Two connections of ours that are one at the server are a pooler's doing. One that changes the server's session
 * between transactions would run statements that another prepared, with settings of another.
 */
async function refusePooler(pool: Pool) {
  const clients: PoolClient[] = []
  try {
    clients.push(await pool.connect(), await pool.connect())
    const pids: number[] = []
    for (const client of clients) {
      const { rows } = await client.query({ text: 'SELECT pg_backend_pid() AS pid', ...AT_ONCE })
      pids.push(rows[0].pid)
    }
    if (pids[0] !== pids[1]) return
    throw new DatabaseError('unsuitable', POOLER)
  } catch (error) {
    // What pgbouncer says to settings that are given with the connection.
    if (/unsupported startup parameter/.test((error as Error).message)) throw new DatabaseError('unsuitable', POOLER)
    throw error
  } finally {
    for (const client of clients) client.release()
  }
}
