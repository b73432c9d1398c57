import { EVERYTHING } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Upkeep } from '../ports/upkeep.ts'
import { createQueries } from '../store/queries/queries.ts'
import { HOUR, idOf, openSample, type Sample, START } from '../store/sqlite/queries/sample-history.ts'
import { createUpkeep } from '../store/sqlite/upkeep.ts'
import type { Duty } from './loop.ts'
import { createPulse } from './pulse.ts'
import { createRoller } from './roller.ts'

const PERIOD = 300_000

let sample: Sample
let clock: ManualClock
let upkeep: Upkeep
let roller: Duty
let limits: number[]

beforeEach(() => {
  sample = openSample()
  clock = new ManualClock({ startAt: START })
  upkeep = createUpkeep(sample.db, sample.readers)
  limits = []
  prepare({})
})
afterEach(async () => {
  await roller.stop()
  await sample.close()
})

function prepare(options: { longestTail?: number; before?: () => void }): void {
  const { before, ...rest } = options
  const watched: Upkeep = {
    ...upkeep,
    rollUp(until, limit) {
      limits.push(limit)
      before?.()
      return upkeep.rollUp(until, limit)
    },
  }
  roller = createRoller({ clock, upkeep: watched, pulse: createPulse(clock, () => {}), periodMs: PERIOD, ...rest })
}

const rows = () => sample.db.prepare('SELECT task_seq, hour, success FROM execution_rollups ORDER BY 1, 2').all()
const hour = (n: number) => START / HOUR + n

describe('the roller', () => {
  test('counts what ended in an hour once the hour has closed, by task, for all tasks, and over their lives', async () => {
    const task_seq = sample.task()
    sample.ended({ task_seq, due_at: START })
    sample.ended({ task_seq, due_at: START + HOUR })
    sample.ended({ due_at: START + HOUR })
    roller.start()
    await clock.advance(HOUR - 1)
    expect(rows()).toEqual([])
    await clock.advance(PERIOD)
    const first = { success: 1 }
    expect(rows()).toEqual([
      { task_seq: -1, hour: 0, ...first },
      { task_seq: -1, hour: hour(0), ...first },
      { task_seq, hour: 0, ...first },
      { task_seq, hour: hour(0), ...first },
    ])
    await clock.advance(HOUR)
    expect(rows()).toEqual([
      { task_seq: -1, hour: 0, success: 3 },
      { task_seq: -1, hour: hour(0), success: 1 },
      { task_seq: -1, hour: hour(1), success: 2 },
      { task_seq: 0, hour: 0, success: 1 },
      { task_seq: 0, hour: hour(1), success: 1 },
      { task_seq, hour: 0, success: 2 },
      { task_seq, hour: hour(0), success: 1 },
      { task_seq, hour: hour(1), success: 1 },
    ])
  })

  test('counts nothing twice, however often it is started anew, and nothing is lost when the clock goes back', async () => {
    const task_seq = sample.task()
    for (let i = 0; i < 10; i++) sample.ended({ task_seq, due_at: START + i * 1000 })
    clock.jump(2 * HOUR)
    for (let i = 0; i < 3; i++) {
      roller.start()
      await clock.advance(PERIOD)
      await roller.stop()
      prepare({})
    }
    clock.jump(-2 * HOUR)
    for (let i = 0; i < 5; i++) sample.ended({ task_seq, due_at: START + i * 1000 })
    roller.start()
    await clock.advance(2 * HOUR)
    const tally = await createQueries(sample.kysely, () => clock.now()).taskTally(idOf(1), {}, EVERYTHING)
    expect(tally!.success).toBe(15)
    expect(await upkeep.tailLength()).toBe(0)
  })

  test('does not wait for the hour to close when statistics would have too many rows to read one by one', async () => {
    prepare({ longestTail: 20 })
    for (let i = 0; i < 20; i++) sample.ended({ due_at: START })
    roller.start()
    await clock.advance(PERIOD)
    expect(await upkeep.tailLength()).toBe(20)
    sample.ended({ due_at: START })
    await clock.advance(PERIOD)
    expect(await upkeep.tailLength()).toBe(0)
  })

  test('takes fewer rows at a time when a transaction holds up the loop, more when it does not', async () => {
    sample.inBulk(() => {
      for (let i = 0; i < 3000; i++) sample.ended({ due_at: START })
    })
    let drift = 0
    const monotonic = clock.monotonic.bind(clock)
    clock.monotonic = () => monotonic() + drift
    prepare({
      before: () => {
        drift += limits.length < 3 ? 9 : 0
      },
    })
    clock.jump(HOUR)
    roller.start()
    await clock.advance(1000)
    expect(limits.slice(0, 5)).toEqual([250, 125, 62, 124, 248])
  })

  test('starts once, stops at once, and leaves no timer', async () => {
    roller.start()
    roller.start()
    await clock.advance(0)
    expect(clock.pendingTimers).toBe(1)
    await roller.stop()
    await roller.stop()
    expect(clock.pendingTimers).toBe(0)
  })

  test('goes on after the store refused a write', async () => {
    sample.ended({ due_at: START })
    clock.jump(HOUR)
    let failures = 2
    prepare({
      before: () => {
        if (failures-- > 0) throw new Error('disk full')
      },
    })
    roller.start()
    await clock.advance(60_000)
    expect(await upkeep.tailLength()).toBe(0)
  })
})
