import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { say } from '@rota/core'
import { DatabaseFileError } from './database-file-error.ts'

const FOLDER = new URL('./migrations/', import.meta.url)

/**
 * Brings the schema up to date: applies each file of `migrations/` once, in order, each in its own transaction that
 * also takes the write lock, so that two processes cannot both apply one. Answers how many were applied.
 *
 * Throws {@link DatabaseFileError} when an applied file has changed since, or when the database comes from a newer release.
 */
export function migrate(db: DatabaseSync, now: number): number {
  db.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`)
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  refuseUnknown(db, files)
  let applied = 0
  for (const name of files) {
    const text = readFileSync(new URL(name, FOLDER), 'utf8')
    if (applyOnce(db, name, text, now)) applied++
  }
  return applied
}

function refuseUnknown(db: DatabaseSync, files: string[]) {
  const rows = db.prepare('SELECT name FROM schema_migrations').all() as { name: string }[]
  const unknown = rows.map((row) => row.name).filter((name) => !files.includes(name))
  if (unknown.length > 0) {
    const message = say`The database was written by a newer Rota (migration ${unknown.join(', ')}). Use that release.`
    throw new DatabaseFileError('newer', message)
  }
}

function applyOnce(db: DatabaseSync, name: string, text: string, now: number): boolean {
  const checksum = createHash('sha256').update(text).digest('hex')
  db.exec('BEGIN IMMEDIATE')
  try {
    const seen = db.prepare('SELECT checksum FROM schema_migrations WHERE name = ?').get(name) as
      | { checksum: string }
      | undefined
    if (seen && seen.checksum !== checksum) {
      throw new DatabaseFileError(
        'newer',
        say`Migration ${name} has changed since it was applied. Restore the file; migrations are append-only.`,
      )
    }
    if (!seen) {
      db.exec(text)
      db.prepare('INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (?, ?, ?)').run(name, checksum, now)
    }
    db.exec('COMMIT')
    return !seen
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
