import { EVERYTHING } from '@rota/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Queries } from '../../../ports/queries.ts'
import { createQueries } from '../../queries/queries.ts'
import { createRollup } from '../rollup.ts'
import { HOUR, idOf, openSample, type Sample, START } from './sample-history.ts'

let sample: Sample
let queries: Queries
let rollUp: (before: number, limit: number) => number

beforeEach(() => {
  sample = openSample()
  queries = createQueries(sample.kysely, () => START)
  rollUp = createRollup(sample.db)
})
afterEach(() => sample.close())

/** Every other execution had an attempt before. */
const later = (i: number) => ({ attempt: 1 + (i % 2), earlier_ms: i % 2 === 0 ? null : 10 * i })

/** Two tasks and jobs over five hours, with ends of every kind. */
function fill() {
  const tasks = [sample.task({ name: 'a', task_group: 'g' }), sample.task({ name: 'b' }), null]
  const statuses = ['success', 'success', 'failed', 'cancelled', 'skipped']
  for (let i = 0; i < 300; i++) {
    const due_at = START + i * 60_000
    const status = statuses[i % 5]!
    const started_at = status === 'skipped' || i % 35 === 2 ? null : due_at + (i % 50)
    const finished_at = due_at + 1000 * (1 + (i % 17))
    sample.ended({ task_seq: tasks[i % 3]!, due_at, status, started_at, finished_at, ...later(i) })
  }
}

async function everything() {
  const tally = await queries.taskTally(idOf(1), {}, EVERYTHING)
  const part = await queries.taskTally(idOf(1), { from: START + HOUR, to: START + 3 * HOUR }, EVERYTHING)
  const range = { from: START, to: START + 24 * HOUR }
  return {
    summary: await queries.summary(EVERYTHING),
    tallies: [tally, part].map((t) => ({ ...t, durations: t!.durations.toJSON(), latenesses: t!.latenesses.toJSON() })),
    hours: await queries.timeseries({ ...range, bucket: 'hour' }, EVERYTHING),
    days: await queries.timeseries({ ...range, bucket: 'day' }, EVERYTHING),
    task: await queries.timeseries({ ...range, bucket: 'hour', taskId: idOf(1) }, EVERYTHING),
    group: await queries.timeseries({ ...range, bucket: 'hour', group: 'g' }, EVERYTHING),
    slowest: await queries.top({ by: 'slowest' }, EVERYTHING),
    failing: await queries.top({ by: 'failing', from: START + HOUR }, EVERYTHING),
    ofDays: await queries.top({ by: 'slowest', from: START - 30 * HOUR }, EVERYTHING),
    groups: await queries.groupTallies({ from: START - 30 * HOUR, to: START + 100 * HOUR }, EVERYTHING),
    runs: (await queries.listTasks({}, EVERYTHING)).rows.map(({ runCount }) => runCount),
  }
}

describe('statistics', () => {
  test('are the same whether nothing, some or all of the history is rolled up, and in whatever steps', async () => {
    fill()
    const before = await everything()
    expect(before.summary.byStatus).toEqual({
      success: 120,
      failed: 60,
      cancelled: 60,
      skipped: 60,
      pending: 0,
      running: 0,
    })
    expect(rollUp(START + HOUR, 5000)).toBeGreaterThan(0)
    expect(await everything()).toEqual(before)
    expect(rollUp(START + 2 * HOUR, 7)).toBe(7)
    expect(await everything()).toEqual(before)
    while (rollUp(Number.MAX_SAFE_INTEGER, 11) > 0);
    expect(await everything()).toEqual(before)
  })

  test('count what is rolled up although the history is gone', async () => {
    fill()
    const before = await everything()
    rollUp(Number.MAX_SAFE_INTEGER, 5000)
    sample.db.exec('DELETE FROM execution_history')
    expect(await everything()).toEqual(before)
  })

  test('of a task tell sums and quantiles', async () => {
    const task_seq = sample.task()
    for (let i = 1; i <= 100; i++) {
      sample.ended({
        task_seq,
        started_at: START + i,
        finished_at: START + i + i * 1000,
        status: i > 90 ? 'failed' : 'success',
      })
    }
    const tally = (await queries.taskTally(idOf(1), {}, EVERYTHING))!
    expect(tally).toMatchObject({ success: 90, failed: 10, cancelled: 0, skipped: 0, durationMs: 5_050_000 })
    expect(Math.abs(tally.durations.quantile(0.5)! - 50_000)).toBeLessThanOrEqual(2500)
    expect(Math.abs(tally.latenesses.quantile(0.99)! - 99)).toBeLessThanOrEqual(5)
  })

  test("of a task that is not there, or is another tenant's, are null", async () => {
    sample.task({ tenant_id: 'x' })
    expect(await queries.taskTally('nobody', {}, EVERYTHING)).toBeNull()
    expect(await queries.taskTally(idOf(1), {}, { kind: 'tenant', tenantId: 'y' })).toBeNull()
  })

  test('over time leave out hours without an end', async () => {
    sample.ended({ due_at: START })
    sample.ended({ due_at: START + 3 * HOUR, status: 'failed' })
    const points = await queries.timeseries({ from: START, to: START + 10 * HOUR, bucket: 'hour' }, EVERYTHING)
    expect(points).toEqual([
      { at: START, total: 1, success: 1, failed: 0, avgDurationMs: 1000 },
      { at: START + 3 * HOUR, total: 1, success: 0, failed: 1, avgDurationMs: 1000 },
    ])
  })

  test('of the worst tasks leave out those that did not fail and those that are deleted', async () => {
    const seqs = ['a', 'b', 'c'].map((name) => sample.task({ name, deleted_at: name === 'c' ? START : null }))
    for (const task_seq of seqs) sample.ended({ task_seq, status: task_seq === seqs[1] ? 'success' : 'failed' })
    const rows = await queries.top({ by: 'failing' }, EVERYTHING)
    expect(rows).toEqual([{ taskId: idOf(1), taskName: 'a', value: 1, total: 1 }])
  })

  test('of now count live executions by state and tell since when the oldest waits', async () => {
    sample.task()
    sample.task({ deleted_at: START })
    for (const [state, run_at] of [
      [0, 1],
      [1, 30],
      [2, 20],
      [3, 5],
      [4, 6],
    ] as const)
      sample.live({ state, run_at })
    expect(await queries.gauges()).toEqual({ pending: 4, running: 1, waitingSince: 20, tasks: 1 })
    expect((await queries.summary(EVERYTHING)).byStatus).toMatchObject({ pending: 4, running: 1 })
  })

  test('of a tenant are those of its tasks', async () => {
    const mine = sample.task({ tenant_id: 'x' })
    sample.ended({ task_seq: mine, tenant_id: 'x' })
    sample.ended({ task_seq: sample.task({ tenant_id: 'y' }), tenant_id: 'y' })
    rollUp(Number.MAX_SAFE_INTEGER, 1)
    expect(await queries.summary({ kind: 'tenant', tenantId: 'x' })).toMatchObject({
      totalTasks: 1,
      byStatus: { success: 1 },
    })
    expect(await queries.summary(EVERYTHING)).toMatchObject({ totalTasks: 2, byStatus: { success: 2 } })
  })
})
