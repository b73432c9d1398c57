import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '@rota/core'
import { DatabaseFileError } from './database-file-error.ts'

/** What tells that a data directory was used before, beside the database itself. */
const TRACES = ['lock.db', 'keys', 'logs.db', 'identity.json', 'cli-token', 'first-admin-password'] as const
/** Stands in a data directory from its first use until its database is there, so that a start that is cut short is one. */
const FIRST_USE = '.first-use'

/** Whether a directory holds nothing of a server yet; to be asked before it is locked. */
export function isUnused(folder: string, database: string): boolean {
  return [database, FIRST_USE, ...TRACES].every((name) => !existsSync(join(folder, name)))
}

export function beginFirstUse(folder: string): void {
  writeFileSync(join(folder, FIRST_USE), '', { mode: 0o600 })
}

export function endFirstUse(folder: string): void {
  rmSync(join(folder, FIRST_USE), { force: true })
}

/**
 * A directory that was used before has a database. Throws {@link DatabaseFileError} when it has none, or an empty one:
 * somebody removed it, or a disk was not mounted, and to begin anew would hide that.
 */
export function refuseMissing(folder: string, database: string): void {
  const file = join(folder, database)
  const isThere = existsSync(file)
  if ((isThere && statSync(file).size > 0) || existsSync(join(folder, FIRST_USE))) return
  const found = TRACES.filter((name) => existsSync(join(folder, name)))
  if (found.length === 0) return
  const what = isThere ? 'empty' : 'missing'
  throw new DatabaseFileError(
    'missing',
    say`The database ${file} is ${what}, though the directory was used before (it has ${found.join(', ')}). Restore a backup (rota restore), or see whether a disk is not mounted. To begin anew, move everything out of the directory, or choose another.`,
  )
}
