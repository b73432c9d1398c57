import { EVERYTHING, type Scope } from '@rota/core'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Queries, TaskQuery } from '../../../ports/queries.ts'
import type { Schema } from '../../../ports/schema.ts'
import { createQueries } from '../../queries/queries.ts'
import { createReaderDialect, createReadHere } from '../reader/dialect.ts'
import { HOUR, idOf, MINUTE, openSample, type Sample, START } from './sample-history.ts'

let sample: Sample
let queries: Queries
let now: number

beforeEach(() => {
  sample = openSample()
  now = START
  queries = createQueries(sample.kysely, () => now)
})
afterEach(() => sample.close())

const namesOf = async (query: TaskQuery, scope: Scope = EVERYTHING) =>
  (await queries.listTasks(query, scope)).rows.map(({ task }) => task.name)

/** Names on all pages, by cursor. */
async function walk(query: TaskQuery): Promise<string[]> {
  const names: string[] = []
  let cursor: string | undefined
  do {
    const page = await queries.listTasks({ ...query, cursor }, EVERYTHING)
    names.push(...page.rows.map(({ task }) => task.name))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return names
}

const allOrders = ['name', 'created_at', 'updated_at', 'next_run'] as const

describe('a list of tasks', () => {
  test('is in the order of names, creation, change or next run', async () => {
    const b = sample.task({ name: 'b', updated_at: START + 3 })
    const c = sample.task({ name: 'c', updated_at: START + 1 })
    const a = sample.task({ name: 'a', updated_at: START + 2 })
    sample.schedule(a, { next_due_at: null })
    sample.schedule(b, { next_due_at: START + 2 * HOUR })
    sample.schedule(c, { next_due_at: START + 9 * HOUR })
    sample.schedule(c, { ordinal: 1, next_due_at: START + HOUR })
    expect(await namesOf({})).toEqual(['a', 'b', 'c'])
    expect(await namesOf({ sort: 'created_at' })).toEqual(['a', 'c', 'b'])
    expect(await namesOf({ sort: 'updated_at' })).toEqual(['b', 'a', 'c'])
    expect(await namesOf({ sort: 'next_run' })).toEqual(['c', 'b', 'a'])
  })

  test.each(allOrders)('by %s shows each task once, whether turned by page or by cursor', async (sort) => {
    for (let i = 0; i < 23; i++) {
      const seq = sample.task({ name: `task ${String(i % 7)}${i}`, updated_at: START + (i % 3) })
      if (i % 3 > 0) sample.schedule(seq, { next_due_at: START + (i % 2) * HOUR })
      if (i % 5 === 0) sample.schedule(seq, { ordinal: 1, next_due_at: START + HOUR })
    }
    const all = await namesOf({ sort, limit: 1000 })
    expect(new Set(all).size).toBe(23)
    expect(await walk({ sort, limit: 4 })).toEqual(all)
    const pages = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((page) => namesOf({ sort, limit: 4, page })))
    expect(pages.flat()).toEqual(all)
  })

  test('goes on where it was when tasks are added and removed meanwhile', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) sample.task({ name })
    const first = await queries.listTasks({ limit: 2 }, EVERYTHING)
    sample.task({ name: 'aa' })
    sample.db.exec("DELETE FROM tasks WHERE name = 'b'")
    expect(await namesOf({ limit: 3, cursor: first.nextCursor! })).toEqual(['c', 'd', 'e'])
  })

  test('tells the total, the same on every page', async () => {
    for (let i = 0; i < 7; i++) sample.task()
    const first = await queries.listTasks({ limit: 3 }, EVERYTHING)
    expect(first).toMatchObject({ total: 7, page: 1, limit: 3 })
    const second = await queries.listTasks({ limit: 3, cursor: first.nextCursor! }, EVERYTHING)
    expect(second).toMatchObject({ total: 7, page: 2 })
    expect(await queries.listTasks({ limit: 3, page: 3 }, EVERYTHING)).toMatchObject({
      total: 7,
      page: 3,
      nextCursor: null,
    })
    expect(await queries.listTasks({ limit: 3, page: 9 }, EVERYTHING)).toMatchObject({ total: 7, rows: [] })
  })

  test('shows a tenant its own tasks only', async () => {
    sample.task({ name: 'mine', tenant_id: 'x' })
    sample.task({ name: 'theirs', tenant_id: 'y' })
    expect(await namesOf({}, { kind: 'tenant', tenantId: 'x' })).toEqual(['mine'])
    expect(await namesOf({}, EVERYTHING)).toEqual(['mine', 'theirs'])
    expect(await queries.taskById(idOf(2), { kind: 'tenant', tenantId: 'x' })).toBeNull()
  })
})

