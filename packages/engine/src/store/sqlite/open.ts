import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type AuditDraft, type Clock, say, systemClock } from '@rota/core'
import { Kysely } from 'kysely'
import { createMemoryTails } from '../../hot/memory/tails.ts'
import type { LogStore } from '../../ports/logs.ts'
import type { Schema } from '../../ports/schema.ts'
import type { StoreParts } from '../../ports/store.ts'
import { createAuditStore } from '../audit.ts'
import { createExecutionDetails } from '../details.ts'
import { createFleetStores } from '../fleet.ts'
import { createMemoryLogStore } from '../memory/log-store.ts'
import { createQueries } from '../queries/queries.ts'
import type { Store } from '../store.ts'
import { createAuditWriter } from './audit.ts'
import { backupDataDirectory } from './backup/backup.ts'
import { startCheckpointer } from './checkpointer.ts'
import { countChanges } from './counted-changes.ts'
import { type DataDirectory, takeDataDirectory } from './data-directory.ts'
import { asStorageFault, openDatabase, transaction } from './database.ts'
import { asDamage, damaged } from './database-file-error.ts'
import { detailsAccess } from './details-access.ts'
import { createExecutionStore } from './executions.ts'
import { commitAlone, createGroupCommit } from './group-commit.ts'
import { checkAtStart } from './integrity.ts'
import { createSqliteLogStore } from './logs/log-store.ts'
import { migrate } from './migrate.ts'
import { refuseMissing } from './missing-database.ts'
import { openOutbox } from './outbox-writer.ts'
import { refuseOwned, takeOwnership } from './ownership.ts'
import {
  createAuditedRunner,
  createBatchRunner,
  createReaderDialect,
  createReadHere,
  createWriterDialect,
} from './reader/dialect.ts'
import { createReaders, type Readers } from './reader/readers.ts'
import { recoverStarts } from './start-journal.ts'
import { statement } from './statements.ts'
import { createTaskStore } from './tasks.ts'
import { createUpkeep } from './upkeep.ts'

/** Names of the files in a data directory. */
export const DATA_FILES = { state: 'state.db', logs: 'logs.db' } as const

export interface SqliteStoreOptions {
  /** The data directory; made when it is missing. One that was taken already stays its owner's, to keep and to release. */
  folder: string | DataDirectory
  clock?: Clock
  /** Files of the folder that a backup leaves out, such as credentials of this machine. */
  notBackedUp?: string[]
  /** Told what an operator should know: damaged logs set aside, lines dropped. */
  onWarning?: (message: string) => void
  /** Told once, when another process has taken the database over, or its file is gone: nothing is written any more. */
  onLost?: (message: string) => void
}

/**
 * Opens the embedded store in a data directory, and keeps everybody else out of it.
 * Throws {@link DataDirectoryError} when the directory is in use or cannot be written, {@link DatabaseFileError} when its
 * database is gone, damaged or of a newer release.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const clock = options.clock ?? systemClock
  const { folder } = options
  const directory = typeof folder === 'string' ? takeDataDirectory({ folder, now: clock.now() }) : lent(folder)
  const file = join(directory.folder, DATA_FILES.state)
  /** What is open, should the opening fail. */
  const opened: (() => unknown)[] = [directory.release]
  try {
    refuseMissing(directory, DATA_FILES.state)
    const db = openDatabase(file)
    opened.push(() => db.close())
    const store = await openIn(options, { db, file, clock, directory, opened })
    directory.keep()
    return store
  } catch (error) {
    for (const close of opened.reverse()) await close()
    throw asStorageFault(asDamage(error, file))
  }
}

interface Opening {
  db: DatabaseSync
  file: string
  clock: Clock
  directory: DataDirectory
  opened: (() => unknown)[]
}

/** Somebody else's, who keeps it and gives it up. */
const lent = (directory: DataDirectory): DataDirectory => ({ ...directory, keep() {}, release() {} })

