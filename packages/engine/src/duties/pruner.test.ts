import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Upkeep } from '../ports/upkeep.ts'
import { HOUR, openSample, type Sample, START } from '../store/sqlite/queries/sample-history.ts'
import { createUpkeep } from '../store/sqlite/upkeep.ts'
import { createPruner, type Retention } from './pruner.ts'
import { createPulse } from './pulse.ts'

const DAY = 24 * HOUR
/** Some time into a year, so that things can be old. */
const NOW = START + 200 * DAY

let sample: Sample
let clock: ManualClock
let upkeep: Upkeep
let pruned: string[]

beforeEach(() => {
  sample = openSample()
  clock = new ManualClock({ startAt: NOW })
  upkeep = createUpkeep(sample.db, sample.readers)
  pruned = []
})
afterEach(() => sample.close())

const RETENTION: Partial<Retention> = {
  days: 30,
  count: 20,
  keepLast: 3,
  jobDays: 7,
  deletedTaskDays: 30,
  rollupDays: 100,
}

/** One pass over everything. */
async function prune(retention = RETENTION, { rolledUp = true } = {}) {
  if (rolledUp) while ((await upkeep.rollUp(Number.MAX_SAFE_INTEGER, 5000)) > 0);
  const onPruned = (ids: string[]) => pruned.push(...ids)
  const pruner = createPruner({ clock, upkeep, pulse: createPulse(clock, () => {}), retention, onPruned })
  pruner.start()
  await clock.advance(30_000)
  await pruner.stop()
}

const left = () =>
  (sample.db.prepare('SELECT id FROM execution_history ORDER BY seq').all() as { id: string }[]).map((row) => row.id)

/** As many executions of a task, ended in order, the last so many days ago. */
function run(task_seq: number | null, count: number, daysAgo: number, row: object = {}): string[] {
  const first = NOW - daysAgo * DAY - count * 60_000
  return Array.from({ length: count }, (_, i) => sample.ended({ task_seq, due_at: first + i * 60_000, ...row }))
}

