import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openDatabase, refuseOldSqlite } from './database.ts'
import { migrate } from './migrate.ts'

const applied = (db: DatabaseSync) => db.prepare('SELECT name, applied_at FROM schema_migrations ORDER BY name').all()

describe('migrations', () => {
  test('each is applied once, in order, with its instant', () => {
    const db = new DatabaseSync(':memory:')
    const count = migrate(db, 1234)
    expect(count).toBeGreaterThan(0)
    expect(applied(db)).toHaveLength(count)
    expect(applied(db)[0]).toEqual({ name: expect.stringMatching(/^0001_/), applied_at: 1234 })
    expect(migrate(db, 5678)).toBe(0)
    expect(applied(db).every((row) => row.applied_at === 1234)).toBe(true)
    db.close()
  })

  test('one that has changed since it was applied is refused, and nothing is done', () => {
    const db = new DatabaseSync(':memory:')
    migrate(db, 0)
    const before = applied(db)
    db.exec(`UPDATE schema_migrations SET checksum = 'another' WHERE name LIKE '0001%'`)
    expect(() => migrate(db, 1)).toThrow(/0001_\w+\.sql has changed since it was applied/)
    expect(db.isTransaction).toBe(false)
    expect(applied(db)).toEqual(before)
    db.close()
  })

  test('a database of a newer release is refused by its name, before anything is applied', () => {
    const db = new DatabaseSync(':memory:')
    db.exec(`CREATE TABLE schema_migrations (
      name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`)
    db.exec(`INSERT INTO schema_migrations VALUES ('9999_future.sql', 'x', 0)`)
    expect(() => migrate(db, 1)).toThrow(/written by a newer Rota \(migration 9999_future\.sql\)/)
    expect(applied(db)).toHaveLength(1)
    db.close()
  })

  test('one that fails half-way leaves nothing of itself behind, and is applied once its cause is gone', () => {
    const db = new DatabaseSync(':memory:')
    // Stands in the way of the first migration's last table.
    db.exec('CREATE TABLE settings (other TEXT)')
    expect(() => migrate(db, 1)).toThrow('settings already exists')
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all()
    expect(tables.map((row) => row.name)).toEqual(['schema_migrations', 'settings'])
    db.exec('DROP TABLE settings')
    expect(migrate(db, 2)).toBeGreaterThan(0)
    db.close()
  })

  test('of several processes that migrate one database at once, each migration is applied by one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rota-migrate-'))
    const file = join(folder, 'state.db')
    const script = new URL('./testing/migrate-once.ts', import.meta.url).pathname
    const run = promisify(execFile)
    const outputs = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, [script, file])))
    const counts = outputs.map(({ stdout }) => Number(stdout))
    const db = openDatabase(file)
    expect(counts.reduce((sum, n) => sum + n)).toBe(applied(db).length)
    expect(migrate(db, 1)).toBe(0)
    db.close()
    await rm(folder, { recursive: true })
  })
})

describe('the version of SQLite', () => {
  test.each(['3.51.2', '3.50.9', '2.99.99', '3.9.0', '3.51'])('%s is refused with what is needed', (version) => {
    expect(() => refuseOldSqlite(version)).toThrow(`SQLite ${version} is too old: 3.51.3 or later is needed`)
  })

  test.each(['3.51.3', '3.51.10', '3.52.0', '4.0.0'])('%s will do', (version) => {
    expect(() => refuseOldSqlite(version)).not.toThrow()
  })
})
