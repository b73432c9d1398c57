import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import type { AccessDatabase, AccessTables } from '../auth/tables.ts'

const MIGRATION = new URL('../../../engine/src/store/sqlite/migrations/0002_access.sql', import.meta.url)

/** An in-memory database with the tables of the `access` migration, for tests that need no engine. */
export function accessDatabase(): AccessDatabase {
  const db = new DatabaseSync(':memory:')
  db.exec(readFileSync(MIGRATION, 'utf8'))
  db.exec('CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)')
  const database = {
    close: () => db.close(),
    prepare(text: string) {
      const statement = db.prepare(text)
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...(values as never[])).map((row) => ({ ...row })),
        run: (values: readonly unknown[]) => statement.run(...(values as never[])),
        iterate: (values: readonly unknown[]) => statement.iterate(...(values as never[])),
      }
    },
  }
  return new Kysely<AccessTables>({ dialect: new SqliteDialect({ database: database as never }) })
}