describe('the pruner', () => {
  test('keeps the newest executions of a task up to the number, and tells which went', async () => {
    const ids = run(sample.task(), 50, 1)
    const others = run(sample.task(), 20, 1)
    await prune()
    expect(left()).toEqual([...ids.slice(30), ...others])
    expect(pruned.sort()).toEqual(ids.slice(0, 30))
  })

  test('deletes what is old, except the last few of a task that runs rarely', async () => {
    const rare = run(sample.task(), 10, 100)
    const often = sample.task()
    const old = run(often, 5, 31)
    const recent = run(often, 5, 29)
    await prune()
    expect(left()).toEqual([...rare.slice(7), ...recent])
    expect(pruned.sort()).toEqual([...rare.slice(0, 7), ...old].sort())
  })

  test('keeps the last failure of a task, however old it is and however much came after', async () => {
    const task = sample.task()
    const [, failure] = run(task, 2, 100, { status: 'failed' })
    const others = run(task, 30, 1)
    await prune()
    expect(left()).toEqual([failure, ...others.slice(10)])
  })

  test('follows what a task says about its own history', async () => {
    const more = sample.task({ definition: '{"type":"shell","retention":{"days":365,"count":1000}}' })
    const fewer = sample.task({ definition: '{"type":"shell","retention":{"days":null,"count":2}}' })
    const none = sample.task({ definition: '{"type":"shell","retention":{"days":null,"count":0}}' })
    const kept = run(more, 40, 100)
    const two = run(fewer, 10, 1)
    run(none, 5, 1)
    await prune()
    expect(left()).toEqual([...kept, ...two.slice(8)])
  })

  test('keeps everything when neither age nor number limits it', async () => {
    run(sample.task(), 40, 150)
    run(null, 5, 150)
    await prune({ ...RETENTION, days: null, count: null, jobDays: null })
    expect(left().length).toBe(45)
  })

  test('deletes the history of jobs without a task by age', async () => {
    run(null, 5, 8)
    const recent = run(null, 5, 6)
    await prune()
    expect(left()).toEqual(recent)
  })

  test('deletes nothing that statistics have not counted yet', async () => {
    const ids = run(sample.task(), 50, 40)
    run(null, 3, 40)
    await prune(RETENTION, { rolledUp: false })
    expect(left().length).toBe(53)
    await prune()
    expect(left()).toEqual(ids.slice(47))
  })

  test('deletes many rows in small transactions', async () => {
    const sizes: number[] = []
    const forget = upkeep.forget
    upkeep.forget = async (seqs) => {
      sizes.push(seqs.length)
      return forget(seqs)
    }
    const task = sample.task()
    sample.inBulk(() => {
      run(task, 3000, 1)
      run(null, 3000, 10)
    })
    await prune()
    expect(left().length).toBe(20)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000)
    expect(pruned.length).toBe(5980)
  })

  test('purges a deleted task with all that belongs to it once it cannot be restored any more', async () => {
    const long = sample.task({ deleted_at: NOW - 31 * DAY })
    const lately = sample.task({ deleted_at: NOW - 29 * DAY })
    for (const seq of [long, lately]) {
      sample.schedule(seq)
      run(seq, 3, 35)
      sample.db.prepare("INSERT INTO task_revisions VALUES (?, 1, '{}', 1, null)").run(seq)
    }
    await prune()
    const tasksIn = (table: string) =>
      sample.db
        .prepare(`SELECT DISTINCT task_seq AS t FROM ${table} WHERE task_seq > 0`)
        .all()
        .map(({ t }) => t)
    for (const table of ['execution_history', 'execution_rollups', 'schedules', 'task_revisions']) {
      expect(tasksIn(table), table).toEqual([lately])
    }
    expect(sample.db.prepare('SELECT seq FROM tasks').all()).toEqual([{ seq: lately }])
    expect(pruned.length).toBe(3)
  })

  test('deletes idempotency keys after a day', async () => {
    const add = sample.db.prepare("INSERT INTO idempotency_keys VALUES ('s', ?, 'r', ?)")
    for (let i = 0; i < 600; i++) add.run(`old ${i}`, NOW - DAY - 1)
    add.run('new', NOW - DAY + 60_000)
    await prune()
    expect(sample.db.prepare('SELECT key FROM idempotency_keys').all()).toEqual([{ key: 'new' }])
  })

  test('deletes rules that no schedule uses, but never the newest: its id must not come again', async () => {
    const task = sample.task()
    for (const body of ['a', 'b', 'c', 'd']) sample.schedule(task, { body })
    sample.db.exec('DELETE FROM schedules WHERE rule_id <> 2')
    await prune()
    expect(sample.db.prepare('SELECT id, body FROM schedule_rules').all()).toEqual([
      { id: 2, body: 'b' },
      { id: 4, body: 'd' },
    ])
  })

  test('deletes hourly statistics of long ago, not those over a whole life', async () => {
    const task = sample.task()
    run(task, 1, 150)
    run(task, 1, 1)
    await prune()
    const hours = sample.db.prepare('SELECT hour FROM execution_rollups WHERE task_seq = ? ORDER BY hour').all(task)
    expect(hours).toEqual([{ hour: 0 }, { hour: (NOW - DAY) / HOUR - 1 }])
  })

  test('goes through everything once in its period, stops in the middle and leaves no timer', async () => {
    const looks: number[] = []
    const retentions = upkeep.retentions
    upkeep.retentions = async (after, limit) => {
      looks.push(clock.now())
      return retentions(after, limit)
    }
    for (let i = 0; i < 500; i++) sample.task()
    const pruner = createPruner({
      clock,
      upkeep,
      pulse: createPulse(clock, () => {}),
      retention: {},
      onPruned: () => {},
    })
    pruner.start()
    pruner.start()
    await clock.advance(10_000)
    expect(looks.length).toBe(4)
    await clock.advance(HOUR - 20_000)
    expect(looks.length).toBe(4)
    await clock.advance(20_000)
    expect(looks.length).toBe(8)
    await pruner.stop()
    expect(clock.pendingTimers).toBe(0)
  })
})
