import { type Clock, say, systemClock, type Timer } from '@rota/core'
import { Kysely, PostgresDialect } from 'kysely'
import { Client, type Pool } from 'pg'
import { createMemoryTails } from '../../hot/memory/tails.ts'
import type { AuditStore } from '../../ports/audit.ts'
import type { Queries } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import { createAuditStore } from '../audit.ts'
import { createExecutionDetails } from '../details.ts'
import { createFleetStores } from '../fleet.ts'
import { createQueries } from '../queries/queries.ts'
import type { Store } from '../store.ts'
import { createSealing, writeAudit } from './audit.ts'
import { auditedOn, batchesOn } from './batches.ts'
import { createBriefReads } from './brief-reads.ts'
import { createCancellations } from './cancellations.ts'
import { createDatabase, type Database } from './database.ts'
import { createDatabaseClock } from './database-clock.ts'
import { asDatabaseError, DatabaseError } from './database-error.ts'
import { detailsAccess } from './details-access.ts'
import { asUnavailable, isConnectionFault } from './errors.ts'
import { createExecutionStore } from './executions.ts'
import { createPostgresLogStore } from './logs/log-store.ts'
import { type MigrationStatus, migrate, migrationStatus } from './migrate.ts'
import { createPostgresOutbox } from './outbox.ts'
import { makePartitions } from './partitions.ts'
import { createPool, leasePoolOptions, type PoolOptions, READING_SETTINGS, SCHEDULING_SETTINGS } from './pool.ts'
import { createSilentInstances } from './silent-instances.ts'
import { createTaskReads } from './task-reads.ts'
import { createTaskStore } from './tasks.ts'
import { createThreadLease } from './thread-lease.ts'
import { createUpkeep } from './upkeep.ts'
import { storable } from './values.ts'

/** A store that several instances share. */
export interface PostgresStore extends Store {
  /** The database's time: what an engine on this store goes by, so that all instances agree. */
  readonly clock: Clock
}

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string
  /** The schema of the tables, made when it is missing. Default `rota`. */
  schema?: string
  clock?: Clock
  /** Whether to bring the schema up to date; false refuses one that is not. Default true. */
  migrate?: boolean
  /** Refuses a schema without tables: whoever opens it has been here before. Default false. */
  refuseEmpty?: boolean
  /** Connections at most: of the duties, of people's queries, of logs. Default 6, 8 and 2; two more keep clock and lease. */
  poolSizes?: Partial<Record<'scheduling' | 'people' | 'logs', number>>
  /** Told what an operator should know: output not kept, partitions not made. */
  onWarning?: (message: string) => void
}

const SECOND_MS = 1_000
/** A start that gives up is to do so soon; one that waits tries again. */
const CONNECTED_WITHIN_MS = 3_000
const PARTITIONS_EVERY_MS = 6 * 3_600_000
/** Connections, of those for people's queries, that read tasks. */
const MOST_READS = 2

