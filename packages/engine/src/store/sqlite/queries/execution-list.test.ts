import { EVERYTHING, type Scope } from '@rota/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExecutionQuery, Queries } from '../../../ports/queries.ts'
import { createQueries } from '../../queries/queries.ts'
import { HOUR, idOf, openSample, type Sample, START } from './sample-history.ts'

let sample: Sample
let queries: Queries
let now: number

beforeEach(() => {
  sample = openSample()
  now = START
  queries = createQueries(sample.kysely, () => now)
})
afterEach(() => sample.close())

const idsOf = async (query: ExecutionQuery, scope: Scope = EVERYTHING) =>
  (await queries.listExecutions(query, scope)).rows.map(({ id }) => id)

async function walk(query: ExecutionQuery): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await queries.listExecutions({ ...query, cursor }, EVERYTHING)
    ids.push(...page.rows.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return ids
}

const newestFirst = (ids: string[]) => [...ids].sort().reverse()

/** Executions of two tasks and of no task, live and ended, in no particular order. */
function variety() {
  const tasks = [sample.task({ task_group: 'a' }), sample.task({ task_group: 'a/b' }), null]
  const statuses = ['success', 'failed', 'cancelled', 'skipped', 'success']
  const made: { id: string; status: string; task: number | null; trigger: string }[] = []
  for (let i = 0; i < 60; i++) {
    const task = tasks[i % 3]!
    const trigger = i % 4 === 0 ? 'manual' : 'schedule'
    const common = { task_seq: task, trigger, due_at: START + ((i * 7) % 20) * HOUR }
    if (i % 6 === 5) {
      const running = i % 12 === 5
      made.push({
        id: sample.live({ ...common, state: running ? 4 : i % 4 }),
        status: running ? 'running' : 'pending',
        task,
        trigger,
      })
    } else {
      const status = statuses[i % 5]!
      made.push({
        id: sample.ended({ ...common, status, failure: status === 'failed' ? 'timeout' : null }),
        status,
        task,
        trigger,
      })
    }
  }
  return made
}

