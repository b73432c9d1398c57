import { ANN, EngineRig, RIG_START } from '@rota/testkit/engine-rig'
import { describe, expect, test } from 'vitest'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const HELD_AHEAD_MS = 1000

const iso = (at: number) => new Date(at).toISOString()
const startsOf = (rig: EngineRig) => rig.runs.map((run) => run.startedAt - RIG_START)
const submitAt = (rig: EngineRig, offsetMs: number, more = {}) =>
  rig.ask((engine) =>
    engine.executions.submit(ANN, { type: 'scripted', payload: {}, run_at: iso(RIG_START + offsetMs), ...more }),
  )

async function started(options: ConstructorParameters<typeof EngineRig>[0] = {}) {
  const rig = new EngineRig(options)
  await rig.start()
  return rig
}

/** Of which tasks listeners were told that an execution was skipped. */
const skipsToldBy = (rig: EngineRig) =>
  rig.events.flatMap((event) =>
    event.type === 'execution_finished' && event.status === 'skipped'
      ? [{ taskId: event.taskId, trigger: event.trigger }]
      : [],
  )

describe('the instant of a start', () => {
  test('work starts at its instant: not before, and not at the next poll', async () => {
    const rig = await started()
    const wanted = Array.from({ length: 40 }, (_, n) => 1500 + 137 * n)
    for (const offset of wanted) await submitAt(rig, offset)
    await rig.advance(10 * SECOND)
    expect(startsOf(rig)).toEqual(wanted)
  })

  test('occurrences of a schedule start at their instants', async () => {
    const rig = await started()
    await rig.addTask({ schedule: '*/10 * * * * *', concurrency: { overlap: 'allow' } })
    await rig.advance(MINUTE)
    expect(startsOf(rig)).toEqual([10, 20, 30, 40, 50, 60].map((n) => n * SECOND))
  })

  test('nothing of a task starts while the store is asked what a change leaves of it, and each instant once', async () => {
    const rig = await started()
    const task = await rig.addTask({ schedule: '* * * * * *', concurrency: { overlap: 'allow' } })
    await rig.advance(2 * SECOND + 500)
    rig.slow.set('save', 3 * SECOND)
    const change = rig.engine.tasks.update(ANN, task.id, { description: 'changed' }, null)
    await rig.advance(2 * SECOND)
    expect(startsOf(rig)).toEqual([1, 2].map((n) => n * SECOND))
    await rig.advance(2 * SECOND)
    await change
    const dues = rig.runs.map((run) => run.request.scheduledAt - RIG_START)
    expect(dues.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6].map((n) => n * SECOND))
  })

  test('a clock that is set back does not let held work start early', async () => {
    const rig = await started()
    await submitAt(rig, 30 * SECOND)
    await rig.advance(30 * SECOND - HELD_AHEAD_MS / 2)
    rig.clock.jump(-HOUR)
    await rig.advance(HOUR)
    expect(rig.runs).toEqual([])
    await rig.advance(HELD_AHEAD_MS)
    expect(startsOf(rig)).toEqual([30 * SECOND])
  })

  test('a clock that is set forward a day starts what has become due, once, within a sleep', async () => {
    const rig = await started()
    for (const hour of [1, 2, 23, 25]) await submitAt(rig, hour * HOUR)
    await rig.advance(10 * SECOND)
    rig.clock.jump(DAY)
    await rig.advance(6 * SECOND)
    expect(rig.runs.map((run) => run.request.scheduledAt - RIG_START)).toEqual([HOUR, 2 * HOUR, 23 * HOUR])
  })

  test('work further ahead than any timer reaches starts then, and nothing happens until then', async () => {
    const rig = await started({ pollMs: HOUR, longestSleepMs: HOUR, prefetchMs: 2 * HOUR, leaseMs: 30 * DAY })
    // Timers hold 2^31 ms, 24.8 days.
    const ahead = 26 * DAY
    await submitAt(rig, ahead + 1)
    await rig.advance(ahead)
    expect(rig.runs).toEqual([])
    await rig.advance(1)
    expect(startsOf(rig)).toEqual([ahead + 1])
  })

  test('an earlier arrival interrupts the wait for a later one', async () => {
    const rig = await started()
    await submitAt(rig, 900)
    await submitAt(rig, 100)
    await submitAt(rig, 0)
    expect(startsOf(rig)).toEqual([0])
    await rig.advance(SECOND)
    expect(startsOf(rig)).toEqual([0, 100, 900])
  })
})

