import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostgresStore, type PostgresStore } from './open.ts'
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
      expect(store).toMatchObject({ kind: 'postgres', capabilities: { exclusive: false, durable: true } })
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
      const { rows } = await store.queries.listTasks({ q: 'HALF' }, null)
      expect(JSON.parse(rows[0]!.task.definition)).toEqual({
        description: 'half \\\\u0000 \ufffd and \ufffd and \ud83d\ude00',
      })
      expect((await store.queries.listTasks({ q: 'x\0' }, null)).total).toBe(0)
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

    test('a server that cannot be reached is told as unavailable', async () => {
      const nowhere = openPostgresStore({ url: 'postgres://x@127.0.0.1:1/x', schema })
      await expect(nowhere).rejects.toMatchObject({ code: 'unavailable' })
    })
  })
})