async function openIn(options: SqliteStoreOptions, opening: Opening): Promise<Store> {
  const { db, file, clock, directory, opened } = opening
  const { folder } = directory
  const { onWarning = () => undefined, onLost = onWarning } = options
  refuseOwned(db, file)
  const isNew = statSync(file).size === 0
  migrate(db, clock.now())
  const ownership = takeOwnership({ db, file, clock, onLost })
  opened.push(ownership.release)
  if (!isNew) await refuseDamaged(file, clock, onWarning)
  const logs = createSqliteLogStore({ file: join(folder, DATA_FILES.logs), clock, onWarning })
  opened.push(() => logs.close())
  const readers = createReaders({ file, db })
  opened.push(() => readers.close())
  const checkpointer = startCheckpointer({ file, writer: db, clock, onWarning })
  opened.push(() => checkpointer.stop())
  return assemble(db, clock, {
    kind: 'sqlite',
    location: folder,
    logs,
    readers,
    async backup(target, progress) {
      const onProgress = progress === undefined ? {} : { progress }
      const except = options.notBackedUp ?? []
      await backupDataDirectory({ dataDir: folder, folder: target, at: clock.now(), except, ...onProgress })
    },
    async close() {
      await logs.close()
      await readers.close()
      await checkpointer.stop()
      ownership.release()
      db.close()
      directory.release()
    },
  })
}

async function refuseDamaged(file: string, clock: Clock, onWarning: (message: string) => void) {
  const onLate = (findings: string[]) => onWarning(damaged(file, findings).message)
  const findings = await checkAtStart({ file, clock, onLate })
  if (findings.length > 0) throw damaged(file, findings)
}

/** A store in memory, gone with the process: for the library and for tests. */
export function openInMemoryStore({ clock = systemClock }: { clock?: Clock } = {}): Store {
  const db = openDatabase(':memory:')
  migrate(db, 0)
  return memoryStoreOn(db, clock)
}

/** A database in memory that outlives the stores on it, so that a simulation can take it up again after a crash. */
export interface MemoryDisk {
  open(clock: Clock): Store
  /** Reads from outside. */
  select(sql: string, ...parameters: (string | number)[]): Record<string, unknown>[]
  /** Changes something from outside. */
  run(sql: string): void
}

/** A database with nothing but its schema: tests make thousands of disks, and copying it takes a fiftieth of the time. */
let blank: Uint8Array | null = null

export function createMemoryDisk(): MemoryDisk {
  const db = openDatabase(':memory:')
  const prepared = new Map<string, StatementSync>()
  if (blank === null) {
    migrate(db, 0)
    blank = db.serialize()
  } else {
    db.deserialize(blank)
  }
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
  recoverStarts(db)
  // The counters are a cache of the rows; whatever stopped us last time, they start out right.
  transaction(db, () => db.prepare(statement('recount-keys')).run())
  const reader = new Kysely<Schema>({ dialect: createReaderDialect(around.readers) })
  const kysely = new Kysely<Schema>({ dialect: createWriterDialect(db) })
  const runNow = createBatchRunner(db)
  // In memory a commit waits for nothing.
  const commit = around.kind === 'sqlite' ? createGroupCommit(db) : commitAlone(db)
  const { tasks, changes } = countChanges(createTaskStore(db, commit))
  const runBatch: Store['runBatch'] = async (queries) => runNow(queries)
  const writeAudit = createAuditWriter(db)
  const runInPart = createAuditedRunner(db, writeAudit)
  // What many say in one turn is durable together: each entry of its own would wait for the disk, and hold up all others.
  const runAudited: Store['runAudited'] = (queries, audit) => commit(() => runInPart(queries, audit))
  const addAudit = (drafts: readonly AuditDraft[]) => commit(() => writeAudit(drafts))
  return {
    kind: around.kind,
    location: around.location,
    capabilities: { exclusive: true },
    tasks,
    executions: createExecutionStore(db, commit),
    details: createExecutionDetails(detailsAccess(db)),
    upkeep: createUpkeep(db, around.readers),
    queries: createQueries(reader, () => clock.now(), {
      taskChanges: changes,
      readBriefly: createReadHere(db),
    }),
    logs: around.logs,
    tails: createMemoryTails(),
    outbox: openOutbox(db, { kysely, runBatch }),
    ...createFleetStores({ reader, kysely, now: () => clock.now(), runAudited }),
    audit: createAuditStore({ reader, kysely, key: 'seq', add: addAudit, seal: async () => 0 }),
    kysely,
    runBatch,
    runAudited,
    backup: around.backup,
    close: around.close,
  }
}
