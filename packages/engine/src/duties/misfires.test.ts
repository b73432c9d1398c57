import type { TaskInput } from '@rota/core'
import { ANN, EngineRig, RIG_START } from '@rota/testkit/engine-rig'
import { describe, expect, test } from 'vitest'

const SECOND = 1000
const MINUTE = 60 * SECOND
const EVERY_3S: TaskInput['schedule'] = '*/3 * * * * *'

async function started(options: ConstructorParameters<typeof EngineRig>[0] = {}) {
  const rig = new EngineRig(options)
  await rig.start()
  return rig
}

/** Each attempt takes so long. */
function takes(rig: EngineRig, ms: number) {
  rig.onStart = () => queueMicrotask(() => endLater(rig, ms))
}

function endLater(rig: EngineRig, ms: number) {
  const run = rig.runs.at(-1)!
  rig.clock.after(ms, () => run.end())
}

/** What became of each due instant, in seconds after the beginning. */
const answers = (rig: EngineRig) =>
  Object.fromEntries(
    rig.disk
      .select('SELECT due_at AS dueAt, status, reason FROM execution_history ORDER BY due_at')
      .map((row) => [((row.dueAt as number) - RIG_START) / SECOND, row.reason ?? row.status]),
  )

/** At most how many ran at once. */
function side(rig: EngineRig): number {
  const rows = rig.disk.select('SELECT started_at AS a, finished_at AS b FROM execution_history WHERE started_at > 0')
  const spans = rows as unknown as { a: number; b: number }[]
  return Math.max(...spans.map((one) => spans.filter((other) => other.a <= one.a && one.a < other.b).length))
}

describe('what is made up', () => {
  test.each(['skip', 'queue', 'replace'] as const)(
    'after a pause runs one after the other, whatever the overlap policy: %s',
    async (overlap) => {
      const rig = await started()
      takes(rig, 300)
      const { id } = await rig.addTask({ schedule: EVERY_3S, concurrency: { overlap } })
      await rig.ask((engine) => engine.tasks.pause(ANN, id))
      await rig.advance(16 * SECOND)
      await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'all' }))
      await rig.advance(9 * SECOND)
      const due = Object.entries(answers(rig)).slice(0, 8)
      expect(due).toEqual([3, 6, 9, 12, 15, 18, 21, 24].map((at) => [String(at), 'success']))
      expect(side(rig)).toBe(1)
    },
  )

  test('is spread where executions may overlap', async () => {
    const rig = await started()
    takes(rig, 400)
    const { id } = await rig.addTask({ schedule: EVERY_3S, concurrency: { overlap: 'allow' } })
    await rig.ask((engine) => engine.tasks.pause(ANN, id))
    await rig.advance(16 * SECOND)
    await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'all' }))
    await rig.advance(4500)
    expect(rig.runs.map((run) => (run.startedAt - RIG_START) / SECOND)).toEqual([16, 17, 18, 18, 19, 20])
  })

  test.each([0, 60])('by run_all after a downtime is all of it, with a grace of %i s', async (grace_seconds) => {
    const rig = await started()
    takes(rig, 400)
    const misfire = { policy: 'run_all', grace_seconds } as const
    await rig.addTask({ schedule: EVERY_3S, misfire })
    await rig.advance(500)
    rig.crash()
    await rig.advance(30 * SECOND)
    await rig.restart()
    await rig.advance(9 * SECOND)
    for (let at = 3; at <= 30; at += 3) expect(answers(rig)[at]).toBe('success')
    expect(side(rig)).toBe(1)
  })

  test('and merged waits for what runs, instead of being skipped', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ schedule: '* * * * *', misfire: { policy: 'run_once', grace_seconds: 1 } })
    rig.crash()
    await rig.advance(10 * MINUTE + 30 * SECOND)
    await rig.restart()
    const run = rig.engine.tasks.run(ANN, id).catch(() => undefined)
    await rig.advance(5 * SECOND)
    for (let n = 0; n < rig.runs.length; n++) {
      rig.runs[n]!.end()
      await rig.advance(SECOND)
    }
    await run
    expect(
      rig.disk.select("SELECT count(*) AS n FROM execution_history WHERE reason = 'overlap' AND covers_count > 1"),
    ).toEqual([{ n: 0 }])
    expect(rig.disk.select('SELECT status FROM execution_history WHERE covers_count = 10')).toEqual([
      { status: 'success' },
    ])
  })

  test('goes on after the server died in the middle of it, each once', async () => {
    const rig = await started()
    takes(rig, 2500)
    const { id } = await rig.addTask({ schedule: '* * * * *', retry: { max_attempts: 2, delay_seconds: 0 } })
    await rig.ask((engine) => engine.tasks.pause(ANN, id))
    await rig.advance(5 * MINUTE + 10 * SECOND)
    await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'all' }))
    await rig.advance(3 * SECOND)
    rig.crash()
    await rig.advance(SECOND)
    await rig.restart()
    await rig.advance(40 * SECOND)
    expect(answers(rig)).toEqual({ 60: 'success', 120: 'success', 180: 'success', 240: 'success', 300: 'success' })
    expect(side(rig)).toBe(1)
  })

  test.each([
    ['its parameters', { params: { args: ['later'] } }],
    ['its schedule', { schedule: '0 0 1 1 *' }],
    ['its overlap policy, to skip', { concurrency: { overlap: 'skip' as const } }],
    ['its overlap policy, to replace', { concurrency: { overlap: 'replace' as const } }],
    ['its grace, to none', { misfire: { policy: 'skip' as const, grace_seconds: 0 } }],
    ['its jitter', { jitter_seconds: 30 }],
  ] satisfies [string, Partial<TaskInput>][])(
    'runs to its end when the task is changed in the middle: %s',
    async (_, changes) => {
      const rig = await started()
      takes(rig, 2500)
      const { id } = await rig.addTask({ schedule: '* * * * *', concurrency: { overlap: 'queue' } })
      await rig.ask((engine) => engine.tasks.pause(ANN, id))
      await rig.advance(5 * MINUTE + 10 * SECOND)
      await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'all' }))
      await rig.advance(3 * SECOND)
      await rig.ask((engine) => engine.tasks.update(ANN, id, changes, null))
      await rig.advance(20 * SECOND)
      expect(answers(rig)).toEqual({ 60: 'success', 120: 'success', 180: 'success', 240: 'success', 300: 'success' })
      expect(side(rig)).toBe(1)
    },
  )

  test('is not replaced by an occurrence that comes due meanwhile', async () => {
    const rig = await started()
    takes(rig, 40 * SECOND)
    const { id } = await rig.addTask({ schedule: '* * * * *', concurrency: { overlap: 'replace' } })
    await rig.ask((engine) => engine.tasks.pause(ANN, id))
    await rig.advance(3 * MINUTE + 10 * SECOND)
    await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'all' }))
    await rig.advance(3 * MINUTE)
    const made = answers(rig)
    expect([made[60], made[120], made[180]]).toEqual(['success', 'success', 'success'])
  })
})

