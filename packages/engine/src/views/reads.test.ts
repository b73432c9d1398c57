import { createExecutionDefaults, EVERYTHING, SYSTEM } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createQueries } from '../store/queries/queries.ts'
import { HOUR, idOf, MINUTE, openSample, type Sample, START } from '../store/sqlite/queries/sample-history.ts'
import { createUpkeep } from '../store/sqlite/upkeep.ts'
import { createReads, type Reads } from './reads.ts'

let sample: Sample
let reads: Reads

beforeEach(() => {
  sample = openSample()
  const clock = new ManualClock({ startAt: START + HOUR })
  reads = createReads(createQueries(sample.kysely, clock.now.bind(clock)), clock, createExecutionDefaults())
  const task_seq = sample.task({ name: 'backup', task_group: 'g' })
  sample.ended({ task_seq, schedule_id: 1, due_at: START, started_at: START, finished_at: START + 1500 })
  sample.ended({ task_seq, schedule_id: 1, due_at: START + MINUTE, status: 'failed', failure: 'timeout' })
  sample.live({ due_at: START, state: 1 })
})
afterEach(() => sample.close())

describe('the reads', () => {
  test('answer lists in the shape of the interface', async () => {
    const tasks = await reads.tasks({ group: 'g' }, EVERYTHING)
    expect(tasks).toMatchObject({
      total: 1,
      page: 1,
      limit: 50,
      next_cursor: null,
      rows: [{ name: 'backup', run_count: 2 }],
    })
    expect(await reads.task(idOf(1), EVERYTHING)).toEqual(tasks.rows[0])
    const executions = await reads.executions({ task_id: idOf(1), status: ['failed'], from: '2026-01-01' }, EVERYTHING)
    expect(executions).toMatchObject({ total: 1, rows: [{ failure: 'timeout', task_name: 'backup' }] })
    expect((await reads.execution(executions.rows[0]!.id, EVERYTHING))!.params).toEqual({ args: [], kwargs: {} })
  })

  test('count the time of every attempt', async () => {
    const attempt = (from: string, to: string) => ({
      ...{ attempt: 1, started_at: `2026-01-01T00:0${from}Z`, finished_at: `2026-01-01T00:0${to}Z` },
      ...{ status: 'failed', failure: 'timeout', exit_code: null, error: null },
    })
    const attempts = JSON.stringify([attempt('2:00', '2:40'), attempt('3:00', '3:20')])
    const at = { due_at: START + 2 * MINUTE, started_at: START + 4 * MINUTE, finished_at: START + 4 * MINUTE + 2_000 }
    const id = sample.ended({ ...at, attempt: 3, attempts, earlier_ms: 60_000 })
    expect(await reads.execution(id, EVERYTHING)).toMatchObject({ duration: 62, lateness_ms: 0 })
    const hour = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z', bucket: 'hour' } as const
    // Of 62 s, 1.5 s and 1 s.
    expect(await reads.stats.timeseries(SYSTEM, hour)).toMatchObject([{ total: 3, avg_duration: 21.5 }])
  })

  test('take an end that is exclusive', async () => {
    const before = (to: string) => reads.ledger({ to }, EVERYTHING).then(({ entries }) => entries.length)
    expect(await before('2026-01-01T00:01:00Z')).toBe(1)
    expect(await before('2026-01-01T00:01:00.001Z')).toBe(2)
  })

  test('answer null, or not_found where there is nothing to be null', async () => {
    expect(await reads.task('x', EVERYTHING)).toBeNull()
    expect(await reads.execution('x', EVERYTHING)).toBeNull()
    await expect(reads.revisions('x', EVERYTHING)).rejects.toThrow('There is no task x.')
    await expect(reads.stats.task(SYSTEM, 'x', {})).rejects.toThrow('There is no task x.')
  })

  test('refuse instants that are none, and foreign cursors', async () => {
    await expect(reads.executions({ from: 'soon' }, EVERYTHING)).rejects.toThrow('from')
    await expect(reads.tasks({ cursor: 'x' }, EVERYTHING)).rejects.toThrow('cursor')
    await expect(reads.stats.top(SYSTEM, { by: 'failing', from: 'soon' })).rejects.toThrow('from')
  })

  test('give revisions as documents', async () => {
    expect(await reads.revisions(idOf(1), EVERYTHING)).toMatchObject([
      { version: 1, definition: { name: 'backup', type: 'shell' } },
    ])
  })

  test('give statistics in seconds and percent', async () => {
    expect(await reads.stats.summary(SYSTEM)).toEqual({
      total_tasks: 1,
      active_tasks: 1,
      total_executions: 3,
      success_rate: 50,
      by_status: { pending: 1, running: 0, success: 1, failed: 1, cancelled: 0, skipped: 0 },
    })
    const stats = await reads.stats.task(SYSTEM, idOf(1), { from: '2026-01-01', to: '2026-01-01' })
    expect(stats).toMatchObject({ total_executions: 2, success_rate: 50, avg_duration: 1.25, total_duration: 2.5 })
    const range = { from: '2026-01-01', to: '2026-01-02', bucket: 'day' } as const
    expect(await reads.stats.timeseries(SYSTEM, { ...range, group: 'g' })).toEqual([
      { at: '2026-01-01T00:00:00.000Z', total: 2, success: 1, failed: 1, avg_duration: 1.25 },
    ])
    expect(await reads.stats.top(SYSTEM, { by: 'slowest' })).toEqual([
      { task_id: idOf(1), task_name: 'backup', value: 1.25, total: 2 },
    ])
    expect(await reads.gauges()).toEqual({ pending: 1, running: 0, oldest_waiting_ms: HOUR, tasks: 1 })
  })
})

