import { createExecutionDefaults } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createQueries } from '../store/queries/queries.ts'
import { HOUR, idOf, MINUTE, openSample, type Sample, START } from '../store/sqlite/queries/sample-history.ts'
import { createReads, type Reads } from './reads.ts'

const ACTOR = { name: null, tenantId: null }

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
    const tasks = await reads.tasks({ group: 'g' }, null)
    expect(tasks).toMatchObject({
      total: 1,
      page: 1,
      limit: 50,
      next_cursor: null,
      rows: [{ name: 'backup', run_count: 2 }],
    })
    expect(await reads.task(idOf(1), null)).toEqual(tasks.rows[0])
    const executions = await reads.executions({ task_id: idOf(1), status: ['failed'], from: '2026-01-01' }, null)
    expect(executions).toMatchObject({ total: 1, rows: [{ failure: 'timeout', task_name: 'backup' }] })
    expect((await reads.execution(executions.rows[0]!.id, null))!.params).toEqual({ args: [], kwargs: {} })
  })

  test('take an end that is exclusive', async () => {
    const before = (to: string) => reads.ledger({ to }, null).then(({ entries }) => entries.length)
    expect(await before('2026-01-01T00:01:00Z')).toBe(1)
    expect(await before('2026-01-01T00:01:00.001Z')).toBe(2)
  })

  test('answer null, or not_found where there is nothing to be null', async () => {
    expect(await reads.task('x', null)).toBeNull()
    expect(await reads.execution('x', null)).toBeNull()
    await expect(reads.revisions('x', null)).rejects.toThrow('There is no task x.')
    await expect(reads.stats.task(ACTOR, 'x', {})).rejects.toThrow('There is no task x.')
  })

  test('refuse instants that are none, and foreign cursors', async () => {
    await expect(reads.executions({ from: 'soon' }, null)).rejects.toThrow('from')
    await expect(reads.tasks({ cursor: 'x' }, null)).rejects.toThrow('cursor')
    await expect(reads.stats.top(ACTOR, { by: 'failing', from: 'soon' })).rejects.toThrow('from')
  })

  test('give revisions as documents', async () => {
    expect(await reads.revisions(idOf(1), null)).toMatchObject([
      { version: 1, definition: { name: 'backup', type: 'shell' } },
    ])
  })

  test('give statistics in seconds and percent', async () => {
    expect(await reads.stats.summary(ACTOR)).toEqual({
      total_tasks: 1,
      active_tasks: 1,
      total_executions: 3,
      success_rate: 50,
      by_status: { pending: 1, running: 0, success: 1, failed: 1, cancelled: 0, skipped: 0 },
    })
    const stats = await reads.stats.task(ACTOR, idOf(1), { from: '2026-01-01', to: '2026-01-01' })
    expect(stats).toMatchObject({ total_executions: 2, success_rate: 50, avg_duration: 1.25, total_duration: 2.5 })
    const range = { from: '2026-01-01', to: '2026-01-02', bucket: 'day' } as const
    expect(await reads.stats.timeseries(ACTOR, { ...range, group: 'g' })).toEqual([
      { at: '2026-01-01T00:00:00.000Z', total: 2, success: 1, failed: 1, avg_duration: 1.25 },
    ])
    expect(await reads.stats.top(ACTOR, { by: 'slowest' })).toEqual([
      { task_id: idOf(1), task_name: 'backup', value: 1.25, total: 2 },
    ])
    expect(await reads.gauges()).toEqual({ pending: 1, running: 0, oldest_waiting_ms: HOUR, tasks: 1 })
  })
})