describe('held work that is not wanted any more', () => {
  test.each(['pause', 'disable'] as const)(
    '%s drops an occurrence that is held, and it leaves no trace',
    async (verb) => {
      const rig = await started()
      const { id } = await rig.addTask()
      await rig.advance(MINUTE - HELD_AHEAD_MS / 2)
      expect(rig.engine.status().waiting).toBe(1)
      await rig.ask((engine) => engine.tasks[verb](ANN, id))
      expect(rig.engine.status().waiting).toBe(0)
      await rig.advance(10 * MINUTE)
      expect(rig.runs).toEqual([])
      expect(rig.history()).toEqual([])
    },
  )

  test('deleting a task drops what is held and cancels what runs', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ concurrency: { overlap: 'allow' } })
    await rig.advance(2 * MINUTE - HELD_AHEAD_MS / 2)
    await rig.ask((engine) => engine.tasks.remove(ANN, id, null))
    expect(rig.runs).toMatchObject([{ cancelledFor: 'cancelled by ann' }])
    rig.runs[0]!.end({ status: 'cancelled' })
    await rig.advance(10 * MINUTE)
    expect(rig.runs).toHaveLength(1)
    expect(rig.history()).toMatchObject([{ status: 'cancelled', dueAt: RIG_START + MINUTE }])
  })

  test('deleting a task stops an attempt whose start is not recorded yet', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ schedule: { type: 'none' } })
    await rig.ask((engine) => engine.tasks.run(ANN, id))
    await rig.ask((engine) => engine.tasks.remove(ANN, id, null))
    expect(rig.runs).toMatchObject([{ cancelledFor: 'cancelled by ann' }])
    rig.runs[0]!.end({ status: 'cancelled' })
    await rig.advance(SECOND)
    expect(rig.history()).toMatchObject([{ status: 'cancelled' }])
  })

  test('a deletion that is refused for its version cancels nothing', async () => {
    const rig = await started()
    const { id } = await rig.addTask()
    await rig.advance(MINUTE)
    await expect(rig.ask((engine) => engine.tasks.remove(ANN, id, 7))).rejects.toMatchObject({ code: 'stale_version' })
    expect(rig.runs).toMatchObject([{ cancelledFor: null }])
  })

  test('a held execution that is cancelled never starts', async () => {
    const rig = await started()
    const { id } = await submitAt(rig, 500)
    await rig.advance(0)
    await rig.ask((engine) => engine.executions.cancel(ANN, id))
    await rig.advance(SECOND)
    expect(rig.runs).toEqual([])
    expect(rig.history()).toMatchObject([{ id, status: 'cancelled', reason: 'cancelled by ann' }])
  })

  test('what waits for a free place here can be cancelled', async () => {
    const rig = await started({ capacity: { calls: 1 } })
    await submitAt(rig, 0)
    const { id } = await submitAt(rig, 0)
    await rig.ask((engine) => engine.executions.cancel(ANN, id))
    expect(rig.history()).toMatchObject([{ id, status: 'cancelled' }])
    rig.runs[0]!.end()
    await rig.advance(SECOND)
    expect(rig.runs).toHaveLength(1)
  })

  test('what is held goes back at a stop, and the next server starts it in time', async () => {
    const rig = await started()
    await submitAt(rig, 1500)
    await rig.advance(SECOND)
    await rig.engine.stop()
    expect(rig.live()).toMatchObject([{ state: 1, attempt: 1 }])
    await rig.restart()
    await rig.advance(SECOND)
    expect(startsOf(rig)).toEqual([1500])
  })
})

