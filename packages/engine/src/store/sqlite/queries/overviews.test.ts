import { EVERYTHING, type Scope } from '@rota/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Queries } from '../../../ports/queries.ts'
import { createQueries } from '../../queries/queries.ts'
import { createRollup } from '../rollup.ts'
import { HOUR, idOf, MINUTE, openSample, type Sample, START } from './sample-history.ts'

let sample: Sample
let queries: Queries

beforeEach(() => {
  sample = openSample()
  queries = createQueries(sample.kysely, () => START + HOUR)
})
afterEach(() => sample.close())

const RANGE = { from: START, to: START + HOUR, limit: 100 }

describe('the timeline', () => {
  test('shows what was due in the range, live or not, and what ran into it, the latest first', async () => {
    const task_seq = sample.task({ name: 'a' })
    const into = sample.ended({ task_seq, due_at: START - MINUTE, finished_at: START + MINUTE })
    sample.ended({ task_seq, due_at: START - MINUTE, finished_at: START - 1 })
    const failed = sample.ended({ task_seq, due_at: START + 2, status: 'failed', failure: 'timeout' })
    const running = sample.live({ task_seq, due_at: START - HOUR, state: 4, started_at: START })
    const pending = sample.live({ task_seq, due_at: START + 3 })
    sample.live({ task_seq, due_at: START + HOUR })
    const marks = await queries.timeline(RANGE, EVERYTHING)
    expect(marks.map(({ id, status }) => [id, status])).toEqual([
      [pending, 'pending'],
      [failed, 'failed'],
      [into, 'success'],
      [running, 'running'],
    ])
    expect(marks[1]).toMatchObject({ taskId: idOf(1), taskName: 'a', reason: 'timeout', startedAt: START + 7 })
  })

  test('counts lateness to the first attempt', async () => {
    const attempts = JSON.stringify([{ attempt: 1, started_at: new Date(START + 9).toISOString() }])
    sample.ended({ due_at: START, attempt: 2, attempts, started_at: START + MINUTE })
    expect((await queries.timeline(RANGE, EVERYTHING))[0]).toMatchObject({ firstStartedAt: START + 9 })
  })

  test('is that of a task, of a group and what lies below it, of a tenant', async () => {
    const seqs = ['g', 'g/below', 'gg', null].map((task_group) => sample.task({ task_group }))
    const ids = seqs.map((task_seq, i) =>
      sample.ended({ task_seq, due_at: START + i, tenant_id: i === 0 ? 't' : null }),
    )
    const shown = async (query: object, scope: Scope = EVERYTHING) =>
      (await queries.timeline({ ...RANGE, ...query }, scope)).map(({ id }) => id)
    expect(await shown({ taskId: idOf(3) })).toEqual([ids[2]])
    for (const group of ['g', 'g/']) expect(await shown({ group })).toEqual([ids[1], ids[0]])
    expect(await shown({ group: '=g' })).toEqual([ids[0]])
    expect(await shown({}, { kind: 'tenant', tenantId: 't' })).toEqual([ids[0]])
    expect(await shown({ taskId: 'nothing' })).toEqual([])
  })

  test('is that of a node: what ran there and what runs there', async () => {
    const on = (node_id: string | null) => ({ task_seq: sample.task(), node_id })
    const ran = sample.ended({ ...on('a'), due_at: START })
    sample.ended({ ...on('b'), due_at: START + 1 })
    sample.ended({ ...on(null), due_at: START + 2 })
    const runs = sample.live({ ...on('a'), due_at: START + 3, state: 4 })
    const marks = await queries.timeline({ ...RANGE, nodeId: 'a' }, EVERYTHING)
    expect(marks.map(({ id }) => id)).toEqual([runs, ran])
    expect(await queries.timelineCounts({ ...RANGE, nodeId: 'a' }, HOUR, EVERYTHING)).toMatchObject([{ total: 1 }])
  })

  test('counts what was due in each stretch of the range', async () => {
    for (let i = 0; i < 60; i++) {
      sample.ended({ due_at: START + i * HOUR, status: i % 4 === 0 ? 'failed' : i % 4 === 1 ? 'skipped' : 'success' })
    }
    const counts = await queries.timelineCounts({ ...RANGE, to: START + 48 * HOUR }, 4 * HOUR, EVERYTHING)
    expect(counts).toEqual(
      Array.from({ length: 12 }, (_, i) => ({ at: START + i * 4 * HOUR, total: 4, success: 2, failed: 1 })),
    )
  })
})