/**
 * Opens the store of a cluster: brings its schema up to date, makes the partitions of the next days and puts the
 * counters of concurrency keys right. Throws {@link DatabaseError}.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { url, schema = 'rota', clock: base = systemClock, onWarning = () => {} } = options
  checkUrl(url)
  const pools = openPools(options, schema)
  const closePools = () => Promise.all(Object.values(pools).map((pool) => pool.end()))
  try {
    const on = (pool: Pool) => createDatabase({ pool, clock: base })
    const [db, lease, people] = [on(pools.scheduling), on(pools.lease), on(pools.people)]
    const { migrate: apply = true, refuseEmpty = false } = options
    await migrate(pools.migrations, { schema, now: base.now(), apply, refuseEmpty })
    const clock = createDatabaseClock(lease, base)
    await clock.adjust()
    await recountKeys(db)
    const partitions = await keepPartitions(pools.logs, clock, onWarning)
    const logs = createPostgresLogStore({ db: on(pools.logs), clock, onWarning })
    const known = new Set<string>()
    const executions = createExecutionStore(db, lease, known)
    const silent = createSilentInstances(db)
    const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: telling(pools.people) }) })
    const runBatch = batchesOn(kysely)
    return {
      kind: 'postgres',
      location: withoutSecrets(url),
      capabilities: { exclusive: false },
      tasks: createTaskStore(db, (instanceId) => known.has(instanceId)),
      executions,
      // The thread lives in the machine's time, so that an engine in another has to renew the lease in its own loop.
      ...(base === systemClock && {
        lease: (terms) =>
          createThreadLease({ url, schema, terms, clock: base, onWarning, onRenewed: () => silent.tidy(clock.now()) }),
      }),
      cancellations: createCancellations(db, executions),
      details: createExecutionDetails(detailsAccess(people)),
      queries: createPostgresQueries(kysely, pools.reads, () => clock.now()),
      upkeep: createUpkeep({ db, readers: people, pool: pools.logs, clock }),
      logs,
      tails: createMemoryTails(),
      outbox: createPostgresOutbox(people, { kysely, runBatch }),
      ...keptBeside(people, kysely, clock),
      kysely,
      clock,
      runBatch,
      runAudited: auditedOn(kysely),
      backup: () => Promise.reject(new Error(say`A database in PostgreSQL is backed up with its own tools: pg_dump.`)),
      async close() {
        partitions.stop()
        clock.stop()
        await logs.close()
        await closePools()
      },
    }
  } catch (error) {
    await closePools()
    throw asDatabaseError(asUnavailable(error))
  }
}

/** What is written by few statements. */
function keptBeside(people: Database, kysely: Kysely<Schema>, clock: Clock) {
  const runAudited = auditedOn(kysely)
  const fleet = createFleetStores({ reader: kysely, kysely, now: () => clock.now(), runAudited })
  return { audit: auditOn(people, kysely), ...fleet }
}

function auditOn(db: Database, kysely: Kysely<Schema>) {
  const add: AuditStore['add'] = (drafts) => db.transaction(async (tx) => writeAudit(tx, drafts))
  return createAuditStore({ reader: kysely, kysely, key: 'entry', add, seal: createSealing(db) })
}

function createPostgresQueries(kysely: Kysely<Schema>, reads: Pool, now: () => number): Queries {
  const readBriefly = createBriefReads(reads)
  const queries = createQueries(kysely, now, { readBriefly, isLateral: true })
  return { ...queries, taskById: createTaskReads({ kysely, readBriefly, now, alone: queries.taskById }) }
}

/** The connections of a store, each pool for one purpose. */
function openPools({ url, poolSizes = {} }: PostgresStoreOptions, schema: string) {
  const make = (name: string, max: number, statementTimeoutMs: number, more: Partial<PoolOptions> = {}) =>
    createPool({ url, schema, max, name: `rota ${name}`, statementTimeoutMs, ...more })
  const { people = 8 } = poolSizes
  const reads = Math.min(MOST_READS, Math.max(people >> 1, 1))
  return {
    // One waits for another that migrates; nobody else is served before.
    migrations: make('migrations', 2, 3_600 * SECOND_MS, { connectWithinMs: CONNECTED_WITHIN_MS }),
    // Opening one takes ten milliseconds, which would be the lateness of what is due then.
    scheduling: make('scheduling', poolSizes.scheduling ?? 6, 30 * SECOND_MS, {
      settings: SCHEDULING_SETTINGS,
      keepIdleMs: 600 * SECOND_MS,
    }),
    lease: createPool(leasePoolOptions({ url, schema, name: 'rota lease' })),
    people: make('people', Math.max(people - reads, 1), 15 * SECOND_MS),
    // What is read most, by statements that are few: plans are made once and kept as long as their connections.
    reads: make('reads', reads, 15 * SECOND_MS, { settings: READING_SETTINGS, keepIdleMs: 600 * SECOND_MS }),
    // What is flushed survives the end of this process; of what the server had a moment before a power cut, lines go first.
    logs: make('logs', poolSizes.logs ?? 2, 30 * SECOND_MS, {
      settings: { ...SCHEDULING_SETTINGS, synchronous_commit: 'off' },
    }),
  }
}