describe('the places on this server', () => {
  test('work that finds no place waits; the first in rank gets the next one', async () => {
    const rig = await started({ capacity: { calls: 1 } })
    await submitAt(rig, 0, { name: 'first' })
    await submitAt(rig, 10, { name: 'second' })
    await submitAt(rig, 20, { name: 'urgent', priority: 5 })
    await rig.advance(SECOND)
    expect(rig.runs).toHaveLength(1)
    for (let ended = 0; ended < 3; ended++) {
      rig.runs[ended]!.end()
      await rig.advance(SECOND)
    }
    expect(rig.runs.map((run) => run.request.taskName)).toEqual(['first', 'urgent', 'second'])
    expect(rig.history()).toHaveLength(3)
  })

  test('what waits for a place is explained by what is lacking', async () => {
    const rig = await started({ capacity: { calls: 1 } })
    await submitAt(rig, 0)
    const { id } = await submitAt(rig, 0)
    const { summary, facts } = await rig.ask((engine) => engine.executions.explain(ANN, id))
    expect(summary.en).toBe(
      'It is due and waits for a free place on this server: 1 calls run, which is all that may at once.',
    )
    expect(facts).toMatchObject({ place: { line: 'calls', max: 1 } })
    rig.runs[0]!.end()
    await rig.advance(0)
    expect((await rig.ask((engine) => engine.executions.explain(ANN, id))).facts).not.toHaveProperty('place')
  })

  test('processes and calls have places of their own', async () => {
    const rig = await started({ capacity: { calls: 1, processes: 1 } })
    await submitAt(rig, 0)
    await submitAt(rig, 0)
    expect(rig.runs).toHaveLength(1)
    expect(rig.engine.status()).toMatchObject({ running: 1, waiting: 1 })
  })

  test('an occurrence that finds no place within its grace time is skipped where its task says so', async () => {
    const rig = await started({ capacity: { calls: 1 } })
    const input = { misfire: { policy: 'skip', grace_seconds: 5 }, concurrency: { overlap: 'allow' } } as const
    const { id: taskId } = await rig.addTask(input)
    await rig.advance(50 * SECOND)
    await submitAt(rig, 55 * SECOND)
    await rig.advance(16 * SECOND)
    rig.runs[0]!.end()
    await rig.advance(SECOND)
    expect(rig.history()).toContainEqual(
      expect.objectContaining({ status: 'skipped', reason: 'misfire', dueAt: RIG_START + MINUTE }),
    )
    expect(skipsToldBy(rig)).toEqual([{ taskId, trigger: 'schedule' }])
  })

  test('jitter beyond the grace time is no misfire', async () => {
    const rig = await started()
    const input = { misfire: { policy: 'skip', grace_seconds: 0 }, jitter_seconds: 50 } as const
    await rig.addTask(input)
    await rig.advance(2 * MINUTE)
    expect(rig.runs.length).toBeGreaterThan(0)
    expect(rig.history()).toEqual([])
  })

  test('what a person wants made up after a pause is no misfire', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ misfire: { policy: 'skip', grace_seconds: 0 } })
    await rig.ask((engine) => engine.tasks.pause(ANN, id))
    await rig.advance(10 * MINUTE + 30 * SECOND)
    await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'last' }))
    await rig.advance(SECOND)
    expect(rig.runs.map((run) => run.request.scheduledAt - RIG_START)).toEqual([10 * MINUTE])
  })
})

