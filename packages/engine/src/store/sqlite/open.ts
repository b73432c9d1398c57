import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Clock, say, systemClock } from '@rota/core'
import { Kysely } from 'kysely'
import { createMemoryTails } from '../../hot/memory/tails.ts'
import type { LogStore } from '../../ports/logs.ts'
import type { Schema } from '../../ports/schema.ts'
import type { StoreParts } from '../../ports/store.ts'
import { createMemoryLogStore } from '../memory/log-store.ts'
import { createQueries } from '../queries/queries.ts'
import type { Store } from '../store.ts'
import { backupDataDirectory } from './backup/backup.ts'
import { startCheckpointer } from './checkpointer.ts'
import { lockDataDirectory } from './data-lock.ts'
import { openDatabase, transaction } from './database.ts'
import { createExecutionDetails } from './details.ts'
import { createExecutionStore } from './executions.ts'
import { createSqliteLogStore } from './logs/log-store.ts'
import { migrate } from './migrate.ts'
import { createBatchRunner, createReaderDialect, createWriterDialect } from './reader/dialect.ts'
import { createReaders, type Readers } from './reader/readers.ts'
import { statement } from './statements.ts'
import { createTaskStore } from './tasks.ts'
import { createUpkeep } from './upkeep.ts'

/** Names of the files in a data directory. */
export const DATA_FILES = { state: 'state.db', logs: 'logs.db' } as const

export interface SqliteStoreOptions {
  /** The data directory; made when it is missing. */
  folder: string
  clock?: Clock
  /** Files of the folder that a backup leaves out, such as credentials of this machine. */
  notBackedUp?: string[]
  /** Told what an operator should know: damaged logs set aside, lines dropped. */
  onWarning?: (message: string) => void
}

/**
 * Opens the embedded store in a data directory, and keeps everybody else out of it.
 * Throws DataDirectoryError when the directory is in use or cannot be written.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const clock = options.clock ?? systemClock
  const lock = lockDataDirectory(options.folder, clock.now())
  try {
    const file = join(options.folder, DATA_FILES.state)
    const logFile = join(options.folder, DATA_FILES.logs)
    const db = openDatabase(file)
    const onWarning = options.onWarning ?? (() => undefined)
    const logs = createSqliteLogStore({ file: logFile, clock, onWarning })
    const readers = createReaders({ file, db })
    const checkpointer = startCheckpointer({ file, writer: db, clock, onWarning })
    return assemble(db, clock, {
      kind: 'sqlite',
      location: options.folder,
      logs,
      readers,
      async backup(folder, progress) {
        const onProgress = progress === undefined ? {} : { progress }
        const except = options.notBackedUp ?? []
        await backupDataDirectory({ dataDir: options.folder, folder, at: clock.now(), except, ...onProgress })
      },
      async close() {
        await logs.close()
        await readers.close()
        await checkpointer.stop()
        db.close()
        lock.release()
      },
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

/** A store in memory, gone with the process: for the library and for tests. */
export function createMemoryStore({ clock = systemClock }: { clock?: Clock } = {}): Store {
  return createMemoryDisk().open(clock)
}

/** A database in memory that outlives the stores on it, so that a simulation can take it up again after a crash. */
export interface MemoryDisk {
  open(clock: Clock): Store
  /** Reads from outside. */
  select(sql: string, ...parameters: (string | number)[]): Record<string, unknown>[]
  /** Changes something from outside. */
  run(sql: string): void
}

export function createMemoryDisk(): MemoryDisk {
  const db = openDatabase(':memory:')
  const prepared = new Map<string, StatementSync>()
  return {
    open: (clock) => memoryStoreOn(db, clock),
    select(sql, ...parameters) {
      const known = prepared.get(sql) ?? db.prepare(sql)
      prepared.set(sql, known)
      return known.all(...parameters)
    },
    run: (sql) => db.exec(sql),
  }
}

function memoryStoreOn(db: DatabaseSync, clock: Clock): Store {
  const logs = createMemoryLogStore()
  return assemble(db, clock, {
    kind: 'memory',
    location: 'memory',
    logs,
    readers: createReaders({ file: null, db }),
    backup: () => Promise.reject(new Error(say`A store in memory cannot be backed up.`)),
    close: () => logs.close(),
  })
}

interface Surroundings {
  kind: 'sqlite' | 'memory'
  location: string
  logs: LogStore
  readers: Readers
  backup: StoreParts['backup']
  close: () => Promise<void>
}

function assemble(db: DatabaseSync, clock: Clock, around: Surroundings): Store {
  migrate(db, clock.now())
  // The counters are a cache of the rows; whatever stopped us last time, they start out right.
  transaction(db, () => db.prepare(statement('recount-keys')).run())
  const reader = new Kysely<Schema>({ dialect: createReaderDialect(around.readers) })
  const runBatch = createBatchRunner(db)
  return {
    kind: around.kind,
    location: around.location,
    capabilities: { exclusive: true, durable: around.kind !== 'memory' },
    tasks: createTaskStore(db),
    executions: createExecutionStore(db),
    details: createExecutionDetails(db),
    upkeep: createUpkeep(db, around.readers),
    queries: createQueries(reader, () => clock.now()),
    logs: around.logs,
    tails: createMemoryTails(),
    kysely: new Kysely<Schema>({ dialect: createWriterDialect(db) }),
    runBatch: async (queries) => runBatch(queries),
    backup: around.backup,
    close: around.close,
  }
}
