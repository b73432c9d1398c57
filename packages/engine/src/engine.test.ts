import { RotaError } from '@rota/core'
import { ANN, EngineRig } from '@rota/testkit/engine-rig'
import { expect, test } from 'vitest'

const MINUTE = 60_000

test('a second start changes nothing', async () => {
  const rig = new EngineRig()
  await rig.start()
  const timers = rig.clock.pendingTimers
  await rig.engine.start()
  expect(rig.clock.pendingTimers).toBe(timers)
})

test('a start that fails can be tried again', async () => {
  const rig = new EngineRig()
  rig.failing.add('heartbeat')
  await expect(rig.engine.start()).rejects.toMatchObject({ code: 'unavailable' })
  expect(rig.engine.status().state).toBe('stopped')
  rig.failing.clear()
  await rig.start()
  expect(rig.engine.status().state).toBe('running')
})

test('after a stop nothing of the engine is left in the clock, however often it was asked to stop', async () => {
  const rig = new EngineRig()
  await rig.start()
  await rig.addTask()
  await rig.advance(10 * MINUTE)
  for (const run of rig.runs) run.end()
  const stops = [rig.engine.stop(), rig.engine.stop()]
  await rig.advance(0)
  await Promise.all(stops)
  await rig.engine.stop()
  expect(rig.engine.status().state).toBe('stopped')
  expect(rig.clock.pendingTimers).toBe(0)
})

test('an engine that was stopped says that it cannot be started again', async () => {
  const rig = new EngineRig()
  await rig.start()
  await rig.engine.stop()
  await expect(rig.engine.start()).rejects.toThrow('Create a new one')
})

test('tasks can be made and changed before the start, and run after it', async () => {
  const rig = new EngineRig()
  const { id } = await rig.addTask()
  await rig.advance(30_000)
  await rig.engine.tasks.update(ANN, id, { priority: 3 }, 1)
  await rig.start()
  await rig.advance(MINUTE)
  expect(rig.runs).toHaveLength(1)
})

test('tasks that run at the start run once per start; one that cannot be read keeps nobody from it', async () => {
  const rig = new EngineRig()
  const atStart = { schedule: { type: 'none' }, run_at_start: true } as const
  const broken = await rig.addTask({ ...atStart, name: 'broken' })
  await rig.addTask({ ...atStart, name: 'sound' })
  rig.disk.run(`UPDATE tasks SET definition = '{"type":"scripted","schedules":5}' WHERE id = '${broken.id}'`)
  await rig.start()
  expect(rig.runs.map((run) => run.request.taskName)).toEqual(['sound'])
  rig.runs[0]!.end()
  await rig.advance(1000)
  await rig.restart()
  expect(rig.runs).toHaveLength(1)
})

test('tasks that run at boot run at the first start since the machine was booted, and not at the others', async () => {
  const rig = new EngineRig()
  await rig.addTask({ schedule: { type: 'none' }, run_at_boot: true, name: 'boot' })
  await rig.addTask({ schedule: { type: 'none' }, run_at_start: true, run_at_boot: true, name: 'both' })
  await rig.start()
  expect(rig.runs.map((run) => run.request.taskName)).toEqual(['both'])
  rig.runs[0]!.end()
  await rig.advance(1000)
  await rig.restart({ isFirstStartSinceBoot: true })
  expect(rig.runs.map((run) => run.request.taskName)).toEqual(['boot', 'both'])
})

test('an idle engine wakes up a few times a second at most', async () => {
  const rig = new EngineRig()
  await rig.start()
  await rig.addTask({ schedule: '0 0 1 1 *' })
  let timers = 0
  const after = rig.clock.after.bind(rig.clock)
  rig.clock.after = (delayMs, fn) => {
    timers++
    return after(delayMs, fn)
  }
  await rig.advance(MINUTE)
  expect(timers).toBeLessThan(5 * 60)
})

test('a repeated idempotency key answers the first task, job and run', async () => {
  const rig = new EngineRig()
  await rig.start()
  const key = { idempotencyKey: 'once' }
  const input = { name: 'a', type: 'scripted', schedule: { type: 'none' } } as const
  const task = await rig.engine.tasks.create(ANN, input, key)
  expect((await rig.engine.tasks.create(ANN, { ...input, name: 'b' }, key)).id).toBe(task.id)
  const run = await rig.engine.tasks.run(ANN, task.id, key)
  expect((await rig.engine.tasks.run(ANN, task.id, key)).id).toBe(run.id)
  const job = await rig.engine.executions.submit(ANN, { type: 'scripted', payload: {} }, key)
  expect((await rig.engine.executions.submit(ANN, { type: 'scripted', payload: {} }, key)).id).toBe(job.id)
})

test('a change made from an old version is refused, one that overwrites is not', async () => {
  const rig = new EngineRig()
  const { id } = await rig.addTask()
  await rig.engine.tasks.update(ANN, id, { priority: 1 }, 1)
  await expect(rig.engine.tasks.update(ANN, id, { priority: 2 }, 1)).rejects.toMatchObject({ code: 'stale_version' })
  expect(await rig.engine.tasks.update(ANN, id, { priority: 3 }, null)).toMatchObject({ version: 3, priority: 3 })
})

test.each([
  ['an unknown zone', { timezone: 'Mars/Olympus' }, 'timezone'],
  ['an impossible cron expression', { schedule: '0 0 30 2 *' }, 'schedule'],
  ['a minute out of range', { schedule: '61 * * * *' }, 'schedule'],
  ['an unknown type', { type: 'unheard-of' }, 'type'],
  ['a timeout of nothing', { timeout_seconds: 0 }, 'timeout_seconds'],
])('%s is refused with its field, and nothing is stored', async (_, input, path) => {
  const rig = new EngineRig()
  const error = await rig.addTask(input).catch((e) => e)
  expect(RotaError.is(error) && error.code).toBe('invalid')
  expect(error.errors).toMatchObject([{ path }])
  expect(rig.disk.select('SELECT * FROM tasks')).toEqual([])
})

test('a name that is taken is refused', async () => {
  const rig = new EngineRig()
  await rig.addTask()
  await expect(rig.addTask()).rejects.toMatchObject({ code: 'conflict', errors: [{ path: 'name' }] })
})
