import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { RotaError, say } from '@rota/core/threads'

/** Older SQLite can corrupt a database when a WAL is reset while another connection checkpoints. */
const OLDEST_SQLITE = [3, 51, 3] as const

/** SQLite result codes (https://sqlite.org/rescode.html) that say the disk, not the statement, is at fault. */
const STORAGE_FAULTS: Record<number, string> = {
  5: say`the database is locked by another program`,
  8: say`the database is read-only`,
  10: say`the disk reported an error`,
  13: say`the disk is full`,
  14: say`the database file cannot be opened`,
  11: say`the database file is damaged`,
}

/** Makes the file of a database, unless there is one, for its owner alone: SQLite would let others read it. */
export function createDatabaseFile(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600))
  } catch {
    // SQLite comes to the same hindrance, and tells it as those of databases are told.
  }
}

/** How long a statement waits for another connection, in ms: the engine's loop waits with it. */
const BUSY_MS = 2000

/** Opens the engine's writing connection. `location` is a file, or `:memory:`. */
export function openDatabase(location: string): DatabaseSync {
  if (location !== ':memory:') createDatabaseFile(location)
  // Before the first statement: another process may just be making it, or turning it to WAL.
  const db = new DatabaseSync(location, { timeout: BUSY_MS })
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  refuseOldSqlite(version)
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536;
  `)
  // A checkpoint inside a commit would stall the engine's loop; another thread does them. In memory there is no WAL.
  if (location !== ':memory:') db.exec('PRAGMA wal_autocheckpoint = 0')
  return db
}

/** Throws when a version of SQLite, such as `3.51.2`, is too old to be trusted with data. */
export function refuseOldSqlite(version: string) {
  const parts = version.split('.').map(Number)
  for (const [i, least] of OLDEST_SQLITE.entries()) {
    const part = parts[i] ?? 0
    if (part > least) return
    if (part < least) {
      throw new Error(
        say`SQLite ${version} is too old: ${OLDEST_SQLITE.join('.')} or later is needed. Use a newer Node.`,
      )
    }
  }
}

const guards = new WeakMap<DatabaseSync, () => void>()

/** Has every transaction on a connection begin with a look whether it may write; `guard` throws when not. */
export function guardTransactions(db: DatabaseSync, guard: () => void): void {
  guards.set(db, guard)
}

/**
 * Runs `work` as one transaction on the writing connection. It must not await: nothing else may come between.
 * Throws `unavailable` when the disk is at fault, so that callers can wait and try again; other errors as they are.
 */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  try {
    db.exec('BEGIN IMMEDIATE')
    guards.get(db)?.()
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw asStorageFault(error)
  }
}

/** Turns SQLite's report of a storage fault into `unavailable`; leaves other errors alone. */
export function asStorageFault(error: unknown): unknown {
  const code = (error as { errcode?: number } | null)?.errcode
  const fault = code === undefined ? undefined : STORAGE_FAULTS[code & 0xff]
  if (fault === undefined) return error
  return new RotaError('unavailable', say`The store cannot be written: ${fault}.`)
}

/** True when an insert met a row that a unique index named `index` (or on these columns) already holds. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { errcode?: number } | null)?.errcode
  return code === 2067 || code === 1555
}
