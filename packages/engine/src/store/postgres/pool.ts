import { say } from '@rota/core/threads'
import { Pool } from 'pg'
import { valueTypes } from './values.ts'

export interface PoolOptions {
  url: string
  /** Where the tables are; plain lower-case letters, digits and underscores. */
  schema: string
  /** Connections at most. */
  max: number
  /** How the connections show in `pg_stat_activity`. */
  name: string
  /** A statement that takes longer is cancelled by the server. */
  statementTimeoutMs: number
  /** An answer that is this much later than the server's own limit does not come any more. Default 3,000. */
  answerWithinMs?: number
  /** How long a caller waits for a connection, opening one included. Default 5,000. */
  connectWithinMs?: number
  /** How long a connection is kept that nobody uses. Default 10,000. */
  keepIdleMs?: number
  /** Further settings of the session, e.g. `jit: 'off'`. */
  settings?: Readonly<Record<string, string>>
  /** Told when an idle connection fails. */
  onError?: (error: Error) => void
}

/**
 * The server ends a transaction of which nothing has been heard for so long, a lease: whoever takes over from an
 * instance that was stopped or cut off must not wait for its locks.
 */
const IDLE_IN_TRANSACTION_MS = 4_000

/** Connections for one purpose. Each is given its settings by the server at its start, so that none can lack them. */
export function createPool(options: PoolOptions): Pool {
  const { url, schema, max, name, statementTimeoutMs, settings = {}, onError = () => {} } = options
  if (!/^[a-z_][a-z0-9_]*$/.test(schema)) throw new Error(say`"${schema}" cannot be the name of a schema.`)
  const session = {
    search_path: schema,
    statement_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
    jit: 'off',
    ...settings,
  }
  const pool = new Pool({
    connectionString: url,
    max,
    application_name: name,
    connectionTimeoutMillis: options.connectWithinMs ?? 5_000,
    idleTimeoutMillis: options.keepIdleMs ?? 10_000,
    // A connection that the network has swallowed answers nothing, not even that the server gave up.
    query_timeout: statementTimeoutMs + (options.answerWithinMs ?? 3_000),
    keepAlive: true,
    pipeline: true,
    allowExitOnIdle: true,
    types: valueTypes,
    options: Object.entries(session)
      .map(([key, value]) => `-c ${key}=${value}`)
      .join(' '),
  })
  pool.on('error', onError)
  // A connection that fails while it is lent out tells so through its statement; the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/**
 * Settings for the duties' connections. Their statements are few and known, and each has its index; the statistics of a
 * table that fills and empties by the second are always wrong, so plans are not left to them.
 */
export const SCHEDULING_SETTINGS = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  plan_cache_mode: 'force_generic_plan',
  // Of an instance that was cut off, what waits for locks must end before what has them does: each would have its own
  // time to be idle otherwise, one after the other, and whoever takes over would wait for all of them.
  lock_timeout: String(IDLE_IN_TRANSACTION_MS / 2),
} as const

/**
 * Settings for reads whose plans are kept: they are made when tables may be nearly empty, and must not count on that.
 * What is joined is looked up by its key for each row, never gone through as a whole.
 */
export const READING_SETTINGS = { ...SCHEDULING_SETTINGS, enable_material: 'off' } as const

/**
 * For the lease: it is renewed whatever other connections wait for, and a connection that has gone silent is given up
 * within the lease's length.
 */
export function leasePoolOptions(where: Pick<PoolOptions, 'url' | 'schema' | 'name'>): PoolOptions {
  const limits = { statementTimeoutMs: 1_500, answerWithinMs: 500, connectWithinMs: 2_000 }
  return { ...where, ...limits, max: 1, settings: SCHEDULING_SETTINGS }
}
