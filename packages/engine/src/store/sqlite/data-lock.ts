import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { say } from '@rota/core'

/** Files of the lock; they mean nothing to anyone else and belong in no backup. */
export const LOCK_FILES = { lock: 'lock.db', holder: 'lock.json' } as const

/** Who holds a data directory, as far as it has told. */
export interface LockHolder {
  pid: number
  host: string
  started_at: string
}

/** Thrown when a data directory cannot be taken. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError'
  readonly reason: 'in_use' | 'unwritable'
  readonly holder: LockHolder | null

  constructor(reason: 'in_use' | 'unwritable', message: string, holder: LockHolder | null = null) {
    super(message)
    this.reason = reason
    this.holder = holder
  }
}

export interface DataLock {
  /** Gives the directory up. The end of the process, however it comes, does so too. */
  release(): void
}

/** Were the connection collected as garbage, its lock would go with it. */
const held = new Set<DatabaseSync>()

const SQLITE_BUSY = 5

/**
 * Takes a data directory for this process, making it (readable by its owner alone) when it is not there. The lock is
 * the operating system's on a file (https://sqlite.org/lockingv3.html), held by an open transaction: it ends with the
 * process, so that no kill leaves a stale one behind.
 *
 * Throws {@link DataDirectoryError} when another process, or this one, has it already, or when it cannot be written.
 */
export function lockDataDirectory(folder: string, now: number): DataLock {
  try {
    makeFolder(resolve(folder))
  } catch (error) {
    throw unwritable(folder, error)
  }
  const holderFile = join(folder, LOCK_FILES.holder)
  const db = take(folder, holderFile)
  const holder: LockHolder = { pid: process.pid, host: hostname(), started_at: new Date(now).toISOString() }
  try {
    writeFileSync(holderFile, `${JSON.stringify(holder)}\n`)
  } catch (error) {
    db.close()
    throw unwritable(folder, error)
  }
  held.add(db)
  return {
    release() {
      if (!held.delete(db)) return
      rmSync(holderFile, { force: true })
      db.close()
    },
  }
}

/** Node's own `recursive` never returns where a parent exists and yet refuses with ENOENT, as /proc does. */
function makeFolder(folder: string) {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

function take(folder: string, holderFile: string): DatabaseSync {
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(join(folder, LOCK_FILES.lock), { timeout: 0 })
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db?.close()
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw unwritable(folder, error)
    const holder = readHolder(holderFile)
    const who =
      holder === null ? say`another process` : say`process ${holder.pid} on ${holder.host}, since ${holder.started_at}`
    throw new DataDirectoryError(
      'in_use',
      say`The data directory ${folder} is in use by ${who}. Stop that one first, or choose another directory.`,
      holder,
    )
  }
}

function unwritable(folder: string, error: unknown): DataDirectoryError {
  return new DataDirectoryError(
    'unwritable',
    say`The data directory ${folder} cannot be written: ${(error as Error).message}.`,
  )
}

function readHolder(file: string): LockHolder | null {
  try {
    const { pid, host, started_at } = JSON.parse(readFileSync(file, 'utf8'))
    return { pid: Number(pid), host: String(host), started_at: String(started_at) }
  } catch {
    return null
  }
}