test('cursors come in the order of what is due next, without those that are due no more', async () => {
  const [a, b, c] = ['x', 'y/z', null].map((task_group) => sample.task({ task_group }))
  sample.schedule(a!, { next_due_at: START + 3, body: '{"a":1}' })
  sample.schedule(b!, { next_due_at: START + 1 })
  sample.schedule(c!, { next_due_at: null })
  const until = { until: START + HOUR, limit: 10 }
  const names = async (query: object) =>
    (await queries.cursors({ ...until, ...query }, EVERYTHING)).map((one) => one.taskId)
  expect(await names({})).toEqual([idOf(2), idOf(1)])
  expect(await names({ limit: 1 })).toEqual([idOf(2)])
  expect(await names({ until: START + 3 })).toEqual([idOf(2)])
  expect(await names({ group: 'y/' })).toEqual([idOf(2)])
  expect(await names({ taskId: idOf(1) })).toEqual([idOf(1)])
})

test('failures come newest first with the end of what they printed, and no others', async () => {
  const task_seq = sample.task({ name: 'a' })
  const output = `${'x'.repeat(10_000)}the end`
  const long = sample.ended({ task_seq, status: 'failed', failure: 'exit_code', exit_code: 3, output })
  sample.ended({ task_seq, status: 'cancelled' })
  sample.ended({ task_seq })
  const short = sample.ended({ status: 'failed', failure: 'error', output: 'short', job: '{"name":"once"}' })
  const failures = await queries.failures({ from: START, to: START + HOUR, limit: 10 }, EVERYTHING)
  expect(failures.map(({ id, taskName }) => [id, taskName])).toEqual([
    [short, 'once'],
    [long, 'a'],
  ])
  expect(failures[0]!.outputEnd).toBe('short')
  expect(failures[1]!.outputEnd).toBe(output.slice(-400))
  expect(await queries.failures({ from: START + HOUR, to: START + 2 * HOUR, limit: 10 }, EVERYTHING)).toEqual([])
})

test('groups and tags are counted over tasks that are not deleted', async () => {
  sample.task({ task_group: 'g', tags: '["a","b"]' })
  sample.task({ task_group: 'g', tags: '["b"]', enabled: 0 })
  sample.task({ tags: '["a","b"]' })
  sample.task({ task_group: 'gone', tags: '["a"]', deleted_at: START })
  const groups = await queries.groups(EVERYTHING)
  expect(groups.sort((x, y) => ((x.name ?? '') < (y.name ?? '') ? -1 : 1))).toEqual([
    { name: null, tasks: 1, enabled: 1 },
    { name: 'g', tasks: 2, enabled: 1 },
  ])
  expect(Object.fromEntries(await queries.tags(EVERYTHING))).toEqual({ a: 2, b: 3 })
})

test('groups are tallied, and lateness is told over time, the same before and after a roll-up', async () => {
  const task_seq = sample.task({ task_group: 'g' })
  for (let i = 0; i < 60; i++) {
    const due_at = START + i * 2 * MINUTE
    sample.ended({ task_seq, due_at, started_at: due_at + i, finished_at: due_at + i + 1_000 })
  }
  const look = async () => {
    const series = await queries.latenesses({ from: START, to: START + 3 * HOUR, bucket: 'hour' }, EVERYTHING)
    return {
      groups: await queries.groupTallies({}, EVERYTHING),
      hours: series.map(({ at, latenesses }) => [at, latenesses.toJSON()]),
      task: (
        await queries.latenesses({ from: START, to: START + 3 * HOUR, bucket: 'day', taskId: idOf(1) }, EVERYTHING)
      ).length,
    }
  }
  const before = await look()
  expect(before.groups).toEqual([{ group: 'g', success: 60, failed: 0, cancelled: 0, skipped: 0, durationMs: 60_000 }])
  expect(before.hours).toHaveLength(2)
  createRollup(sample.db)(START + HOUR, 5_000)
  expect(await look()).toEqual(before)
})