describe('a store that fails', () => {
  test('claims go on when it works again, and the engine says so', async () => {
    const rig = await started()
    for (const write of ['claim', 'heartbeat', 'nudge', 'activate']) rig.failing.add(write)
    await submitAt(rig, SECOND)
    await rig.advance(20 * SECOND)
    expect(rig.runs).toEqual([])
    expect(rig.engine.status()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('disk is full') })
    rig.failing.clear()
    await rig.advance(6 * SECOND)
    expect(rig.runs).toHaveLength(1)
    expect(rig.engine.status()).toMatchObject({ state: 'running', reason: null })
    const kinds = rig.events.map((event) => event.type).filter((type) => type === 'degraded' || type === 'recovered')
    expect([kinds[0], kinds.at(-1)]).toEqual(['degraded', 'recovered'])
  })

  test('an admission that could not be written is made later, but not before the instant of a clock set back', async () => {
    const rig = await started()
    await rig.addTask()
    await rig.advance(MINUTE - 100)
    rig.failing.add('admit')
    await rig.advance(SECOND)
    expect(rig.runs).toEqual([])
    rig.clock.jump(-10 * MINUTE)
    rig.failing.clear()
    await rig.advance(9 * MINUTE)
    expect(rig.runs).toEqual([])
    await rig.advance(2 * MINUTE)
    expect(startsOf(rig)).toEqual([MINUTE])
  })

  test('an execution can be cancelled while its admission waits for the store', async () => {
    const rig = await started()
    const { id } = await rig.addTask()
    await rig.advance(MINUTE - 100)
    rig.failing.add('admit')
    await rig.advance(SECOND)
    await rig.ask((engine) => engine.tasks.stop(ANN, id))
    rig.failing.clear()
    await rig.advance(10 * SECOND)
    expect(rig.runs).toEqual([])
    expect(rig.history()).toMatchObject([{ status: 'cancelled', reason: 'cancelled by ann' }])
  })

  test('what was claimed goes back when its definitions cannot be read just now', async () => {
    const rig = await started()
    await rig.addTask()
    rig.failing.add('bySeqs')
    await rig.advance(MINUTE)
    expect(rig.runs).toEqual([])
    rig.failing.clear()
    await rig.advance(6 * SECOND)
    expect(rig.runs).toHaveLength(1)
  })

  test('a definition that is not readable at all ends its executions; the others go on', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ name: 'broken' })
    await rig.addTask({ name: 'sound' })
    rig.disk.run(`UPDATE tasks SET definition = '{"type":"scripted","schedules":5}' WHERE id = '${id}'`)
    await rig.advance(MINUTE + SECOND)
    expect(rig.runs.map((run) => run.request.taskName)).toEqual(['sound'])
    expect(rig.history()).toMatchObject([{ status: 'failed', error: expect.stringContaining('cannot be read') }])
  })
})

describe('versions of a task', () => {
  test('executions of two versions that are claimed together run each its own', async () => {
    const rig = await started()
    const input = { schedule: { type: 'none' }, concurrency: { overlap: 'allow' } } as const
    const { id } = await rig.addTask({ ...input, env: { V: '1' } })
    rig.failing.add('claim')
    await rig.ask((engine) => engine.tasks.run(ANN, id))
    await rig.ask((engine) => engine.tasks.update(ANN, id, { env: { V: '2' } }, null))
    await rig.ask((engine) => engine.tasks.run(ANN, id))
    rig.failing.clear()
    await rig.advance(6 * SECOND)
    expect(rig.runs.map((run) => run.request.env)).toEqual([{ V: '1' }, { V: '2' }])
  })

  test('what was planned before a pause and a restart still runs', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ schedule: { type: 'none' } })
    rig.failing.add('claim')
    await rig.ask((engine) => engine.tasks.run(ANN, id))
    await rig.ask((engine) => engine.tasks.pause(ANN, id))
    rig.failing.clear()
    await rig.restart()
    expect(rig.runs).toHaveLength(1)
  })
})

describe('overlap', () => {
  test('replace cancels the running one and starts the newer when its place is free', async () => {
    const rig = await started()
    await rig.addTask({ concurrency: { overlap: 'replace' } })
    await rig.advance(2 * MINUTE)
    expect(rig.runs).toMatchObject([{ cancelledFor: expect.stringContaining('replaces') }])
    await rig.advance(10 * SECOND)
    rig.runs[0]!.end({ status: 'cancelled' })
    await rig.advance(0)
    expect(startsOf(rig)).toEqual([MINUTE, 2 * MINUTE + 10 * SECOND])
  })

  test('a run by hand shortly before an occurrence is not turned away by it', async () => {
    const rig = await started()
    const { id } = await rig.addTask()
    await rig.advance(MINUTE - HELD_AHEAD_MS / 2)
    await rig.ask((engine) => engine.tasks.run(ANN, id))
    expect(startsOf(rig)).toEqual([MINUTE - HELD_AHEAD_MS / 2])
    await rig.advance(SECOND)
    expect(rig.history()).toMatchObject([{ status: 'skipped', reason: 'overlap' }])
    expect(skipsToldBy(rig)).toEqual([{ taskId: id, trigger: 'schedule' }])
  })

  test('a limit that was raised lets the waiting go on without anybody ending', async () => {
    const rig = await started()
    const key = (key_max: number) => ({ concurrency: { key: 'db', key_max } })
    for (let n = 0; n < 5; n++) await submitAt(rig, 0, key(1))
    expect(rig.runs).toHaveLength(1)
    await submitAt(rig, 0, key(4))
    await rig.advance(6 * SECOND)
    expect(rig.runs).toHaveLength(4)
  })
})