describe('a filter on tasks', () => {
  test('by group takes the group and all that is below it, or with an equals sign the group alone', async () => {
    for (const task_group of ['a', 'a/b', 'a/b/c', 'ab', 'a0', 'a.b', 'a-', '=a', null])
      sample.task({ name: String(task_group), task_group })
    for (const group of ['a', 'a/']) expect(await namesOf({ group })).toEqual(['a', 'a/b', 'a/b/c'])
    expect(await namesOf({ group: '=a' })).toEqual(['a'])
    expect(await namesOf({ group: '==a' })).toEqual(['=a'])
  })

  test('by tag takes whole tags, to the letter', async () => {
    const tags = [['db'], ['x', 'db'], ['DB'], ['dbx'], ['a","db'], ['say "db"'], ['x,"db"']]
    for (const [i, list] of tags.entries()) sample.task({ name: String(i), tags: JSON.stringify(list) })
    sample.task({ name: 'none' })
    expect(await namesOf({ tag: 'db' })).toEqual(['0', '1'])
    expect(await namesOf({ tag: 'say "db"' })).toEqual(['5'])
  })

  test('by text looks into name and description, without regard to case, taking wildcards literally', async () => {
    sample.task({ name: 'Nightly Backup' })
    sample.task({ name: 'b', definition: '{"type":"shell","description":"makes a BACKUP of 100%"}' })
    sample.task({ name: 'c', definition: '{"type":"shell","command":"backup"}' })
    sample.task({ name: 'd_e' })
    expect(await namesOf({ q: 'backup' })).toEqual(['Nightly Backup', 'b'])
    expect(await namesOf({ q: '100%' })).toEqual(['b'])
    expect(await namesOf({ q: '%' })).toEqual(['b'])
    expect(await namesOf({ q: '_' })).toEqual(['d_e'])
    expect(await namesOf({ q: '\\' })).toEqual([])
  })

  test('by status agrees with the status that each task shows', async () => {
    const day = 24 * HOUR
    sample.schedule(sample.task({ name: 'active' }), { next_due_at: START + day })
    sample.task({ name: 'active, by hand' })
    sample.schedule(sample.task({ name: 'disabled', enabled: 0 }), { next_due_at: null })
    sample.schedule(sample.task({ name: 'paused', paused_at: START }), { next_due_at: null })
    sample.schedule(sample.task({ name: 'finished' }), { next_due_at: null })
    const planned = sample.task({ name: 'active, the last one is planned' })
    const schedule_id = sample.schedule(planned, { next_due_at: null })
    sample.live({ task_seq: planned, schedule_id, due_at: START + 2000 })
    sample.task({ name: 'deleted', deleted_at: START })
    const active = ['active', 'active, by hand', 'active, the last one is planned']
    expect(await namesOf({ status: 'active' })).toEqual(active)
    expect(await namesOf({ status: 'disabled' })).toEqual(['disabled'])
    expect(await namesOf({ status: 'paused' })).toEqual(['paused'])
    expect(await namesOf({ status: 'finished' })).toEqual(['finished'])
    expect(await namesOf({ status: 'deleted' })).toEqual(['deleted'])
    expect(await queries.summary(EVERYTHING)).toMatchObject({ totalTasks: 6, activeTasks: 3 })
    now = START + MINUTE
    expect(await namesOf({ status: 'finished' })).toEqual([active[2], 'finished'])
  })
})

