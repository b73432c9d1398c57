import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EVERYTHING, SYSTEM } from '@rota/core'
import { execution, NOW } from '@rota/testkit/contracts'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  copyStore,
  createEngine,
  openDirectoryForReading,
  openDirectoryForWriting,
  openSchemaForReading,
  openSchemaForWriting,
  openSqliteStore,
  type Store,
} from '../../../index.ts'
import type { StoreWriter } from '../../transfer.ts'
import { openPostgresStore } from '../open.ts'
import { dropSchema, newSchemaName } from '../testing/schema.ts'
import { withPostgres } from '../testing/server.ts'

const ANN = { ...SYSTEM, name: 'ann' }
const poolSizes = { scheduling: 2, people: 2, logs: 1 }

withPostgres('PostgreSQL: copies of stores', (url) => {
  let folder: string
  let schema: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rota-copy-'))
    schema = newSchemaName()
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await dropSchema(url, schema)
  })
  const location = () => ({ url, schema })

  /** A task with a schedule and a revision, a live and a finished execution, and logs in two sizes. */
  async function fill(store: Store): Promise<string> {
    const engine = createEngine({ store, executors: new Map([['shell', { validate: async () => [] } as never]]) })
    const task = { name: 'nightly', type: 'shell', command: 'true', schedule: '0 2 * * *' } as const
    const { id } = await engine.tasks.create(ANN, task)
    await engine.tasks.update(ANN, id, { command: 'false' }, null)
    const ids = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002']
    await store.executions.enqueue(
      ids.map((each) => execution(each)),
      { now: NOW },
    )
    await store.executions.cancelUnclaimed([ids[0]!], NOW, 'with a \0 in it')
    const lines = Array.from(
      { length: 500 },
      (_, i) => ({ at: NOW + i, stream: 'stdout', text: `line ${i} ä` }) as const,
    )
    store.logs.append(ids[0]!, 1, lines)
    await store.logs.flush(ids[0]!)
    store.logs.append(ids[0]!, 2, [{ at: NOW, stream: 'stderr', text: 'short \0' }])
    await store.logs.flush(ids[0]!)
    const kysely = store.kysely
    for (const key of ['signing_key', 'local_token_id:abc', 'kept']) {
      await kysely.insertInto('settings').values({ key, value: 'x' }).execute()
    }
    return id
  }

  /** What people see of a store. */
  async function seen(store: Store, id: string) {
    const logId = '0190a000-0000-7000-8000-000000000001'
    return {
      tasks: await store.queries.listTasks({}, EVERYTHING),
      revisions: await store.queries.revisions(id, EVERYTHING),
      executions: await store.queries.listExecutions({}, EVERYTHING),
      logs: await store.logs.read(logId, {}),
      settings: await store.kysely.selectFrom('settings').select('key').where('key', 'not like', 'rollup%').execute(),
    }
  }

  async function copyToPostgres() {
    const source = openDirectoryForReading(folder, NOW)
    const target = await openSchemaForWriting(location())
    try {
      return await copyStore(source, target)
    } finally {
      await target.close()
      await source.close()
    }
  }

  describe('a copy of a store', () => {
    test('to PostgreSQL and back shows the same, but for keys and characters that PostgreSQL cannot keep', async () => {
      const sqlite = await openSqliteStore({ folder })
      const id = await fill(sqlite)
      const before = await seen(sqlite, id)
      await sqlite.close()
      const tables = await copyToPostgres()
      expect(tables.find((table) => table.name === 'tasks')).toMatchObject({ rows: 1, changed: 0 })
      expect(tables.find((table) => table.name === 'execution_history')).toMatchObject({ rows: 1, changed: 1 })

      const postgres = await openPostgresStore({ ...location(), poolSizes })
      const there = await seen(postgres, id)
      const expected = JSON.parse(JSON.stringify(before.executions).replaceAll('\\u0000', '\ufffd'))
      expect(there.settings.map((row) => row.key)).toEqual(['kept'])
      expect(JSON.parse(JSON.stringify(there.executions))).toEqual(expected)
      expect(there).toMatchObject({ tasks: before.tasks, revisions: before.revisions, logs: before.logs })
      // Numbers go on behind those that were copied.
      await postgres.executions.enqueue([execution('new')], { now: NOW })
      await postgres.executions.cancelUnclaimed(['new'], NOW, 'x')
      await postgres.close()

      const back = join(folder, 'back')
      const source = await openSchemaForReading(location())
      const target = openDirectoryForWriting(back, NOW)
      await copyStore(source, target)
      await target.close()
      await source.close()
      const again = await openSqliteStore({ folder: back })
      expect((await seen(again, id)).tasks).toEqual(there.tasks)
      expect((await seen(again, id)).logs).toEqual(there.logs)
      expect((await again.queries.listExecutions({}, EVERYTHING)).total).toBe(3)
      await again.close()
    })

    test('days of the history are partitions, so that they are dropped whole', async () => {
      const sqlite = await openSqliteStore({ folder })
      await fill(sqlite)
      const yesterday = Date.now() - 86_400_000
      await sqlite.executions.enqueue([execution('recent')], { now: yesterday })
      await sqlite.executions.cancelUnclaimed(['recent'], yesterday, 'x')
      await sqlite.close()
      await copyToPostgres()
      const client = new Client({ connectionString: url })
      await client.connect()
      const { rows } = await client.query(
        `SELECT tableoid::regclass::text AS home FROM "${schema}".execution_history WHERE id = 'recent'`,
      )
      await client.end()
      expect(rows[0].home).toContain('_d')
    })

    test('is refused while a server uses either, and where the target is not empty', async () => {
      const sqlite = await openSqliteStore({ folder })
      await fill(sqlite)
      expect(() => openDirectoryForReading(folder, NOW)).toThrow('in use')
      await sqlite.close()
      expect(() => openDirectoryForReading(join(folder, 'nowhere'), NOW)).toThrow('not the data directory')
      expect(() => openDirectoryForWriting(folder, NOW)).toThrow('holds a store already')
      await copyToPostgres()
      await expect(copyToPostgres()).rejects.toThrow('not empty')

      const store = await openPostgresStore({ ...location(), poolSizes })
      const about = { id: 'i', hostname: 'elsewhere', pid: 7, version: '1', startedAt: 0, heartbeatAt: 0 }
      const beat = (until: number) =>
        store.executions.heartbeat({ ...about, state: 'running', running: 0, waiting: 0 }, until)
      await beat(store.clock.now() + 60_000)
      await expect(openSchemaForReading(location())).rejects.toThrow('process 7 on elsewhere')
      await beat(0)
      const reading = await openSchemaForReading(location())
      // Whoever starts now waits for the copy: it cannot take a lease.
      const starting = beat(store.clock.now() + 60_000)
      await expect(Promise.race([starting, reading.count('tasks')])).resolves.toBe(1)
      await reading.close()
      await starting
      await store.close()
    })

    test('that is broken off or comes out different leaves nothing behind', async () => {
      const sqlite = await openSqliteStore({ folder })
      await fill(sqlite)
      await sqlite.close()
      const forgetful = (target: StoreWriter): StoreWriter => ({
        ...target,
        write: (table, columns, rows) => target.write(table, columns, table === 'executions' ? [] : rows),
      })
      const source = openDirectoryForReading(folder, NOW)
      const target = await openSchemaForWriting(location())
      await expect(copyStore(source, forgetful(target))).rejects.toThrow('executions has 0 rows instead of 1')
      await target.close()
      const back = join(folder, 'back')
      const other = openDirectoryForWriting(back, NOW)
      await expect(copyStore(source, forgetful(other))).rejects.toThrow('executions has 0 rows instead of 1')
      await other.close()
      await source.close()
      expect(existsSync(back)).toBe(false)
      expect((await copyToPostgres()).length).toBeGreaterThan(10)
    })
  })
})
