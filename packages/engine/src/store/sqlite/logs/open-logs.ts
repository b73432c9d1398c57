import { existsSync, readFileSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createDatabaseFile } from '../database.ts'

const SCHEMA_VERSION = 1

/** SQLite result codes of a file that is damaged (CORRUPT) or no database at all (NOTADB). */
const DAMAGED = new Set([11, 26])

/** BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the disk is at fault, not the statement. */
const REFUSALS = new Set([5, 6, 8, 10, 11, 13, 14, 26])

export function isRefusal(error: unknown): boolean {
  const code = (error as { errcode?: number } | null)?.errcode
  return code !== undefined && REFUSALS.has(code & 0xff)
}

export function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: number } | null)?.errcode
  return code !== undefined && DAMAGED.has(code & 0xff)
}

/** Opens the writing connection, making the file and its schema when there is none. Throws what SQLite throws. */
export function openLogs(file: string): DatabaseSync {
  createDatabaseFile(file)
  const db = new DatabaseSync(file)
  try {
    // Commits survive a kill of the process; a power cut may cost the last moments of output, never the file.
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY')
    db.exec('PRAGMA journal_size_limit = 16777216')
    if (schemaVersion(db) === 0) db.exec(readFileSync(new URL('./schema.sql', import.meta.url), 'utf8'))
    // Touches the newest pages: a file torn at its end is noticed now and not in the middle of a write.
    db.prepare('SELECT * FROM log_chunks ORDER BY seq DESC LIMIT 1').get()
    const found = schemaVersion(db)
    if (found !== SCHEMA_VERSION) throw new Error(`${file} has schema ${found}; this release knows ${SCHEMA_VERSION}.`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Opens a connection that only reads; null when there is nothing to read yet. */
export function openLogsForReading(file: string): DatabaseSync | null {
  if (!existsSync(file)) return null
  const db = new DatabaseSync(file)
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA query_only = 1; PRAGMA mmap_size = 268435456')
  if (schemaVersion(db) === SCHEMA_VERSION) return db
  db.close()
  return null
}

/** Moves a damaged database out of the way, whole, so that someone can look at it. Answers where it went. */
export function setAside(file: string, at: number): string {
  const target = `${file}.damaged-${new Date(at).toISOString().replaceAll(':', '')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix)
  }
  return target
}

function schemaVersion(db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}