describe('the list of executions', () => {
  test('holds what is live and what has ended, newest first', async () => {
    const made = variety()
    expect(await idsOf({ limit: 1000 })).toEqual(newestFirst(made.map(({ id }) => id)))
  })

  test('of a node holds what runs there and what ran there, the live first, and counts nothing else', async () => {
    const task = sample.task()
    const on = (node_id: string | null) => ({ task_seq: task, due_at: START, node_id })
    const [first, , second] = ['a', 'b', 'a'].map((node) => sample.ended({ ...on(node), status: 'success' }))
    sample.ended({ ...on(null), status: 'success' })
    const running = sample.live({ ...on('a'), state: 4 })
    expect(await idsOf({ nodeId: 'a' })).toEqual([running, second, first])
    expect(await walk({ nodeId: 'a', limit: 1 })).toEqual([running, second, first])
    expect(await idsOf({ nodeId: 'a', status: ['running'] })).toEqual([running])
    expect((await queries.listExecutions({ nodeId: 'b' }, EVERYTHING)).total).toBe(1)
  })

  test('has a total of its own, also right after the list of tasks told a large one', async () => {
    const total = 10_001
    sample.inBulk(() => {
      for (let i = 0; i < total; i++) sample.task()
      for (let i = 0; i < 3; i++) sample.ended({ due_at: START + i })
    })
    expect((await queries.listTasks({ limit: 1 }, EVERYTHING)).total).toBe(total)
    expect((await queries.listExecutions({ limit: 1 }, EVERYTHING)).total).toBe(3)
  })

  const filters: Record<string, ExecutionQuery> = {
    everything: {},
    'a task': { taskId: idOf(1) },
    'a group and all below': { group: 'a' },
    'a group alone': { group: '=a' },
    failures: { status: ['failed'] },
    'what did not succeed and what runs': { status: ['running', 'failed', 'cancelled'] },
    'what succeeded or waits': { status: ['success', 'pending'] },
    'a kind of failure': { failure: 'timeout' },
    'what people started': { trigger: 'manual' },
    'what people started and succeeded': { trigger: 'manual', status: ['success'] },
    'what schedules started': { trigger: 'schedule' },
    'a stretch of time': { from: START + 3 * HOUR, to: START + 9 * HOUR },
  }
  for (const [name, filter] of Object.entries(filters)) {
    test(`of ${name} shows each once, whether turned by page or by cursor`, async () => {
      variety()
      const all = await idsOf({ ...filter, limit: 1000 })
      expect(all.length).toBeGreaterThan(3)
      expect(new Set(all).size).toBe(all.length)
      expect(await walk({ ...filter, limit: 4 })).toEqual(all)
      const pages = await Promise.all(Array.from({ length: 15 }, (_, i) => idsOf({ ...filter, limit: 4, page: i + 1 })))
      expect(pages.flat()).toEqual(all)
      expect((await queries.listExecutions({ ...filter, limit: 1 }, EVERYTHING)).total).toBe(all.length)
    })
  }

  test('of statuses or triggers holds all of them and no other', async () => {
    const made = variety()
    const expected = (test: (one: (typeof made)[number]) => boolean) =>
      made
        .filter(test)
        .map(({ id }) => id)
        .sort()
    for (const status of [
      ['pending'],
      ['running'],
      ['failed', 'skipped'],
      ['success'],
      ['pending', 'success'],
    ] as const) {
      const found = await idsOf({ status, limit: 1000 })
      expect(found.sort()).toEqual(expected((one) => (status as readonly string[]).includes(one.status)))
    }
    expect((await idsOf({ trigger: 'manual', limit: 1000 })).sort()).toEqual(
      expected((one) => one.trigger === 'manual'),
    )
    expect((await idsOf({ failure: 'timeout', limit: 1000 })).sort()).toEqual(
      expected((one) => one.status === 'failed'),
    )
    expect(await idsOf({ failure: 'timeout', status: ['success'] })).toEqual([])
  })

  test('of a task is in the order of due instants, not of creation', async () => {
    const task_seq = sample.task()
    const late = sample.ended({ task_seq, due_at: START + 1 })
    const early = sample.ended({ task_seq, due_at: START })
    const planned = sample.live({ task_seq, due_at: START + HOUR })
    expect(await idsOf({ taskId: idOf(1) })).toEqual([planned, late, early])
  })

  test('shows an execution once although it ends between two pages', async () => {
    const ids = Array.from({ length: 6 }, (_, i) => sample.live({ due_at: START + i, state: 4 }))
    const first = await queries.listExecutions({ limit: 3 }, EVERYTHING)
    sample.db.exec('DELETE FROM executions')
    for (const id of ids) sample.ended({ id, due_at: START })
    expect(first.rows.map(({ id }) => id)).toEqual(newestFirst(ids).slice(0, 3))
    expect(await idsOf({ limit: 3, cursor: first.nextCursor! })).toEqual(newestFirst(ids).slice(3))
  })

  test('is empty for a task that is not there', async () => {
    expect(await queries.listExecutions({ taskId: 'nobody' }, EVERYTHING)).toMatchObject({
      total: 0,
      rows: [],
      nextCursor: null,
    })
  })

  test('shows a tenant its own only', async () => {
    const mine = sample.ended({ tenant_id: 'x' })
    const theirs = sample.live({ tenant_id: 'y' })
    expect(await idsOf({}, { kind: 'tenant', tenantId: 'x' })).toEqual([mine])
    expect(await queries.executionById(theirs, { kind: 'tenant', tenantId: 'x' })).toBeNull()
    expect((await queries.executionById(theirs, { kind: 'tenant', tenantId: 'y' }))!.id).toBe(theirs)
  })

  test('leaves out what may be large; one execution has it', async () => {
    const large = { output: 'o', result: '{"a":1}', job: '{"type":"handler","name":"j","params":{"args":[1]}}' }
    const id = sample.ended(large)
    const { rows } = await queries.listExecutions({}, EVERYTHING)
    expect(rows[0]).toMatchObject({ type: 'handler', taskName: 'j', output: null, result: null, params: null })
    expect(await queries.executionById(id, EVERYTHING)).toMatchObject({
      output: 'o',
      result: '{"a":1}',
      params: '{"args":[1]}',
    })
  })

  test('counts a long list anew only after some seconds, and a short one each time', async () => {
    sample.inBulk(() => {
      for (let i = 0; i < 10_000; i++) sample.ended({})
    })
    const total = async (query: ExecutionQuery) =>
      (await queries.listExecutions({ ...query, limit: 1 }, EVERYTHING)).total
    expect(await total({})).toBe(10_000)
    sample.ended({ status: 'failed' })
    sample.ended({ status: 'failed' })
    expect(await total({})).toBe(10_000)
    expect(await total({ status: ['failed'] })).toBe(2)
    now += 10_000
    // Counted no further than to one beyond 10,000.
    expect(await total({})).toBe(10_001)
  })
})

describe('an execution', () => {
  test('takes name, type, attempts and params from its task', async () => {
    const definition = '{"type":"python","retry":{"max_attempts":5},"params":{"kwargs":{"a":1}}}'
    const task_seq = sample.task({ name: 't', type: 'python', definition })
    const id = sample.live({ task_seq, state: 2, blocked_by: 'task:1', job: '{"params":{"kwargs":{"b":2}}}' })
    expect(await queries.executionById(id, EVERYTHING)).toMatchObject({
      taskName: 't',
      type: 'python',
      status: 'pending',
      reason: 'task:1',
      maxAttempts: 5,
      params: '{"kwargs":{"b":2}}',
      taskParams: '{"kwargs":{"a":1}}',
    })
  })

  test('is null when it is not there', async () => expect(await queries.executionById('x', EVERYTHING)).toBeNull())
})
