import { inspect } from 'node:util'
import { EVERYTHING } from '@rota/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateDatabase, openPostgresStore, type PostgresStore } from './open.ts'
import { dropSchema, newSchemaName } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

withPostgres('PostgreSQL: the store', (url) => {
  describe('the store in PostgreSQL', () => {
    const schema = newSchemaName()
    const poolSizes = { scheduling: 2, people: 2, logs: 1 }
    let store: PostgresStore
    beforeAll(async () => {
      store = await openPostgresStore({ url, schema, poolSizes })
    })
    afterAll(async () => {
      await store.close()
      await dropSchema(url, schema)
    })
    const named = (name: string, definition: string) => ({
      row: {
        ...{ id: name, tenantId: null, name, group: null, type: 'shell', tags: [], enabled: true, version: 1 },
        ...{ definition, pausedAt: null, pauseReason: null, runAtStart: false, createdAt: 0, createdBy: null },
        ...{ updatedAt: 0, updatedBy: null, deletedAt: null },
      },
      schedules: [],
      keys: [],
    })

    test('it says what it is, and no password', () => {
      expect(store).toMatchObject({ kind: 'postgres', capabilities: { exclusive: false } })
      expect(store.location).not.toContain('@')
    })

    test('its clock is the server’s', async () => {
      const [row] = (
        await store.runBatch([
          store.kysely.selectNoFrom((eb) => eb.fn<number>('clock_timestamp', []).as('now')).compile(),
        ])
      )[0]!.rows as { now: Date }[]
      expect(Math.abs(row!.now.getTime() - store.clock.now())).toBeLessThan(2000)
    })

    test('text that PostgreSQL cannot keep or take apart breaks no list', async () => {
      const description = 'half \\\\u0000 \u0000 and \ud800 and \ud83d\ude00'
      await store.tasks.insert([named('odd', JSON.stringify({ description }))])
      const { rows } = await store.queries.listTasks({ q: 'HALF' }, EVERYTHING)
      expect(JSON.parse(rows[0]!.task.definition)).toEqual({
        description: 'half \\\\u0000 \ufffd and \ufffd and \ud83d\ude00',
      })
      expect((await store.queries.listTasks({ q: 'x\0' }, EVERYTHING)).total).toBe(0)
    })

    test('tasks asked for together are each answered for itself, and by scope', async () => {
      const [ours, blue] = [named('ours', '{}'), named('blue', '{}')]
      await store.tasks.insert([ours, { ...blue, row: { ...blue.row, tenantId: 'blue' } }])
      const tenant = { kind: 'tenant', tenantId: 'blue' } as const
      const asked = ['ours', 'nobody', 'x\0', 'blue', 'ours'].map((id) => store.queries.taskById(id, EVERYTHING))
      const ofBlue = ['ours', 'blue'].map((id) => store.queries.taskById(id, tenant))
      const answers = await Promise.all([...asked, ...ofBlue])
      const names = answers.map((it) => it?.task.name ?? null)
      expect(names).toEqual(['ours', null, null, 'blue', 'ours', null, 'blue'])
    })

    test('a task of which there is much is counted to the end, beside others and alone', async () => {
      await store.tasks.insert([named('often', '{}')])
      const { seq } = (await store.tasks.byId('often', EVERYTHING))!
      await store.kysely.executeQuery({
        sql: `INSERT INTO execution_history (id, task_seq, trigger, status, due_at, created_at, finished_at, attempt, priority)
              SELECT 'often ' || n, $1, 'api', 'success', n, n, n, 1, 0 FROM generate_series(1, 60) AS n`,
        parameters: [seq],
        query: {},
      } as never)
      const records = await Promise.all(['often', 'ours'].map((id) => store.queries.taskById(id, EVERYTHING)))
      expect(records.map((record) => record!.runCount)).toEqual([60, 0])
      const { rows } = await store.queries.listTasks({ limit: 20 }, EVERYTHING)
      expect(rows.find(({ task }) => task.seq === seq)!.runCount).toBe(60)
    })

    test('a column that a newer release adds breaks no read that is prepared', async () => {
      await store.tasks.insert([named('read', '{}')])
      const read = async () => [
        (await store.queries.taskById('read', EVERYTHING))!.task.name,
        (await store.tasks.byId('read', EVERYTHING))!.name,
        (await store.queries.listTasks({ limit: 1 }, EVERYTHING)).limit,
      ]
      await read()
      const alter = (what: string) =>
        store.kysely.executeQuery({ sql: `ALTER TABLE tasks ${what}`, parameters: [], query: {} } as never)
      await alter('ADD COLUMN newer TEXT')
      expect(await read()).toEqual(['read', 'read', 1])
      await alter('DROP COLUMN newer')
    })

    test('a batch is written as a whole or not at all', async () => {
      const insert = (key: string) => store.kysely.insertInto('settings').values({ key, value: 'x' }).compile()
      await expect(store.runBatch([insert('one'), insert('one')])).rejects.toThrow()
      expect(await store.kysely.selectFrom('settings').where('key', '=', 'one').selectAll().execute()).toEqual([])
      await store.runBatch([insert('one'), insert('two')])
      expect(
        await store.kysely.selectFrom('settings').where('key', 'in', ['one', 'two']).selectAll().execute(),
      ).toHaveLength(2)
    })

    test('counters of concurrency keys that went wrong are right after the next start', async () => {
      await store.executions.enqueue([], { now: 0, keys: [{ key: 'door', max: 1 }] })
      await store.kysely.executeQuery({ sql: 'UPDATE concurrency_keys SET held = 1', parameters: [] } as never)
      const again = await openPostgresStore({ url, schema, poolSizes })
      await again.close()
      const { rows } = await store.kysely.executeQuery({
        sql: 'SELECT held FROM concurrency_keys',
        parameters: [],
      } as never)
      expect(rows).toEqual([{ held: 0 }])
    })

    test('a server that cannot be reached is told as such', async () => {
      const nowhere = openPostgresStore({ url: 'postgres://x@127.0.0.1:1/x', schema })
      await expect(nowhere).rejects.toMatchObject({ name: 'DatabaseError', reason: 'unreachable' })
    })

    test('a database that does not exist is told as refused, an unreadable URL without its password', async () => {
      const missing = new URL(url)
      missing.pathname = '/no_such_database'
      await expect(openPostgresStore({ url: missing.href, schema })).rejects.toMatchObject({ reason: 'refused' })
      const failure = await openPostgresStore({ url: 'postgres://u:hunter2@[', schema }).catch((error) => error)
      expect(failure).toMatchObject({ reason: 'refused' })
      expect(inspect(failure)).not.toContain('hunter2')
    })

    test('a schema that holds somebody else’s tables is left alone', async () => {
      const foreign = newSchemaName()
      const run = (sql: string) => store.kysely.executeQuery({ sql, parameters: [], query: {} } as never)
      await run(`CREATE SCHEMA ${foreign}`)
      await run(`CREATE TABLE ${foreign}.tasks (id INTEGER)`)
      try {
        const opening = openPostgresStore({ url, schema: foreign })
        await expect(opening).rejects.toMatchObject({ reason: 'schema', message: expect.stringContaining('(tasks)') })
        await run(`CREATE TABLE ${foreign}.schema_migrations (version TEXT)`)
        await expect(openPostgresStore({ url, schema: foreign })).rejects.toMatchObject({ reason: 'schema' })
      } finally {
        await dropSchema(url, foreign)
      }
    })

    test('without the right to migrate it refuses a schema that is not up to date, and opens one that is', async () => {
      const empty = newSchemaName()
      const refused = openPostgresStore({ url, schema: empty, migrate: false })
      await expect(refused).rejects.toMatchObject({
        reason: 'schema',
        message: expect.stringContaining('rota migrate'),
      })
      const before = await migrateDatabase({ url, schema: empty, dryRun: true })
      expect(before.applied).toEqual([])
      const after = await migrateDatabase({ url, schema: empty, dryRun: false })
      expect(after.pending).toEqual(before.pending)
      const opened = await openPostgresStore({ url, schema: empty, migrate: false, poolSizes })
      await opened.close()
      expect((await migrateDatabase({ url, schema: empty, dryRun: true })).pending).toEqual([])
      await dropSchema(url, empty)
    })
  })
})
