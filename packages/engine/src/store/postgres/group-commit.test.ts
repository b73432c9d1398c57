import { EVERYTHING, systemClock } from '@rota/core'
import { Client, type Pool, type PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRow, TaskStore } from '../../ports/tasks.ts'
import { createDatabase } from './database.ts'
import { createTaskStore } from './tasks.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

const NOW = Date.UTC(2026, 0, 1)
const TASKS = 20

interface Sent {
  name: string
  /** How often it has been sent, this time included. */
  turn: number
  client: PoolClient
}

withPostgres('PostgreSQL: changes that share a transaction', (url) => {
  let schema: TestSchema
  let sent: Map<string, number>
  beforeAll(async () => {
    schema = await makeSchema(url)
  })
  beforeEach(async () => {
    await schema.clear()
    sent = new Map()
  })
  afterAll(() => schema.drop())

  /** A store that tells of each statement before it is sent. */
  function watched(before: (statement: Sent) => Promise<void> = async () => {}): TaskStore {
    const pool = new Proxy(schema.pool, {
      get(target, property) {
        if (property !== 'connect') return Reflect.get(target, property).bind(target)
        return async () => {
          const client = await target.connect()
          const query = async (asked: string | { name: string }, values?: unknown[]) => {
            const name = typeof asked === 'string' ? asked.split(' ')[0]! : asked.name
            const turn = (sent.get(name) ?? 0) + 1
            sent.set(name, turn)
            await before({ name, turn, client })
            return client.query(asked as string, values as unknown[])
          }
          return { query, release: (error?: Error) => client.release(error) }
        }
      },
    }) as Pool
    return createTaskStore(createDatabase({ pool, clock: systemClock }))
  }

  async function someTasks(store: TaskStore): Promise<TaskRow[]> {
    const ids = Array.from({ length: TASKS }, (_, at) => `task ${at}`)
    await Promise.all(
      ids.map((id) => {
        const schedules = [{ ordinal: 0, body: '{}', next: (after: number) => after + 1_000 }]
        return store.insert([{ row: newRow(id), schedules, keys: [] }])
      }),
    )
    return Promise.all(ids.map(async (id) => (await store.byId(id, EVERYTHING))!))
  }

  const versions = async () =>
    (await schema.pool.query('SELECT version FROM tasks ORDER BY seq')).rows.map(({ version }) => version)
  const revisions = async () => (await schema.pool.query('SELECT 1 FROM task_revisions')).rowCount

  describe('changes that are asked for in one turn', () => {
    test('are one transaction, of as many statements as one alone', async () => {
      const store = watched()
      const tasks = await someTasks(store)
      expect(sent.get('COMMIT')).toBe(1)
      sent.clear()
      await Promise.all(tasks.map((task) => change(store, task)))
      const together = Object.fromEntries(sent)
      sent.clear()
      await change(store, { ...tasks[0]!, version: 2 })
      expect(together).toEqual(Object.fromEntries(sent))
      expect(together).toMatchObject({ BEGIN: 1, COMMIT: 1, 'save-tasks': 1 })
    })

    test('are done once each when the connection is killed under them', async () => {
      const store = watched(async ({ name, turn, client }) => {
        if (name === 'COMMIT' && turn === 2) await kill(url, client)
      })
      const tasks = await someTasks(store)
      await Promise.all(tasks.map((task) => change(store, task)))
      expect(sent.get('COMMIT')).toBe(3)
      expect(await versions()).toEqual(tasks.map(() => 2))
      expect(await revisions()).toBe(TASKS)
    })

    test('all fail, and none is half done, when the database does', async () => {
      let isFull = false
      const store = watched(async ({ name }) => {
        if (isFull && name === 'COMMIT') throw Object.assign(new Error('no space left'), { code: '53100' })
      })
      const tasks = await someTasks(store)
      isFull = true
      const answers = await Promise.allSettled(tasks.map((task) => change(store, task)))
      expect(answers.map((it) => it.status === 'rejected' && it.reason.code)).toEqual(tasks.map(() => 'unavailable'))
      expect(await versions()).toEqual(tasks.map(() => 1))
      expect(await revisions()).toBe(0)
      isFull = false
      await Promise.all(tasks.map((task) => change(store, task)))
      expect(await versions()).toEqual(tasks.map(() => 2))
    })

    test('are not undone by one that the database refuses', async () => {
      const store = watched()
      const tasks = await someTasks(store)
      const answers = await Promise.allSettled(
        tasks.map((task, at) => change(store, task, at === 3 ? { pausedAt: 0.5 } : {})),
      )
      expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(tasks.map((_, at) => at !== 3))
      expect(await versions()).toEqual(tasks.map((_, at) => (at === 3 ? 1 : 2)))
    })

    test('are not held up by one that others have locked', async () => {
      const store = watched()
      const tasks = await someTasks(store)
      const other = await schema.pool.connect()
      await other.query('BEGIN')
      await other.query('SELECT 1 FROM tasks WHERE seq = $1 FOR UPDATE', [tasks[3]!.seq])
      let isLocked = true
      const changes = tasks.map((task) => change(store, task))
      const held = changes[3]!.then(() => expect(isLocked).toBe(false))
      await Promise.all(changes.filter((_, at) => at !== 3))
      isLocked = false
      await other.query('COMMIT')
      other.release()
      await held
      expect(await versions()).toEqual(tasks.map(() => 2))
    })
  })
})

function newRow(id: string): Omit<TaskRow, 'seq'> {
  return {
    ...{ id, tenantId: null, name: id, group: null, type: 'handler', tags: [], enabled: true, version: 1 },
    ...{ definition: '{}', pausedAt: null, pauseReason: null, runAtStart: false, createdAt: NOW, createdBy: null },
    ...{ updatedAt: NOW, updatedBy: null, deletedAt: null },
  }
}

function change(store: TaskStore, row: TaskRow, more: Partial<TaskRow> = {}) {
  const schedules = [{ ordinal: 0, body: '{}', next: (after: number) => after + 1_000 }]
  const nothing = { answers: [], executions: [], keys: [] }
  const options = { keepRevision: true, schedules, drop: 'future', now: NOW, ...nothing } as const
  return store.save({ ...row, version: row.version + 1, ...more }, { expectedVersion: row.version, ...options })
}

/** Ends the server's side of a connection. */
async function kill(url: string, client: PoolClient) {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  const other = new Client({ connectionString: url })
  await other.connect()
  await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
  await other.end()
}
