/** A database full of history, for the tests of what reads it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { Kysely } from 'kysely'
import type {
  ExecutionHistoryTable,
  ExecutionsTable,
  SchedulesTable,
  Schema,
  TasksTable,
} from '../../../ports/schema.ts'
import { openDatabase, transaction } from '../database.ts'
import { migrate } from '../migrate.ts'
import { createReaderDialect } from '../reader/dialect.ts'
import { createReaders, type Readers } from '../reader/readers.ts'

/** 2026-01-01T00:00:00Z, where the manual clock begins. */
export const START = Date.UTC(2026, 0, 1)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** Ids that sort in the order of their numbers. */
export function idOf(n: number): string {
  return `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
}

export interface Sample {
  file: string
  db: DatabaseSync
  readers: Readers
  kysely: Kysely<Schema>
  task(row?: Partial<TasksTable>): number
  /** A schedule of a task; the rule's body is any text that names it. */
  schedule(taskSeq: number, row?: Partial<SchedulesTable> & { body?: string }): number
  /** An execution that has ended. */
  ended(row: Partial<ExecutionHistoryTable>): string
  /** A live execution. */
  live(row: Partial<ExecutionsTable>): string
  /** Adds much at once. */
  inBulk(work: () => void): void
  close(): Promise<void>
}

/** Opens an empty database in a folder of its own, read through its own connection or by threads. */
export function openSample({ threads = false } = {}): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'rota-reading-'))
  const file = join(folder, 'state.db')
  const db = openDatabase(file)
  db.exec('PRAGMA synchronous = OFF')
  migrate(db, START)
  const readers = createReaders({ file: threads ? file : null, db })
  const insert = inserter(db)
  let made = 0

  const shared = () => ({ id: idOf(++made), trigger: 'schedule', due_at: START, attempt: 1, priority: 0 })
  return {
    file,
    db,
    readers,
    kysely: new Kysely<Schema>({ dialect: createReaderDialect(readers) }),
    task(row = {}) {
      const id = idOf(++made)
      const usual = { id, name: `task ${made}`, type: 'shell', enabled: 1, version: 1, definition: '{"type":"shell"}' }
      return insert('tasks', { ...usual, created_at: START, updated_at: START, ...row })
    },
    schedule(taskSeq, { body = '{}', ...row } = {}) {
      db.prepare('INSERT OR IGNORE INTO schedule_rules (body) VALUES (?)').run(body)
      const rule = db.prepare('SELECT id FROM schedule_rules WHERE body = ?').get(body) as { id: number }
      return insert('schedules', { task_seq: taskSeq, ordinal: 0, rule_id: rule.id, next_due_at: START, ...row })
    },
    ended(row) {
      const common = shared()
      const due = row.due_at ?? common.due_at
      const usual = { status: 'success', created_at: due, started_at: due + 5, finished_at: due + 1005 }
      insert('execution_history', { ...common, ...usual, ...row })
      return row.id ?? common.id
    },
    live(row) {
      const common = shared()
      const due = row.due_at ?? common.due_at
      const usual = { run_at: due, rank: due, state: 0, created_at: due, overlap: 'skip', task_max: 1 }
      insert('executions', { ...common, ...usual, ...row })
      return row.id ?? common.id
    },
    inBulk: (work) => transaction(db, work),
    async close() {
      await readers.close()
      db.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function inserter(db: DatabaseSync) {
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  return (table: keyof Schema, row: object): number => {
    const columns = Object.keys(row)
    const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    const statement = prepared.get(text) ?? db.prepare(text)
    prepared.set(text, statement)
    return Number(statement.run(...(Object.values(row) as SQLInputValue[])).lastInsertRowid)
  }
}
