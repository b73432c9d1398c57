import { randomBytes } from 'node:crypto'
import { systemClock } from '@rota/core'
import { Client, type Pool } from 'pg'
import { createDatabase, type Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { createPool, SCHEDULING_SETTINGS } from '../pool.ts'

/** A schema with all tables, for one test after the other. */
export interface TestSchema {
  readonly url: string
  readonly name: string
  readonly pool: Pool
  readonly db: Database
  /** Statements run, rows answered and rows changed, all added up. */
  effort(): number
  /** Empties all tables. */
  clear(): Promise<void>
  /** Drops the schema and closes the connections. */
  drop(): Promise<void>
}

export const newSchemaName = () => `rota_test_${randomBytes(6).toString('hex')}`

/** Makes a schema. What is committed there need not survive a power cut. */
export async function makeSchema(url: string): Promise<TestSchema> {
  const name = newSchemaName()
  const settings = { ...SCHEDULING_SETTINGS, synchronous_commit: 'off' }
  const pool = createPool({ url, schema: name, max: 4, name: 'rota test', statementTimeoutMs: 60_000, settings })
  await migrate(pool, { schema: name, now: 0 })
  let effort = 0
  const onStatement = (rows: number) => {
    effort += rows
  }
  const db = createDatabase({ pool, clock: systemClock, onStatement })
  return {
    url,
    name,
    pool,
    db,
    effort: () => effort,
    async clear() {
      await pool.query(TABLES.map((table) => `DELETE FROM ${table};`).join(' '))
    },
    async drop() {
      await pool.end()
      await dropSchema(url, name)
    },
  }
}

export async function dropSchema(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS "${name}" CASCADE`)
  await client.end()
}

const TABLES = [
  'cancellations',
  'concurrency_keys',
  'execution_history',
  'execution_rollups',
  'executions',
  'happenings',
  'idempotency_keys',
  'instances',
  'log_chunks',
  'outbox_consumers',
  'pruned_history',
  'schedule_rules',
  'schedules',
  'settings',
  'task_revisions',
  'task_slots',
  'tasks',
]