describe('what a task shows', () => {
  const record = async () => (await queries.taskById(idOf(1), EVERYTHING))!

  test('its next run is the planned one, then the cursor of its schedule', async () => {
    const task_seq = sample.task()
    const schedule_id = sample.schedule(task_seq, { next_due_at: START + 2 * HOUR, body: '{"rule":1}' })
    sample.live({ task_seq, schedule_id, due_at: START - HOUR, state: 4, admitted: 1 })
    sample.live({ task_seq, schedule_id, due_at: START + HOUR })
    expect((await record()).schedules).toMatchObject([{ body: '{"rule":1}', comingAt: START + HOUR }])
    now = START + HOUR + 1
    expect((await record()).schedules[0]!.comingAt).toBe(START + 2 * HOUR)
  })

  test('its last execution is the running one, else the last that ran, else the last answer', async () => {
    const task_seq = sample.task()
    expect((await record()).last).toBeNull()
    const skipped = sample.ended({ task_seq, due_at: START, status: 'skipped', started_at: null })
    expect((await record()).last).toEqual({ id: skipped, status: 'skipped', startedAt: null })
    const failed = sample.ended({ task_seq, due_at: START + 1, status: 'failed' })
    sample.ended({ task_seq, due_at: START + 2, status: 'skipped', started_at: null })
    expect((await record()).last).toEqual({ id: failed, status: 'failed', startedAt: START + 6 })
    sample.live({ task_seq, due_at: START + 9 })
    expect((await record()).last!.id).toBe(failed)
    const running = sample.live({ task_seq, due_at: START + 3, state: 4, admitted: 1, started_at: START + 4 })
    expect((await record()).last).toEqual({ id: running, status: 'running', startedAt: START + 4 })
  })

  test('its revisions are the earlier versions and the current one, newest first', async () => {
    sample.task({ version: 3, definition: '{"c":3}', updated_at: START + 3, updated_by: 'eve' })
    sample.db.exec("INSERT INTO task_revisions VALUES (1, 1, '{\"a\":1}', 1, null), (1, 2, '{\"b\":2}', 2, 'bob')")
    expect(await queries.revisions(idOf(1), EVERYTHING)).toEqual([
      { version: 3, at: START + 3, by: 'eve', definition: '{"c":3}' },
      { version: 2, at: 2, by: 'bob', definition: '{"b":2}' },
      { version: 1, at: 1, by: null, definition: '{"a":1}' },
    ])
  })

  test('is read alike where the engine works and by a thread, however much of it is not rolled up yet', async () => {
    const here = createQueries(sample.kysely, () => now, { readBriefly: createReadHere(sample.db) })
    const task_seq = sample.task()
    for (let made = 0; made < 120; made++) {
      if (made % 40 === 0) {
        const found = await here.taskById(idOf(1), EVERYTHING)
        expect(found).toEqual(await queries.taskById(idOf(1), EVERYTHING))
        expect(found!.runCount).toBe(made)
      }
      sample.ended({ task_seq, due_at: START + made * MINUTE })
    }
    for (let made = 0; made < 60; made++) sample.live({ task_seq, due_at: START + 9 * HOUR + made, attempt: 2 })
    expect((await here.taskById(idOf(1), EVERYTHING))!.runCount).toBe(180)
  })

  test('and so is a short page by name; one with much on it goes to a thread, and for a while the next ones', async () => {
    let readHere = 0
    const own = createReadHere(sample.db)
    const counting: typeof own = (query) => {
      readHere++
      return own(query)
    }
    const here = createQueries(sample.kysely, () => now, { readBriefly: counting })
    const read = async (query: TaskQuery) => {
      const before = readHere
      expect(await here.listTasks(query, EVERYTHING)).toEqual(await queries.listTasks(query, EVERYTHING))
      return readHere > before
    }
    const seqs = Array.from({ length: 30 }, (_, i) => sample.task({ name: `task ${10 + i}` }))
    for (const seq of seqs) sample.schedule(seq, { next_due_at: START + HOUR })
    for (let made = 0; made < 49; made++) sample.ended({ task_seq: seqs[0]!, due_at: START + made * MINUTE })
    const cursor = (await queries.listTasks({ limit: 20 }, EVERYTHING)).nextCursor!
    expect([await read({ limit: 20 }), await read({ limit: 20, page: 2 }), await read({ cursor, limit: 20 })]).toEqual([
      true,
      true,
      true,
    ])
    const others: TaskQuery[] = [
      { limit: 50 },
      { limit: 20, page: 99 },
      { limit: 20, q: 'task' },
      { sort: 'created_at' },
    ]
    for (const query of others) expect(await read(query)).toBe(false)
    for (let made = 0; made < 60; made++) sample.ended({ task_seq: seqs[0]!, due_at: START + HOUR + made * MINUTE })
    expect(await read({ limit: 20 })).toBe(true)
    expect(await read({ limit: 20 })).toBe(false)
    now += 10_000
    expect(await read({ limit: 20, page: 2 })).toBe(true)
    expect((await here.listTasks({ limit: 20 }, EVERYTHING)).rows[0]!.runCount).toBe(109)
  })
})

test('a list is counted anew when a task has changed, and only then', async () => {
  let changes = 0
  let counts = 0
  const counting = createReaderDialect({
    ...sample.readers,
    query(sql, parameters) {
      if (sql.startsWith('select count(*)')) counts++
      return sample.readers.query(sql, parameters)
    },
  })
  const own = createQueries(new Kysely<Schema>({ dialect: counting }), () => now, { taskChanges: () => changes })
  for (let made = 0; made < 5; made++) sample.task()
  const total = async () => (await own.listTasks({ limit: 1 }, EVERYTHING)).total
  expect([await total(), await total(), counts]).toEqual([5, 5, 1])
  sample.task()
  changes++
  expect([await total(), await total(), counts]).toEqual([6, 6, 2])
})
