import { createHash } from 'node:crypto'
import { RotaError, say, systemClock } from '@rota/core'
import type { Pool, PoolClient } from 'pg'
import type { LogLine } from '../../../ports/logs.ts'
import { type LogBody, MUST_BE_EMPTY, type StoreReader, type StoreWriter, type TransferRow } from '../../transfer.ts'
import { createSealing } from '../audit.ts'
import { createDatabase } from '../database.ts'
import { asDatabaseError } from '../database-error.ts'
import { asUnavailable } from '../errors.ts'
import { encodeChunk, STREAMS } from '../logs/chunk.ts'
import { migrate } from '../migrate.ts'
import { makeDay } from '../partitions.ts'
import { createPool } from '../pool.ts'
import { storable, storableJson } from '../values.ts'
import { readSchema } from './reader.ts'

export interface SchemaLocation {
  url: string
  schema: string
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** A statement has at most 65,535 parameters. */
const MOST_PARAMETERS = 60_000
/** Entries of the audit that are sealed in one transaction. */
const MOST_SEALED = 500
/** History that ended longer ago than this goes to the partition for the rest. */
const MOST_DAYS = 400

/** Reads a schema that no server uses, and keeps servers out. Throws `conflict` when one does, and DatabaseError. */
export async function openSchemaForReading(location: SchemaLocation): Promise<StoreReader> {
  return opening(location, async (pool, client) => {
    await keepServersOut(client)
    return readSchema(client, () => leave(pool, client))
  })
}

/** Writes a schema that is empty. Throws `conflict` when it is not, or a server uses it, and DatabaseError. */
export async function openSchemaForWriting(location: SchemaLocation): Promise<StoreWriter> {
  return opening(location, async (pool, client) => {
    await keepServersOut(client)
    await refuseContent(client)
    return writeSchema(pool, client)
  })
}

async function opening<T>({ url, schema }: SchemaLocation, use: (pool: Pool, client: PoolClient) => Promise<T>) {
  const pool = createPool({ url, schema, max: 2, name: 'rota copy', statementTimeoutMs: HOUR_MS, settings: SETTINGS })
  let client: PoolClient | null = null
  try {
    await migrate(pool, { schema, now: systemClock.now() })
    await sealAll(pool)
    client = await pool.connect()
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    return await use(pool, client)
  } catch (error) {
    client?.release(true)
    await pool.end()
    throw asDatabaseError(asUnavailable(error))
  }
}

/** What a server had no time to seal any more: only what is sealed has a number to travel by. */
async function sealAll(pool: Pool): Promise<void> {
  const seal = createSealing(createDatabase({ pool, clock: systemClock }))
  while ((await seal(MOST_SEALED)) > 0);
}

/** A copy may wait long between two statements: the other store may be slow. */
const SETTINGS = { idle_in_transaction_session_timeout: '0' }

async function leave(pool: Pool, client: PoolClient) {
  // The server rolls back what the connection leaves behind.
  client.release(true)
  await pool.end()
}

/** Held to the end: whoever starts meanwhile cannot take a lease. */
async function keepServersOut(client: PoolClient) {
  await client.query('LOCK TABLE instances IN EXCLUSIVE MODE')
  const { rows } = await client.query(
    `SELECT hostname, pid FROM instances
     WHERE lease_until > extract(epoch FROM clock_timestamp()) * 1000 ORDER BY started_at`,
  )
  const [server] = rows as { hostname: string; pid: number }[]
  if (server === undefined) return
  const mend = say`Stop all servers first; one that was killed counts as running until its lease ends, some seconds later.`
  throw new RotaError(
    'conflict',
    say`A server uses this database: process ${server.pid} on ${server.hostname}. ${mend}`,
  )
}

async function refuseContent(client: PoolClient) {
  for (const table of MUST_BE_EMPTY) {
    const { rowCount } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`)
    if (rowCount === 0) continue
    throw new RotaError(
      'conflict',
      say`The database is not empty: there are ${table}. Name another database or schema.`,
    )
  }
  // What a server that was started once leaves behind.
  await client.query('DELETE FROM settings; DELETE FROM instances')
}

function writeSchema(pool: Pool, client: PoolClient): StoreWriter {
  const made = new Set<string>()
  const earliest = Math.floor(systemClock.now() / DAY_MS) - MOST_DAYS

  /** So that days are dropped whole also of what was copied. */
  async function makeDays(table: 'execution_history' | 'log_chunks', instants: readonly number[]) {
    for (const day of new Set(instants.map((at) => Math.floor(at / DAY_MS)))) {
      if (day < earliest || made.has(`${table} ${day}`)) continue
      await makeDay(client, table, day)
      made.add(`${table} ${day}`)
    }
  }

  return {
    normal,
    async write(table, columns, rows) {
      const stored = table === 'log_chunks' ? await Promise.all(rows.map(storedChunk)) : rows.map(withDigest(table))
      if (table === 'log_chunks')
        await makeDays(
          table,
          stored.map((row) => Number(row.written_at)),
        )
      if (table === 'execution_history')
        await makeDays(
          table,
          rows.map((row) => Number(row.finished_at)),
        )
      const all = [...columns, ...Object.keys(stored[0] ?? {}).filter((column) => !columns.includes(column))]
      await insertAll(client, table, { columns: all, rows: stored })
    },
    written: readSchema(client, async () => undefined),
    async finish() {
      for (const [table, column] of NUMBERED) {
        const top = `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), max(${column})) FROM ${table}`
        await client.query(`${top} HAVING max(${column}) IS NOT NULL`)
      }
      await client.query('COMMIT')
    },
    close: () => leave(pool, client),
  }
}

/** Tables whose rows are numbered by the database. */
const NUMBERED = [
  ['tasks', 'seq'],
  ['schedule_rules', 'id'],
  ['schedules', 'id'],
  ['executions', 'seq'],
  ['execution_history', 'seq'],
  ['instances', 'seq'],
] as const

const JSON_COLUMNS = ['definition', 'job']

/** PostgreSQL keeps no NUL in texts, and takes no JSON apart that speaks of one. The same row when it is fine. */
function normal(row: TransferRow): TransferRow {
  let changed: TransferRow | null = null
  for (const [column, value] of Object.entries(row)) {
    if (typeof value !== 'string') continue
    const kept = storable(JSON_COLUMNS.includes(column) ? storableJson(value) : value)
    if (kept !== value) changed = { ...(changed ?? row), [column]: kept }
  }
  return changed ?? row
}

function withDigest(table: string): (row: TransferRow) => Record<string, unknown> {
  if (table !== 'schedule_rules') return (row) => row
  return (row) => ({ ...row, digest: createHash('sha256').update(String(row.body)).digest('hex') })
}

async function storedChunk({ body, ...row }: TransferRow): Promise<Record<string, unknown>> {
  const [ats, streams, texts] = JSON.parse(String(body)) as LogBody
  const lines = texts.map((text, i): LogLine => ({ at: ats[i]!, stream: STREAMS[streams[i]!] ?? 'system', text }))
  return { ...row, ...(await encodeChunk(lines)), written_at: madeAt(String(row.execution_id)) }
}

/** An execution's id begins with the instant at which it was made (RFC 9562, UUID version 7). */
function madeAt(id: string): number {
  const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  const now = systemClock.now()
  return at > 0 && at <= now ? at : now
}

async function insertAll(
  client: PoolClient,
  table: string,
  { columns, rows }: { columns: readonly string[]; rows: readonly Record<string, unknown>[] },
) {
  const most = Math.floor(MOST_PARAMETERS / columns.length)
  const names = columns.map((column) => `"${column}"`).join(', ')
  for (let begin = 0; begin < rows.length; begin += most) {
    const slice = rows.slice(begin, begin + most)
    const marks = slice.map((_, i) => `(${columns.map((__, k) => `$${i * columns.length + k + 1}`).join(', ')})`)
    const values = slice.flatMap((row) => columns.map((column) => row[column] ?? null))
    await client.query(`INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE VALUES ${marks.join(', ')}`, values)
  }
}
