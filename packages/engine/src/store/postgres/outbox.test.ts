import { setImmediate as turn } from 'node:timers/promises'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { NewExecution } from '../../ports/executions.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { Schema } from '../../ports/schema.ts'
import { batchesOn } from './batches.ts'
import { createExecutionStore } from './executions.ts'
import { createPostgresOutbox } from './outbox.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

const NOW = Date.UTC(2026, 0, 1)
const KINDS = ['execution_finished'] as const

const row = (id: string): NewExecution => {
  const nothing = { tenantId: null, taskSeq: null, taskVersion: null, scheduleId: null, requestedBy: null, keys: null }
  const none = { job: null, coversFrom: null, coversCount: null, jitterMs: null, skipAfter: null, mergeAfter: null }
  const at = { dueAt: NOW, runAt: NOW + 60_000, rank: 0, priority: 0, createdAt: NOW }
  return { id, ...nothing, ...none, ...at, trigger: 'api', overlap: 'allow', taskMax: 1 }
}

withPostgres('PostgreSQL: the outbox among transactions of one moment', (url) => {
  let schema: TestSchema
  let outbox: Outbox
  afterAll(() => schema?.drop())
  beforeEach(async () => {
    schema ??= await makeSchema(url)
    await schema.clear()
    const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: schema.pool }) })
    outbox = createPostgresOutbox(schema.db, { kysely, runBatch: batchesOn(kysely) })
  })

  const take = (instanceId = 'one') =>
    outbox.take({ consumer: 'reader', instanceId, now: NOW, until: NOW + 1000, most: 1000 })

  /** Ends an execution by a transaction that is committed when the answer is called. */
  async function endSlowly(id: string): Promise<() => Promise<void>> {
    const executions = createExecutionStore(schema.db)
    await executions.enqueue([row(id)], { now: NOW })
    const client = await schema.pool.connect()
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock_shared(hashtext(current_schema()), 1)')
    await client.query(
      `INSERT INTO happenings (kind, subject, at, body) VALUES ('execution_finished', $1, 0, json_build_object('id', $1::text)::text)`,
      [id],
    )
    return async () => {
      await client.query('COMMIT')
      client.release()
    }
  }

  test('what was written first and is committed last is not passed over', async () => {
    await outbox.want('reader', KINDS, NOW)
    const commitFirst = await endSlowly('first')
    const commitSecond = await endSlowly('second')
    await commitSecond()
    const early = await take()
    expect(early!.entries.map(({ happening }) => happening.id)).toEqual(['second'])
    await outbox.advance('reader', 'one', early!)
    await commitFirst()
    expect((await take())!.entries.map(({ happening }) => happening.id)).toEqual(['first'])
  })

  test('a consumer is added once those have ended that did not know of it, and holds nobody up for long', async () => {
    const commit = await endSlowly('unknown to it')
    await expect(outbox.want('reader', KINDS, NOW)).rejects.toMatchObject({ code: 'unavailable' })
    const wanting = outbox.want('reader', KINDS, NOW)
    await commit()
    await wanting
    await (await endSlowly('known to it'))()
    expect((await take())!.entries.map(({ happening }) => happening.id)).toContain('known to it')
  })

  test('four instances end executions while two read: each end is read once, in the order of its number', async () => {
    await outbox.want('reader', KINDS, NOW)
    const ids = Array.from({ length: 400 }, (_, n) => `end ${n}`)
    const executions = createExecutionStore(schema.db)
    await executions.enqueue(ids.map(row), { now: NOW })
    const waiting = [...ids]
    let ending = 4
    const end = async () => {
      for (let some = waiting.splice(0, 3); some.length > 0; some = waiting.splice(0, 3)) {
        await executions.cancelUnclaimed(some, NOW, 'enough')
      }
      ending--
    }
    const read: { seq: number; id: string }[] = []
    const readAll = async (instanceId: string) => {
      while (ending > 0 || read.length < ids.length) {
        const taken = await take(instanceId)
        if (taken !== null && taken.through > taken.from) {
          const entries = taken.entries.map(({ seq, happening }) => ({ seq, id: happening.id }))
          if (await outbox.advance('reader', instanceId, taken)) read.push(...entries)
        }
        await turn()
      }
    }
    await Promise.all([end(), end(), end(), end(), readAll('one'), readAll('two')])
    expect(read.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(read.map(({ seq }) => seq)).toEqual(read.map(({ seq }) => seq).toSorted((a, b) => a - b))
  })
})
