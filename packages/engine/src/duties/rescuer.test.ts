import type { TaskInput } from '@rota/core'
import { ANN, EngineRig } from '@rota/testkit/engine-rig'
import { expect, test } from 'vitest'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** An attempt has been under way for a while. */
const RECORDED_MS = 50

async function running(input: Partial<TaskInput> = {}, options: ConstructorParameters<typeof EngineRig>[0] = {}) {
  const rig = new EngineRig(options)
  await rig.start()
  const { id } = await rig.addTask({ schedule: { type: 'none' }, ...input })
  await rig.ask((engine) => engine.tasks.run(ANN, id))
  return { rig, id }
}

const often = { max_attempts: 100, delay_seconds: 0 } as const

test('what was killed in the moment of its start is not started again where that may not be repeated', async () => {
  const { rig } = await running()
  expect(rig.runs).toHaveLength(1)
  await rig.restart()
  await rig.advance(MINUTE)
  expect(rig.runs).toEqual([])
  expect(rig.history()).toMatchObject([{ status: 'failed', failure: 'lost', attempt: 1 }])
})

test('what was killed in the moment of its start is an attempt, where it is tried again', async () => {
  const { rig } = await running({ retry: { max_attempts: 2, delay_seconds: 0 } })
  expect(rig.runs).toHaveLength(1)
  await rig.restart()
  rig.runs[0]!.end()
  await rig.advance(SECOND)
  const [row] = rig.history()
  expect(row).toMatchObject({ status: 'success', attempt: 2 })
  expect(JSON.parse(row!.attempts as string)).toMatchObject([
    { attempt: 1, failure: 'lost', started_at: expect.any(String) },
  ])
})

test('what had not started is started once, as its first attempt', async () => {
  const rig = new EngineRig({ capacity: { processes: 1, calls: 1 } })
  await rig.start()
  for (const name of ['one', 'two']) {
    const { id } = await rig.addTask({ name, schedule: { type: 'none' } })
    await rig.ask((engine) => engine.tasks.run(ANN, id))
  }
  expect(rig.runs).toHaveLength(1)
  await rig.restart()
  expect(rig.runs.map((run) => run.request.attempt)).toEqual([1])
  rig.runs[0]!.end()
  await rig.advance(SECOND)
  expect(rig.history()).toMatchObject([{ failure: 'lost' }, { status: 'success', attempt: 1, attempts: null }])
})

test('nothing starts while the store does not take that it does', async () => {
  const rig = new EngineRig()
  await rig.start()
  const { id } = await rig.addTask({ schedule: { type: 'none' }, concurrency: { overlap: 'allow' } })
  rig.failing.add('markStarted')
  await rig.ask((engine) => engine.tasks.run(ANN, id))
  await rig.advance(5 * SECOND)
  expect(rig.runs).toEqual([])
  rig.failing.delete('markStarted')
  await rig.advance(10 * SECOND)
  expect(rig.runs).toHaveLength(1)
})

test('a start whose note was taken and whose answer was lost happens once', async () => {
  const rig = new EngineRig()
  await rig.start()
  const { id } = await rig.addTask({ schedule: { type: 'none' }, concurrency: { overlap: 'allow' } })
  rig.losing.add('markStarted')
  await rig.ask((engine) => engine.tasks.run(ANN, id))
  expect(rig.runs).toEqual([])
  rig.losing.delete('markStarted')
  await rig.advance(10 * SECOND)
  expect(rig.runs).toHaveLength(1)
})

test('an attempt that was under way is lost, and tried again where the policy says so', async () => {
  const { rig } = await running({ retry: { max_attempts: 2, delay_seconds: 5 } })
  await rig.advance(RECORDED_MS)
  await rig.restart()
  expect(rig.runs).toEqual([])
  await rig.advance(5 * SECOND)
  expect(rig.runs.map((run) => run.request.attempt)).toEqual([2])
  rig.runs[0]!.end()
  await rig.advance(SECOND)
  const [row] = rig.history()
  expect(row).toMatchObject({ status: 'success', attempt: 2 })
  expect(JSON.parse(row!.attempts as string)).toMatchObject([{ attempt: 1, failure: 'lost' }])
})