describe('of a history that retention has cut', () => {
  const WHOLE = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' }
  const THROUGH = '2026-01-01T00:09:00.000Z'

  /** A task with 20 answers, one a minute and each fifth a failure, of which the first ten but one are taken. */
  async function cut() {
    const task_seq = sample.task({ name: 'often', task_group: 'g/often' })
    const schedule_id = sample.schedule(task_seq)
    for (let i = 0; i < 20; i++) {
      const merged = i === 0 ? { covers_from: START - HOUR, covers_count: 61 } : {}
      const failed = i % 5 === 4 ? { status: 'failed', failure: 'exit_code' } : {}
      sample.ended({ task_seq, schedule_id, due_at: START + i * MINUTE, ...merged, ...failed })
    }
    const upkeep = createUpkeep(sample.db, sample.readers)
    await upkeep.rollUp(Number.MAX_SAFE_INTEGER, 1000)
    const surplus = await upkeep.surplus([task_seq], { count: 11, keepLast: 0, before: 0 }, 1000)
    expect(await upkeep.forget(surplus)).toHaveLength(9)
    return sample.kysely
      .selectFrom('tasks')
      .select('id')
      .where('seq', '=', task_seq)
      .executeTakeFirstOrThrow()
      .then(({ id }) => id)
  }

  test('lists say where their past begins, and the ledger how many answers are gone', async () => {
    expect(await reads.executions({}, EVERYTHING)).toMatchObject({ history_begins_at: null })
    expect(await reads.ledger({}, EVERYTHING)).toMatchObject({ history_begins_at: null, pruned: null })
    const task_id = await cut()
    const began = { history_begins_at: '2026-01-01T00:08:00.000Z' }
    const pruned = { answers: 69, from: '2025-12-31T23:00:00.000Z', through: began.history_begins_at }
    expect(await reads.executions({ task_id }, EVERYTHING)).toMatchObject({ ...began, total: 11 })
    expect(await reads.executions({ group: 'g' }, EVERYTHING)).toMatchObject(began)
    expect(await reads.executions({}, EVERYTHING)).toMatchObject(began)
    expect(await reads.ledger({ task_id }, EVERYTHING)).toMatchObject({ ...began, pruned })
    expect(await reads.ledger({}, EVERYTHING)).toMatchObject({ ...began, pruned })
    expect(await reads.executions({ task_id: idOf(1) }, EVERYTHING)).toMatchObject({ history_begins_at: null })
    expect(await reads.executions({ group: '=g' }, EVERYTHING)).toMatchObject({ history_begins_at: null })
    expect(await reads.executions({}, { kind: 'tenant', tenantId: 'another' })).toMatchObject({
      history_begins_at: null,
    })
  })

  test('a timeline counts what is gone by the hours of roll-ups', async () => {
    const task_id = await cut()
    const { buckets, history_begins_at } = await reads.overviews.timeline(SYSTEM, { ...WHOLE, task_id })
    expect(buckets).toEqual({ bucket_ms: HOUR, at_ms: [START], total: [20], success: [16], failed: [4] })
    expect(history_begins_at).toBe('2026-01-01T00:08:00.000Z')
    const later = { from: THROUGH, to: WHOLE.to, task_id }
    expect(await reads.overviews.timeline(SYSTEM, later)).toMatchObject({ buckets: null })
  })

  test('failures that are gone are counted', async () => {
    await cut()
    const found = await reads.overviews.failures(SYSTEM, WHOLE)
    // Of the five, one was among those that went.
    expect(found).toMatchObject({ total: 5, truncated: true })
    expect(found.groups.reduce((sum, { count }) => sum + count, 0)).toBe(4)
  })
})
