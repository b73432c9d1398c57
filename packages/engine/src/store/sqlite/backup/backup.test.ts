import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockDataDirectory } from '../data-lock.ts'
import { openDatabase } from '../database.ts'
import { createSqliteLogStore } from '../logs/log-store.ts'
import { migrate } from '../migrate.ts'
import { backupDataDirectory, verifyBackup } from './backup.ts'
import { restoreDataDirectory } from './restore.ts'

const AT = Date.UTC(2026, 0, 2, 3, 4, 5)

let root: string
let dataDir: string
let folder: string
let state: DatabaseSync

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rota-backup-'))
  dataDir = join(root, 'data')
  folder = join(root, 'backup')
  mkdirSync(join(dataDir, 'keys'), { recursive: true })
  state = openDatabase(join(dataDir, 'state.db'))
  state.exec('PRAGMA synchronous = OFF')
  migrate(state, 0)
  put('epoch', '1')
  state.exec(`INSERT INTO instances (id, hostname, pid, version, started_at, heartbeat_at, lease_until)
    VALUES ('i', 'h', 1, 'v', 0, 0, ${AT * 2})`)
  const logs = createSqliteLogStore({ file: join(dataDir, 'logs.db') })
  logs.append('e', 1, [{ at: 1, stream: 'stdout', text: 'kept' }])
  await logs.close()
  writeFileSync(join(dataDir, 'keys', 'signing.key'), 'secret', { mode: 0o600 })
  writeFileSync(join(dataDir, 'lock.json'), '{}')
  writeFileSync(join(dataDir, '.scratch'), '')
  writeFileSync(join(dataDir, 'logs.db.damaged-2026-01-01T000000.000Z'), 'relic')
})

afterEach(() => {
  state.close()
  rmSync(root, { recursive: true })
})

function put(key: string, value: string) {
  state.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(key, value)
}

function setting(dir: string, key: string): string | undefined {
  const db = new DatabaseSync(join(dir, 'state.db'))
  try {
    return (db.prepare('SELECT value FROM settings WHERE key = ?').get(key) as { value: string } | undefined)?.value
  } finally {
    db.close()
  }
}

const backup = () => backupDataDirectory({ dataDir, folder, at: AT })
const restore = (options = {}) => restoreDataDirectory({ folder, dataDir: join(root, 'new'), at: AT + 1, ...options })

describe('a backup', () => {
  test('holds both databases, keys and configuration, but no lock and no relic, and says so in its manifest', async () => {
    const manifest = await backup()
    expect(manifest).toMatchObject({ format: 1, created_at: '2026-01-02T03:04:05.000Z' })
    expect(manifest.schema_version).toMatch(/^\d{4}_.*\.sql$/)
    expect(manifest.files.map((file) => file.path)).toEqual(['state.db', 'logs.db', 'keys/signing.key'])
    expect(readdirSync(folder).sort()).toEqual(['keys', 'logs.db', 'manifest.json', 'state.db'])
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual(manifest)
    expect(await verifyBackup(folder)).toEqual(manifest)
  })

  test('leaves out what the caller names', async () => {
    const { files } = await backupDataDirectory({ dataDir, folder, at: AT, except: ['keys/signing.key'] })
    expect(files.map((file) => file.path)).toEqual(['state.db', 'logs.db'])
  })

  test('is readable by its owner alone, and a key stays as private as it was', async () => {
    await backup()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'keys', 'signing.key')).mode & 0o777).toBe(0o600)
  })

  test('is one instant of the database although commits go on all the while', async () => {
    state.exec('CREATE TABLE pairs (id INTEGER PRIMARY KEY, left INTEGER, right INTEGER, filler TEXT)')
    for (let i = 0; i < 2_000; i++) state.exec(`INSERT INTO pairs VALUES (${i}, 0, 0, '${'x'.repeat(4_000)}')`)
    let commits = 0
    let done = false
    const finished = backup().finally(() => {
      done = true
    })
    while (!done) {
      commits++
      state.exec(`UPDATE pairs SET left = ${commits} WHERE id = 0; `)
      state.exec(`BEGIN; UPDATE pairs SET left = ${commits}; UPDATE pairs SET right = ${commits}; COMMIT`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await finished
    expect(commits).toBeGreaterThan(3)
    const copy = new DatabaseSync(join(folder, 'state.db'))
    const { torn } = copy.prepare('SELECT count(*) AS torn FROM pairs WHERE left <> right AND id > 0').get() as {
      torn: number
    }
    const { kinds } = copy.prepare('SELECT count(DISTINCT right) AS kinds FROM pairs').get() as { kinds: number }
    copy.close()
    expect(torn).toBe(0)
    expect(kinds).toBe(1)
  })

  test('tells its progress, never backwards, up to the end', async () => {
    const seen: number[] = []
    await backupDataDirectory({ dataDir, folder, at: AT, progress: (done) => seen.push(done) })
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBeGreaterThan(0.9)
    expect(seen.at(-1)).toBeLessThanOrEqual(1)
  })

  test('never overwrites anything, and a failed one leaves nothing that looks like a backup', async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'precious'), '')
    await expect(backup()).rejects.toMatchObject({ code: 'conflict' })
    expect(readdirSync(folder)).toEqual(['precious'])
    const nowhere = backupDataDirectory({ dataDir: join(root, 'nothing'), folder: join(root, 'b'), at: AT })
    await expect(nowhere).rejects.toThrow()
    expect(readdirSync(root).sort()).toEqual(['backup', 'data'])
  })

  test('of a damaged database fails and says so', async () => {
    state.exec("CREATE TABLE big (body TEXT); INSERT INTO big VALUES ('x')")
    for (let i = 0; i < 10; i++) state.exec('INSERT INTO big SELECT body || hex(randomblob(20)) FROM big')
    state.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    state.close()
    const file = join(dataDir, 'state.db')
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xee, bytes.length - 9_000, bytes.length - 4_000))
    await expect(backup()).rejects.toThrow()
    expect(existsSync(folder)).toBe(false)
    state = new DatabaseSync(':memory:')
  })
})