test('where no attempt is left, the execution ends as lost', async () => {
  const { rig } = await running()
  await rig.advance(RECORDED_MS)
  await rig.restart()
  expect(rig.history()).toMatchObject([{ status: 'failed', failure: 'lost', startedAt: expect.any(Number) }])
})

test('the slots of the dead are free again', async () => {
  const { rig } = await running({ concurrency: { key: 'db', overlap: 'queue' } })
  await rig.advance(RECORDED_MS)
  const [task] = rig.disk.select('SELECT id FROM tasks')
  await rig.ask((engine) => engine.tasks.run(ANN, task!.id as string))
  await rig.restart()
  expect(rig.runs).toHaveLength(1)
})

test('the dead are known as dead also when the clock was set back far behind their leases', async () => {
  const { rig } = await running()
  await rig.advance(RECORDED_MS)
  rig.clock.jump(-5 * HOUR)
  await rig.restart()
  expect(rig.history()).toMatchObject([{ failure: 'lost' }])
})

test('a clock that is set forward a day takes nothing away from the living', async () => {
  const { rig } = await running()
  await rig.advance(RECORDED_MS)
  rig.clock.jump(24 * HOUR)
  await rig.advance(5 * MINUTE)
  expect(rig.history()).toEqual([])
  rig.runs[0]!.end()
  await rig.advance(SECOND)
  expect(rig.history()).toMatchObject([{ status: 'success' }])
})

test.each([
  ['before its start is recorded', 0],
  ['after it', RECORDED_MS],
])('an execution that kills its server each time, %s, is given up and its task paused', async (_, livesMs) => {
  const { rig, id } = await running({ schedule: '* * * * *', retry: often }, { poisonAfter: 3 })
  for (let death = 1; death <= 3; death++) {
    await rig.advance(livesMs)
    expect(rig.runs, `before death ${death}`).toHaveLength(1)
    await rig.restart()
  }
  expect(rig.history()).toMatchObject([
    { status: 'failed', failure: 'lost', error: 'Its server died 3 times while it had it.' },
  ])
  expect(await rig.engine.tasks.get(ANN, id)).toMatchObject({ status: 'paused' })
  await rig.advance(10 * MINUTE)
  expect(rig.runs).toEqual([])
})

test('attempts that fail on their own are no deaths: one crash among many retries is no poison', async () => {
  const { rig, id } = await running({ retry: often }, { poisonAfter: 3 })
  for (let attempt = 0; attempt < 10; attempt++) {
    rig.runs.at(-1)!.end({ status: 'failed', failure: 'exit_code', exitCode: 1 })
    await rig.advance(SECOND)
  }
  await rig.restart()
  await rig.advance(SECOND)
  expect(rig.runs).toHaveLength(1)
  expect(await rig.engine.tasks.get(ANN, id)).toMatchObject({ status: 'active' })
})

test('restarts in good order are no deaths', async () => {
  const { rig, id } = await running({ concurrency: { overlap: 'queue' } }, { capacity: { calls: 1 }, poisonAfter: 3 })
  await rig.ask((engine) => engine.tasks.run(ANN, id))
  for (let restart = 0; restart < 5; restart++) {
    const stopped = rig.engine.stop({ graceMs: 0 })
    await rig.advance(0)
    for (const run of rig.runs) run.end({ status: 'cancelled' })
    await rig.advance(0)
    await stopped
    await rig.restart()
    await rig.ask((engine) => engine.tasks.run(ANN, id))
  }
  expect(await rig.engine.tasks.get(ANN, id)).toMatchObject({ status: 'active' })
  expect(rig.live().every((row) => row.deaths === 0)).toBe(true)
})
