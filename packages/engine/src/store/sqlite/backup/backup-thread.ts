import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { RotaError, say } from '@rota/core/threads'
import { note, serveThread } from '../thread.ts'
import { LOGS_FILE, plainFiles, STATE_FILE } from './data-files.ts'
import { type BackupManifest, describeFile, MANIFEST_FILE, readManifest, verifyFiles } from './manifest.ts'

export interface BackupRequest {
  dataDir: string
  folder: string
  at: number
  except: readonly string[]
}

const PAGES_AT_ONCE = 1_000

const api = {
  async create(request: BackupRequest): Promise<BackupManifest> {
    const { folder } = request
    await refuseUsed(folder)
    const partial = `${folder}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true, mode: 0o700 })
    try {
      const manifest = await fill(partial, request)
      await rm(folder, { recursive: true, force: true })
      await rename(partial, folder)
      await sync(dirname(folder))
      return manifest
    } catch (error) {
      await rm(partial, { recursive: true, force: true })
      throw error
    }
  },

  /** Reads every file of a backup again. */
  async verify(folder: string): Promise<BackupManifest> {
    const manifest = await readManifest(folder)
    const report = progressOver(manifest.files.reduce((sum, file) => sum + file.bytes, 0))
    await verifyFiles(folder, manifest, report)
    return manifest
  },
}

export type BackupApi = typeof api

serveThread(api)

async function refuseUsed(folder: string) {
  const content = await readdir(folder).catch((error) => (error.code === 'ENOENT' ? [] : Promise.reject(error)))
  if (content.length > 0) throw new RotaError('conflict', say`The folder ${folder} is not empty. Name a new one.`)
}

async function fill(partial: string, { dataDir, at, except }: BackupRequest): Promise<BackupManifest> {
  const databases = [STATE_FILE]
  if (await exists(join(dataDir, LOGS_FILE))) databases.push(LOGS_FILE)
  const plain = (await plainFiles(dataDir)).filter((path) => !except.includes(path))
  const sizes = await Promise.all([...databases, ...plain].map((path) => sizeOf(join(dataDir, path))))
  // Everything is read twice: when it is copied, and when the copy is checked.
  const report = progressOver(2 * sizes.reduce((sum, size) => sum + size, 0))
  for (const path of databases) await copyDatabase(join(dataDir, path), join(partial, path), report)
  for (const path of plain) {
    await mkdir(dirname(join(partial, path)), { recursive: true, mode: 0o700 })
    await copyFile(join(dataDir, path), join(partial, path))
    report(await sizeOf(join(partial, path)))
  }
  for (const path of databases) checkDatabase(join(partial, path))
  const manifest: BackupManifest = {
    format: 1,
    created_at: new Date(at).toISOString(),
    schema_version: schemaVersion(join(partial, STATE_FILE)),
    files: [],
  }
  for (const path of [...databases, ...plain]) {
    await sync(join(partial, path))
    const file = await describeFile(partial, path)
    manifest.files.push(file)
    report(file.bytes)
  }
  await writeFile(join(partial, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
  await sync(join(partial, MANIFEST_FILE))
  await sync(partial)
  return manifest
}

/**
 * Copies a database as it stands at one instant. The open read transaction holds that instant: without it the copy
 * would begin again with each commit of another connection (https://sqlite.org/backup.html).
 */
async function copyDatabase(from: string, to: string, report: (bytes: number) => void) {
  const source = new DatabaseSync(from, { timeout: 5_000 })
  try {
    source.exec('PRAGMA query_only = 1; BEGIN')
    const { page_size } = source.prepare('PRAGMA page_size').get() as { page_size: number }
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    let done = 0
    await backup(source, to, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) => {
        report((totalPages - remainingPages - done) * page_size)
        done = totalPages - remainingPages
      },
    })
    await chmod(to, (await stat(from)).mode & 0o777)
  } finally {
    source.close()
  }
}

function checkDatabase(file: string) {
  const db = new DatabaseSync(file)
  try {
    // One file, without a log beside it.
    db.exec('PRAGMA journal_mode = DELETE')
    const rows = db.prepare('PRAGMA integrity_check(3)').all() as { integrity_check: string }[]
    if (rows[0]?.integrity_check === 'ok') return
    const found = rows.map((row) => row.integrity_check).join('; ')
    throw new RotaError('unavailable', say`The copy ${file} is damaged, and so probably is its original: ${found}`)
  } finally {
    db.close()
  }
}

function schemaVersion(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const row = db.prepare('SELECT name FROM schema_migrations ORDER BY name DESC LIMIT 1').get()
    return (row as { name: string } | undefined)?.name ?? ''
  } finally {
    db.close()
  }
}

function progressOver(total: number): (bytes: number) => void {
  let done = 0
  return (bytes) => {
    done += bytes
    note(total === 0 ? 1 : Math.min(done / total, 1))
  }
}

async function sync(path: string) {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const sizeOf = async (path: string) => (await stat(path)).size
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
