import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { systemClock } from '@rota/core'
import { startPostgres } from '@rota/testkit/cluster'
import { Client, type Pool, type PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { createPool } from './pool.ts'
import { statement } from './statements.ts'
import { dropSchema, makeSchema, newSchemaName, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

/** For a server that a crash makes forget what it was not told to keep: nothing but a COMMIT writes its log. */
const FORGETFUL = { wal_level: 'minimal', max_wal_senders: '0', wal_writer_delay: '10s', autovacuum: 'off' }

withPostgres('PostgreSQL: transactions and migrations', (url) => {
  describe('a server that takes connections and says nothing', () => {
    let silent: Server
    let taken = 0
    beforeAll(async () => {
      silent = createServer(() => taken++).listen(0, '127.0.0.1')
      await once(silent, 'listening')
    })
    afterAll(() => silent.close())

    test.each([
      ['one caller', 1],
      ['callers in line', 4],
    ])('is asked once by %s, who then know that it cannot be reached', async (_, callers) => {
      taken = 0
      const { port } = silent.address() as AddressInfo
      const limits = { statementTimeoutMs: 100, answerWithinMs: 100, connectWithinMs: 200, max: 1 }
      const pool = createPool({
        url: `postgres://rota@127.0.0.1:${port}/rota`,
        schema: 'rota',
        name: 'test',
        ...limits,
      })
      const db = createDatabase({ pool, clock: systemClock })
      const answers = await Promise.allSettled(Array.from({ length: callers }, () => db.run('database-time')))
      expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.message)).toEqual(
        answers.map(() => 'PostgreSQL cannot serve: it cannot be reached.'),
      )
      expect(taken).toBeLessThanOrEqual(callers)
      await pool.end()
    })
  })

  describe('transactions in PostgreSQL', () => {
    let schema: TestSchema
    beforeAll(async () => {
      schema = await makeSchema(url)
    })
    afterAll(() => schema.drop())
    const keyed = (key: string) => [[key], [1]]
    const stored = async (key: string) =>
      (await schema.pool.query('SELECT 1 FROM concurrency_keys WHERE key = $1', [key])).rowCount === 1

    test('work whose connection is cut before COMMIT is done once more', async () => {
      let turns = 0
      await schema.db.transaction(async (tx) => {
        await tx.run('set-keys', keyed('cut'))
        if (++turns === 1) await cutAll(url, schema.name)
        await tx.run('lock-all-keys')
      })
      expect(turns).toBe(2)
      expect(await stored('cut')).toBe(true)
    })

    test.each([
      ['was done is not done again', true, 1],
      ['was not done is done', false, 2],
    ])('a COMMIT whose answer is lost is looked up: what %s', async (_, reaches, expected) => {
      const { pool } = schema
      let cuts = 1
      const faulty = intercepting(pool, async (client, query) => {
        if (query !== 'COMMIT' || cuts-- <= 0) return
        await client.query(reaches ? 'COMMIT' : 'ROLLBACK')
        throw new Error('Connection terminated unexpectedly')
      })
      let turns = 0
      const db = createDatabase({ pool: faulty, clock: systemClock })
      await db.transaction(async (tx) => {
        turns++
        await tx.run('set-keys', keyed(`commit ${reaches}`))
      })
      expect(turns).toBe(expected)
      expect(await stored(`commit ${reaches}`)).toBe(true)
    })

    test('a statement whose answer nobody waits for fails its transaction, too', async () => {
      const work = schema.db.transaction(async (tx) => {
        await tx.run('set-keys', keyed('unheard'))
        void tx.run('change-keys', [['unheard'], ['no number']])
        void tx.run('lock-all-keys')
      })
      await expect(work).rejects.toThrow('no number')
      expect(await stored('unheard')).toBe(false)
    })

    test('a COMMIT that a crash has swallowed is not taken for done because another got its number', {
      timeout: 60_000,
    }, async ({ skip }) => {
      const server = await startPostgres(FORGETFUL)
      if (server === null) return skip('There is no initdb and pg_ctl in the PATH: no server of its own to crash.')
      const pool = createPool({ url: server.url, schema: 'rota', max: 2, name: 'x', statementTimeoutMs: 10_000 })
      try {
        await migrate(pool, { schema: 'rota', now: 0 })
        const numberOf = async (client: Pool | PoolClient) => {
          const { rows } = await client.query('SELECT pg_current_xact_id()::text AS xid')
          return BigInt(rows[0].xid)
        }
        const swallowing = intercepting(pool, async (client, query) => {
          if (query !== 'COMMIT') return
          const number = await numberOf(client)
          await server.end('immediate')
          await server.begin()
          let latest = 0n
          while (latest < number) latest = await numberOf(pool)
          expect(latest, 'the number is given out again').toBe(number)
          throw new Error('Connection terminated unexpectedly')
        })
        const work = createDatabase({ pool: swallowing, clock: systemClock }).transaction(async (tx) => {
          await tx.run('set-keys', keyed('swallowed'))
        })
        await expect(work).rejects.toMatchObject({ code: 'unavailable' })
        expect((await pool.query('SELECT 1 FROM concurrency_keys')).rowCount).toBe(0)
      } finally {
        await pool.end()
        server.stop()
      }
    })

    test('transactions in each other’s way are repeated until both are done', async () => {
      await schema.pool.query("INSERT INTO settings VALUES ('a', ''), ('b', '')")
      const lock = (key: string) => schema.pool.query('SELECT 1', []).then(() => key)
      let meeting = 0
      const crossed = (first: string, second: string) =>
        schema.db.transaction(async (tx) => {
          await tx.run('lock-keys', [[await lock(first)]])
          meeting++
          for (let i = 0; meeting < 2 && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 10))
          await tx.run('lock-keys', [[second]])
        })
      await schema.db.run('set-keys', [
        ['a', 'b'],
        [1, 1],
      ])
      await Promise.all([crossed('a', 'b'), crossed('b', 'a')])
      expect(meeting).toBeGreaterThan(2)
    })

    test('a server that is away, read-only or too slow is told as unavailable', async () => {
      const nowhere = createPool({
        url: 'postgres://x@127.0.0.1:1/x',
        schema: 'x',
        max: 1,
        name: 'x',
        statementTimeoutMs: 1,
      })
      const away = createDatabase({ pool: nowhere, clock: systemClock })
      await expect(away.run('next-instants')).rejects.toMatchObject({ code: 'unavailable' })
      await nowhere.end()
      const settings = { default_transaction_read_only: 'on' }
      const pool = createPool({ url, schema: schema.name, max: 1, name: 'x', statementTimeoutMs: 1000, settings })
      const reading = createDatabase({ pool, clock: systemClock })
      await expect(reading.run('set-keys', keyed('x'))).rejects.toMatchObject({ code: 'unavailable' })
      await pool.end()
    })
  })

  describe('migrations in PostgreSQL', () => {
    const name = newSchemaName()
    const pool = createPool({ url, schema: name, max: 8, name: 'x', statementTimeoutMs: 10_000 })
    afterAll(async () => {
      await pool.end()
      await dropSchema(url, name)
    })

    test('of three instances that start at once one brings the schema up to date', async () => {
      const applied = await Promise.all([1, 2, 3].map(() => migrate(pool, { schema: name, now: 0 })))
      expect(applied.filter((names) => names.length === 0)).toHaveLength(2)
      const { rows } = await pool.query('SELECT name FROM schema_migrations ORDER BY name')
      expect(applied.flat()).toEqual(rows.map((row) => row.name))
    })

    test('a migration that was changed, or comes from a newer release, is refused', async () => {
      await pool.query("INSERT INTO schema_migrations VALUES ('9999_new.sql', '', 0)")
      await expect(migrate(pool, { schema: name, now: 0 })).rejects.toThrow('newer Rota')
      await pool.query("DELETE FROM schema_migrations WHERE name LIKE '9999%'")
      await pool.query("UPDATE schema_migrations SET checksum = 'x' WHERE name LIKE '0001%'")
      await expect(migrate(pool, { schema: name, now: 0 })).rejects.toThrow('0001_schedule.sql has changed')
    })
  })

  describe('plans of the hot statements', () => {
    let schema: TestSchema
    beforeAll(async () => {
      schema = await makeSchema(url)
    })
    afterAll(() => schema.drop())

    test.each([
      ['claim-executions', 'executions_ready'],
      ['activate-executions', 'executions_waiting'],
      ['promote', 'executions_blocked'],
      ['blocking-limits', 'executions_blocked'],
      ['count-admitted', 'executions_holding'],
      ['orphans', 'executions_claimed'],
      ['due-schedules', 'schedules_due'],
      ['finish-executions', 'executions_pkey'],
      ['plan-schedules', 'schedules_pkey'],
    ])('%s goes by the index %s and reads through no table', async (name, index) => {
      const client = await schema.pool.connect()
      try {
        await client.query(`PREPARE it AS ${statement(name)}`)
        const types = "SELECT cardinality(parameter_types) AS n FROM pg_prepared_statements WHERE name = 'it'"
        const { n } = (await client.query(types)).rows[0]
        const values = n > 0 ? `(${Array.from({ length: n }, () => 'NULL').join()})` : ''
        const { rows } = await client.query(`EXPLAIN EXECUTE it${values}`)
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
        expect(plan).toContain(index)
        expect(plan).not.toMatch(/Seq Scan on (executions|schedules|tasks|concurrency_keys)\b/)
      } finally {
        await client.query('DEALLOCATE ALL')
        client.release()
      }
    })
  })
})

/** A pool whose connections tell of each query before it is sent; what `before` throws is their answer. */
function intercepting(pool: Pool, before: (client: PoolClient, query: unknown) => Promise<void>): Pool {
  return new Proxy(pool, {
    get(target, name) {
      if (name !== 'connect') return Reflect.get(target, name).bind(target)
      return async () => {
        const client = await target.connect()
        return {
          query: async (...args: [unknown]) => {
            await before(client, args[0])
            return client.query(...(args as [string]))
          },
          release: () => client.release(true),
        }
      }
    },
  })
}

/** Ends all connections of a schema's tests that are not just asking. */
async function cutAll(url: string, schema: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    `SELECT pg_terminate_backend(l.pid) FROM pg_locks l
     WHERE l.relation = ($1 || '.concurrency_keys')::regclass AND l.pid <> pg_backend_pid()`,
    [schema],
  )
  await client.end()
}