describe('a restore', () => {
  test('into an empty directory brings everything back, and voids the leases of that time', async () => {
    await backup()
    put('epoch', '2')
    const { replaced, manifest } = await restore()
    const fresh = join(root, 'new')
    expect(replaced).toBeNull()
    expect(manifest.files).toHaveLength(3)
    expect(setting(fresh, 'epoch')).toBe('1')
    expect(setting(fresh, 'restored_at')).toBe(String(AT + 1))
    expect(readFileSync(join(fresh, 'keys', 'signing.key'), 'utf8')).toBe('secret')
    const db = new DatabaseSync(join(fresh, 'state.db'))
    expect(db.prepare('SELECT lease_until FROM instances').get()).toEqual({ lease_until: 0 })
    db.close()
    const logs = createSqliteLogStore({ file: join(fresh, 'logs.db') })
    expect((await logs.read('e', {})).lines.map((it) => it.text)).toEqual(['kept'])
    await logs.close()
  })

  test('into a directory with content needs force, and moves the content aside with its write-ahead log', async () => {
    await backup()
    put('epoch', '2')
    await expect(restore({ dataDir })).rejects.toMatchObject({ code: 'conflict' })
    expect(setting(dataDir, 'epoch')).toBe('2')
    const { replaced } = await restore({ dataDir, force: true })
    expect(setting(dataDir, 'epoch')).toBe('1')
    expect(setting(replaced!, 'epoch')).toBe('2')
    const again = await backupDataDirectory({ dataDir, folder: join(root, 'b2'), at: AT })
    expect(again.files.map((file) => file.path)).toEqual(['state.db', 'logs.db', 'keys/signing.key'])
  })

  test('is refused while a process holds the directory', async () => {
    await backup()
    const lock = lockDataDirectory(dataDir, AT)
    await expect(restore({ dataDir, force: true })).rejects.toMatchObject({ reason: 'in_use' })
    lock.release()
  })

  test.each([
    ['a changed file', () => writeFileSync(join(folder, 'keys', 'signing.key'), 'Secret'), /signing.key is damaged/],
    ['a missing file', () => rmSync(join(folder, 'logs.db')), /lacks its file logs.db/],
    ['a folder without manifest', () => rmSync(join(folder, 'manifest.json')), /no finished backup/],
    [
      'a damaged manifest',
      () => writeFileSync(join(folder, 'manifest.json'), '{"format":1'),
      /manifest.json is damaged/,
    ],
    ['a manifest that leads outside', () => edit({ path: '../../etc/passwd' }), /manifest.json is damaged/],
    ['a newer format', () => writeFileSync(join(folder, 'manifest.json'), '{"format":2}'), /format 2/],
    ['a newer schema', () => edit({}, { schema_version: '9999_future.sql' }), /newer Rota/],
  ])('of %s is refused, and the directory stays as it was', async (_what, spoil, message) => {
    await backup()
    put('epoch', '2')
    spoil()
    await expect(restore({ dataDir, force: true })).rejects.toThrow(message)
    expect(setting(dataDir, 'epoch')).toBe('2')
    expect(readFileSync(join(dataDir, 'keys', 'signing.key'), 'utf8')).toBe('secret')
  })
})

function edit(firstFile: object, manifest: object = {}) {
  const file = join(folder, 'manifest.json')
  const { files, ...rest } = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(
    file,
    JSON.stringify({ ...rest, files: [{ ...files[0], ...firstFile }, ...files.slice(1)], ...manifest }),
  )
}
