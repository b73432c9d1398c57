import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { say } from '@rota/core/threads'
import { makeFolder, removeFolders } from './make-folder.ts'

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
  /** Nobody has locked the directory before. */
  readonly isFirst: boolean
  /** Gives the directory up. The end of the process, however it comes, does so too. */
  release(): void
  /** Gives it up as it was found: the lock's file goes if it is new, and so do folders that were made for it and are empty. */
  undo(): void
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
  const made = prepare(folder, () => makeFolder(resolve(folder)))
  const holderFile = join(folder, LOCK_FILES.holder)
  const lockFile = join(folder, LOCK_FILES.lock)
  const isFirst = prepare(
    folder,
    () => createFile(lockFile),
    () => removeFolders(made),
  )
  const db = take(folder, holderFile)
  const holder: LockHolder = { pid: process.pid, host: hostname(), started_at: new Date(now).toISOString() }
  const end = () => {
    held.delete(db)
    rmSync(holderFile, { force: true })
    db.close()
  }
  const undo = () => {
    if (!held.has(db)) return
    // While it is held: whoever opens it now is refused, whoever comes later makes a new one.
    if (isFirst) rmSync(lockFile, { force: true })
    end()
    removeFolders(made)
  }
  held.add(db)
  prepare(folder, () => writeFileSync(holderFile, `${JSON.stringify(holder)}\n`, { mode: 0o600 }), undo)
  return {
    isFirst,
    release() {
      if (held.has(db)) end()
    },
    undo,
  }
}

/** Does something to the folder. Throws {@link DataDirectoryError}, after `undo`, when it cannot be done. */
function prepare<T>(folder: string, work: () => T, undo: () => void = () => undefined): T {
  try {
    return work()
  } catch (error) {
    undo()
    throw unwritable(folder, error)
  }
}

/** Whether there was none: SQLite by itself would make one that others can read. */
function createFile(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
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