/** Brings a schema up to date, or tells what doing so would apply. Throws {@link DatabaseError}. */
export async function migrateDatabase(options: {
  url: string
  schema: string
  dryRun: boolean
}): Promise<MigrationStatus> {
  const { url, schema, dryRun } = options
  checkUrl(url)
  const pool = createPool({ url, schema, max: 2, name: 'rota migrate', statementTimeoutMs: 3_600 * SECOND_MS })
  try {
    const before = await migrationStatus(pool, schema)
    if (dryRun) return before
    const applied = await migrate(pool, { schema, now: systemClock.now() })
    return { applied: (await migrationStatus(pool, schema)).applied, pending: applied }
  } catch (error) {
    throw asDatabaseError(asUnavailable(error))
  } finally {
    await pool.end()
  }
}

export interface DatabaseReport extends MigrationStatus {
  /** How far the database's clock is ahead of this machine's, in ms; negative when it is behind. */
  aheadMs: number
  /** How many values of secrets are under each key, by its id. */
  secretKeys: ReadonlyMap<string, number>
}

async function secretKeysIn(pool: Pool, { pending, applied }: MigrationStatus): Promise<Map<string, number>> {
  if (applied.length === 0 || pending.some((name) => name.includes('_secrets'))) return new Map()
  const { rows } = await pool.query('SELECT key_id, count(*) AS versions FROM secret_versions GROUP BY key_id')
  return new Map(rows.map(({ key_id, versions }) => [String(key_id), Number(versions)]))
}

/** Looks at a database, and writes nothing. Throws {@link DatabaseError} when no server could work with it. */
export async function examineDatabase(options: {
  url: string
  schema: string
  clock?: Clock
}): Promise<DatabaseReport> {
  const { url, schema, clock: base = systemClock } = options
  checkUrl(url)
  const limits = { statementTimeoutMs: 5 * SECOND_MS, connectWithinMs: CONNECTED_WITHIN_MS }
  const pool = createPool({ url, schema, max: 2, name: 'rota doctor', ...limits })
  try {
    const status = await migrationStatus(pool, schema)
    const clock = createDatabaseClock(createDatabase({ pool, clock: base }), base)
    await clock.adjust()
    clock.stop()
    return { ...status, aheadMs: clock.now() - base.now(), secretKeys: await secretKeysIn(pool, status) }
  } catch (error) {
    throw asDatabaseError(asUnavailable(error))
  } finally {
    await pool.end()
  }
}

/** The parser's own error holds the whole text, password included. */
function checkUrl(url: string) {
  let client: Client | null = null
  try {
    client = new Client(url)
  } catch {
    // Told below.
  }
  if (client === null || !/^postgres(ql)?:\/\//.test(url)) {
    throw new DatabaseError(
      'refused',
      say`The URL cannot be read: it must be like postgres://user:password@host/database.`,
    )
  }
}

/** Whatever stopped an instance last time, the counters start out right. */
async function recountKeys(db: Database) {
  await db.transaction(async (tx) => {
    await tx.run('lock-all-keys')
    await tx.run('recount-keys')
  })
}

/** Makes partitions now and every few hours. Should that fail, rows go to the partition for the rest and move later. */
async function keepPartitions(pool: Pool, clock: Clock, onWarning: (message: string) => void) {
  let timer: Timer | null = null
  let stopped = false
  async function make() {
    try {
      await makePartitions(pool, clock.now())
    } catch (error) {
      onWarning(`Partitions could not be made: ${(error as Error).message}. It is tried again in six hours.`)
    }
    if (!stopped) timer = clock.after(PARTITIONS_EVERY_MS, () => void make())
  }
  await make()
  return {
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}

/** The pool as Kysely uses it, with faults of the server told as `unavailable`. */
function telling(pool: Pool) {
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw asUnavailable(error)
    }
  }
  return {
    async connect() {
      const client = await told(pool.connect())
      let broken = false
      const query = async (sql: string, parameters: readonly unknown[]) => {
        try {
          return await client.query(
            sql,
            parameters.map((value) => (typeof value === 'string' ? storable(value) : value)),
          )
        } catch (error) {
          broken ||= isConnectionFault(error)
          throw error
        }
      }
      return {
        query: (sql: string, parameters: readonly unknown[]) => told(query(sql, parameters)),
        release: () => client.release(broken),
      } as never
    },
    end: async () => {},
    options: {},
  }
}

/** As the driver reads it: a socket's folder is a host, too. */
function withoutSecrets(url: string): string {
  const { host, port, database } = new Client(url)
  return `postgres://${host}:${port}/${database ?? ''}`
}
