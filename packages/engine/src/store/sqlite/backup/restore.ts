import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RotaError, say } from '@rota/core'
import { LOCK_FILES, lockDataDirectory } from '../data-lock.ts'
import { verifyBackup } from './backup.ts'
import { REPLACED_PREFIX, RESTORING_FOLDER, STATE_FILE } from './data-files.ts'
import type { BackupManifest } from './manifest.ts'

export interface RestoreOptions {
  folder: string
  dataDir: string
  /** Now; it becomes the epoch before which no lease counts. */
  at: number
  /** Restores although the data directory has content, which is moved into a folder within it. */
  force?: boolean
  /** Told 0–1. */
  progress?: (done: number) => void
}

export interface Restored {
  manifest: BackupManifest
  /** Where the content that was there before went; null when there was none. */
  replaced: string | null
}

/**
 * Puts a backup into a data directory that no process uses. Leases and instances of the copied moment are void, and
 * `settings.restored_at` says when time was turned back.
 *
 * Throws `invalid` for a damaged or newer backup, `conflict` when the directory has content and `force` is not given,
 * `DataDirectoryError` when a process holds it. Until all files are copied nothing that was there is touched.
 */
export async function restoreDataDirectory(options: RestoreOptions): Promise<Restored> {
  const { folder, dataDir, at, force = false, progress = () => {} } = options
  const lock = lockDataDirectory(dataDir, at)
  const staging = join(dataDir, RESTORING_FOLDER)
  try {
    if (!force && (await content(dataDir)).length > 0) {
      throw new RotaError(
        'conflict',
        say`The data directory ${dataDir} is not empty. Use --force to replace its content.`,
      )
    }
    const manifest = await verifyBackup(folder, (done) => progress(done * 0.6))
    refuseNewer(manifest)
    await rm(staging, { recursive: true, force: true })
    let copied = 0
    for (const { path } of manifest.files) {
      await mkdir(dirname(join(staging, path)), { recursive: true, mode: 0o700 })
      await copyFile(join(folder, path), join(staging, path))
      progress(0.6 + (0.4 * ++copied) / manifest.files.length)
    }
    markRestored(join(staging, STATE_FILE), at)
    const replaced = await moveContent(dataDir, `${REPLACED_PREFIX}${new Date(at).toISOString().replaceAll(':', '')}`)
    // The main database comes last: a directory without it is not mistaken for a whole one.
    const names = (await readdir(staging)).sort((a, b) => Number(a === STATE_FILE) - Number(b === STATE_FILE))
    for (const name of names) await rename(join(staging, name), join(dataDir, name))
    await rm(staging, { recursive: true })
    lock.release()
    return { manifest, replaced }
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    lock.undo()
    throw error
  }
}

function refuseNewer({ schema_version }: BackupManifest) {
  if (existsSync(new URL(`../migrations/${schema_version}`, import.meta.url))) return
  throw new RotaError(
    'invalid',
    say`The backup was made by a newer Rota (migration ${schema_version}). Use that release.`,
  )
}

function markRestored(file: string, at: number) {
  const db = new DatabaseSync(file)
  try {
    db.exec('BEGIN IMMEDIATE')
    db.prepare(`INSERT OR REPLACE INTO settings (key, value) VALUES ('restored_at', ?)`).run(String(at))
    db.exec('UPDATE instances SET lease_until = 0')
    db.exec('COMMIT')
  } finally {
    db.close()
  }
}

async function content(dataDir: string): Promise<string[]> {
  const own = new Set<string>([...Object.values(LOCK_FILES), `${LOCK_FILES.lock}-journal`, RESTORING_FOLDER])
  return (await readdir(dataDir)).filter((name) => !own.has(name) && !name.startsWith(REPLACED_PREFIX))
}

async function moveContent(dataDir: string, name: string): Promise<string | null> {
  const names = await content(dataDir)
  if (names.length === 0) return null
  const target = join(dataDir, name)
  await mkdir(target, { mode: 0o700 })
  for (const each of names) await rename(join(dataDir, each), join(target, each))
  return target
}