describe('grace', () => {
  test('ends for what was planned before the server died', async () => {
    const rig = await started()
    takes(rig, 100)
    await rig.addTask({ schedule: '* * * * *', misfire: { policy: 'skip', grace_seconds: 3 } })
    await rig.advance(MINUTE - 500)
    rig.crash()
    await rig.advance(25 * SECOND)
    await rig.restart()
    await rig.advance(SECOND)
    expect(answers(rig)).toEqual({ 60: 'misfire' })
    expect(rig.runs).toEqual([])
  })

  test('ends for what waits in the queue of its task', async () => {
    const rig = await started()
    takes(rig, 8 * SECOND)
    const misfire = { policy: 'skip', grace_seconds: 2 } as const
    await rig.addTask({ schedule: EVERY_3S, misfire, concurrency: { overlap: 'queue' } })
    await rig.advance(30 * SECOND)
    expect(answers(rig)).toMatchObject({ 3: 'success', 6: 'misfire', 9: 'success', 12: 'misfire', 15: 'misfire' })
  })

  test('ends for what waits for a limit that others use', async () => {
    const rig = await started()
    takes(rig, 100)
    const concurrency = { key: 'db', overlap: 'allow' } as const
    await rig.addTask({ schedule: '* * * * *', misfire: { policy: 'skip', grace_seconds: 2 }, concurrency })
    await rig.advance(MINUTE - 10 * SECOND)
    rig.onStart = () => undefined
    await rig.ask((engine) =>
      engine.executions.submit(ANN, { type: 'scripted', payload: {}, concurrency: { key: 'db', key_max: 1 } }),
    )
    await rig.advance(20 * SECOND)
    rig.runs[0]!.end()
    await rig.advance(SECOND)
    expect(answers(rig)).toMatchObject({ 60: 'misfire' })
  })

  test('that is over merges what waits into the latest of it, which runs late', async () => {
    const rig = await started()
    takes(rig, 20 * SECOND)
    const misfire = { policy: 'run_once', grace_seconds: 2 } as const
    await rig.addTask({ schedule: EVERY_3S, misfire, concurrency: { overlap: 'queue' } })
    await rig.advance(3 * SECOND)
    takes(rig, 100)
    for (let n = 0; n < 22; n++) await rig.advance(SECOND)
    expect(answers(rig)).toMatchObject({
      3: 'success',
      6: 'merged',
      9: 'merged',
      12: 'merged',
      15: 'merged',
      18: 'success',
    })
    expect(rig.runs[1]!.request.scheduledAt - RIG_START).toBe(18 * SECOND)
  })

  test('does not concern a run that somebody asked for', async () => {
    const rig = await started({ capacity: { calls: 1 } })
    const { id } = await rig.addTask({ schedule: { type: 'none' }, misfire: { policy: 'skip', grace_seconds: 0 } })
    await rig.ask((engine) => engine.executions.submit(ANN, { type: 'scripted', payload: {} }))
    await rig.ask((engine) => engine.tasks.run(ANN, id))
    await rig.advance(MINUTE)
    rig.runs[0]!.end()
    await rig.advance(SECOND)
    expect(rig.runs).toHaveLength(2)
  })
})
