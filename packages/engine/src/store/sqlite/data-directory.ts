import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOGS_FILE, STATE_FILE } from './backup/data-files.ts'
import { LOCK_FILES, lockDataDirectory } from './data-lock.ts'

/** What tells that a data directory was used before, beside the database itself. */
const TRACES = ['lock.db', 'keys', 'logs.db', 'identity.json', 'cli-token', 'first-admin-password'] as const
/** Stands in a data directory during its first use, so that one that was cut short is known as what it was. */
const FIRST_USE = '.first-use'
const BESIDE_A_DATABASE = ['', '-wal', '-shm', '-journal']
const OWN_NAMES = [
  ...[STATE_FILE, LOGS_FILE].flatMap((name) => BESIDE_A_DATABASE.map((suffix) => name + suffix)),
  FIRST_USE,
]

/** A data directory that this process has to itself. */
export interface DataDirectory {
  readonly folder: string
  /** No server has worked in it, or only one whose first start was cut short. */
  readonly isFirstUse: boolean
  /** What was found in it that a server had left there; nothing in its first use. */
  readonly traces: readonly string[]
  /** What the directory was taken for has succeeded: what has come into it stays. */
  keep(): void
  /** Gives the directory up. Unless it was kept, it is left as it was found: a first use leaves nothing. */
  release(): void
}

export interface TakeOptions {
  folder: string
  /** Epoch ms. */
  now: number
  /** What the caller makes in it beside databases and lock; of its first use, it goes unless it is kept. */
  names?: readonly string[]
}

/** Takes a data directory, making it when it is missing. Throws DataDirectoryError. */
export function takeDataDirectory({ folder, now, names = [] }: TakeOptions): DataDirectory {
  const lock = lockDataDirectory(folder, now)
  const before = new Set(readdirSync(folder))
  if (lock.isFirst) before.delete(LOCK_FILES.lock)
  const marker = join(folder, FIRST_USE)
  const found = TRACES.filter((name) => before.has(name))
  const isFirstUse = before.has(FIRST_USE) || (found.length === 0 && !before.has(STATE_FILE))
  const traces = isFirstUse ? [] : found
  let isKept = false
  if (isFirstUse) writeFileSync(marker, '', { mode: 0o600 })
  return {
    folder,
    isFirstUse,
    traces,
    keep() {
      isKept = true
      rmSync(marker, { force: true })
    },
    release() {
      if (isKept) return lock.release()
      const brought = isFirstUse ? [...OWN_NAMES, ...names].filter((name) => !before.has(name)) : []
      for (const name of brought) rmSync(join(folder, name), { recursive: true, force: true })
      lock.undo()
    },
  }
}
