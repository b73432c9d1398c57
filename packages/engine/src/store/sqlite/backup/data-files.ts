import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { LOCK_FILES } from '../data-lock.ts'

/** The databases of a data directory. */
export const STATE_FILE = 'state.db'
export const LOGS_FILE = 'logs.db'

/** Where a restore puts what was there before, and where it unpacks. */
export const REPLACED_PREFIX = 'replaced-'
export const RESTORING_FOLDER = 'restoring'

const DATABASE_FILE = /\.db(-wal|-shm|-journal)?$/

/**
 * Paths of the plain files of a data directory (keys, configuration, …): everything but databases, their relics, and
 * hidden files, which are somebody's scratch paper.
 */
export async function plainFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter(isPlain)
    .sort()
}

/** A database that was put aside: `data.db.damaged-2026-11-29`. */
function isDamaged(name: string): boolean {
  const extension = name.indexOf('.db')
  return extension >= 0 && name.includes('.damaged-', extension + 3)
}

function isPlain(path: string): boolean {
  const [top = ''] = path.split('/')
  const relic = top.startsWith(REPLACED_PREFIX) || top === RESTORING_FOLDER || isDamaged(top)
  return !relic && !top.startsWith('.') && path !== LOCK_FILES.holder && !DATABASE_FILE.test(path)
}
