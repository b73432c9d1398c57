import { SYSTEM } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { afterEach, expect, test } from 'vitest'
import { createScheduler } from './create-scheduler.ts'
import type { SchedulerFailure } from './events.ts'
import type { SchedulerOptions } from './options.ts'
import type { Scheduler } from './scheduler.ts'
import { nextEvent, turns } from './testing/watch.ts'

const MIDNIGHT = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const schedulers: Scheduler[] = []
afterEach(async () => {
  for (const scheduler of schedulers.splice(0)) await scheduler.stop()
})

function setUp(options: Partial<SchedulerOptions> = {}) {
  const clock = new ManualClock({ startAt: MIDNIGHT, settle: turns })
  const failures: SchedulerFailure[] = []
  const onError = (_error: unknown, failure: SchedulerFailure) => void failures.push(failure)
  const scheduler = createScheduler({ clock, timezone: 'UTC', onError, ...options })
  schedulers.push(scheduler)
  const runs: unknown[] = []
  scheduler.handle('note', ([what]) => void runs.push(what))
  return { clock, scheduler, runs, failures }
}

test('a handler name can be registered once', () => {
  const { scheduler } = setUp()
  expect(() => scheduler.handle('note', () => {})).toThrow('There is already a handler note.')
})

test('a job calls its handler with its arguments, and keeps what it returns', async () => {
  const { clock, scheduler } = setUp()
  scheduler.handle('add', ([a, b]: [number, number], { scale }: { scale: number }) => (a + b) * scale)
  await scheduler.start()
  const { id } = await scheduler.submit('add', { args: [1, 2], kwargs: { scale: 10 } })
  await clock.advance(1000)
  expect(await scheduler.executions.get(SYSTEM, id)).toMatchObject({
    status: 'success',
    result: 30,
  })
})

test('a job may be submitted before the start', async () => {
  const { clock, scheduler, runs } = setUp()
  await scheduler.submit('note', { args: ['early'] })
  await scheduler.start()
  await clock.advance(1000)
  expect(runs).toEqual(['early'])
})

test('jobs run in the order of their instants, not of their submission', async () => {
  const { clock, scheduler, runs } = setUp()
  await scheduler.start()
  for (const minute of [30, 10, 20]) await scheduler.at(new Date(MIDNIGHT + minute * MINUTE), 'note', [minute])
  await clock.advance(HOUR)
  expect(runs).toEqual([10, 20, 30])
})

test('among jobs that wait for a free place the higher priority starts first', async () => {
  const { clock, scheduler, runs } = setUp({ concurrency: 1 })
  await scheduler.start()
  for (const priority of [0, 5, 9]) await scheduler.submit('note', { args: [priority], priority })
  await clock.advance(1000)
  expect(runs).toEqual([9, 5, 0])
})

test('an earlier job interrupts the wait for a later one', async () => {
  const { clock, scheduler, runs } = setUp()
  await scheduler.start()
  await scheduler.at(MIDNIGHT + 12 * HOUR, 'note', ['noon'])
  await clock.advance(HOUR)
  await scheduler.submit('note', { args: ['soon'], runAt: clock.now() + 50 })
  await clock.advance(49)
  expect(runs).toEqual([])
  await clock.advance(1)
  expect(runs).toEqual(['soon'])
})

test('a job whose instant has passed runs at once', async () => {
  const { clock, scheduler, runs } = setUp()
  await scheduler.start()
  await scheduler.at('2025-06-01T00:00:00Z', 'note', ['overdue'])
  await clock.advance(5)
  expect(runs).toEqual(['overdue'])
})

test('many jobs are submitted as one, all or none', async () => {
  const { clock, scheduler, runs } = setUp()
  await scheduler.start()
  const ids = await scheduler.submitMany('note', [{ args: [1] }, { args: [2] }])
  expect(new Set(ids).size).toBe(2)
  await expect(scheduler.submitMany('note', [{ args: [3] }, { args: [new Date() as never] }])).rejects.toThrow(
    /args\[0\]: is a Date/,
  )
  await clock.advance(1000)
  expect(runs).toEqual([1, 2])
})

test('a repeated idempotency key answers the first job', async () => {
  const { clock, scheduler, runs } = setUp()
  await scheduler.start()
  const [first, second] = [
    await scheduler.submit('note', { args: ['once'], idempotencyKey: 'order 17' }),
    await scheduler.submit('note', { args: ['twice'], idempotencyKey: 'order 17' }),
  ]
  await clock.advance(1000)
  expect(second.id).toBe(first.id)
  expect(runs).toEqual(['once'])
})

test('jobs with one key run one at a time', async () => {
  const { clock, scheduler } = setUp()
  let running = 0
  let most = 0
  scheduler.handle('slow', () => {
    most = Math.max(most, ++running)
    return new Promise<void>((resolve) => {
      clock.after(1000, () => {
        running--
        resolve()
      })
    })
  })
  await scheduler.start()
  for (let i = 0; i < 4; i++) await scheduler.submit('slow', { key: 'printer' })
  await clock.advance(10_000)
  expect({ running, most }).toEqual({ running: 0, most: 1 })
})

test('a failed attempt is tried again as often as the job says, and each failure is reported', async () => {
  const { clock, scheduler, failures } = setUp()
  const attempts: number[] = []
  scheduler.handle('flaky', (_args, _kwargs, { attempt }) => {
    attempts.push(attempt)
    if (attempt < 3) throw new Error(`no luck ${attempt}`)
  })
  await scheduler.start()
  await scheduler.submit('flaky', { retry: { attempts: 3, delay: '10s', backoff: 'exponential' } })
  await clock.advance(HOUR)
  expect(attempts).toEqual([1, 2, 3])
  expect(failures.map((f) => [f.type, f.name, (f.error as Error).message])).toEqual([
    ['handler_failed', 'flaky', 'no luck 1'],
    ['handler_failed', 'flaky', 'no luck 2'],
  ])
})

test('a timeout aborts the signal of the attempt', async () => {
  const { clock, scheduler } = setUp()
  scheduler.handle('endless', async (_args, _kwargs, { signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  })
  await scheduler.start()
  const finished = nextEvent(scheduler, 'execution_finished')
  await scheduler.submit('endless', { timeout: '5s' })
  await clock.advance(10_000)
  expect(await finished).toMatchObject({ status: 'failed', failure: 'timeout' })
})

test('an error in one handler stops no other, whether thrown or rejected', async () => {
  const { clock, scheduler, runs, failures } = setUp()
  scheduler.handle('throws', () => {
    throw new Error('thrown')
  })
  scheduler.handle('rejects', async () => {
    throw new Error('rejected')
  })
  scheduler.every('1m', () => {
    throw new Error('from a schedule')
  })
  await scheduler.start()
  for (const handler of ['throws', 'rejects', 'note']) await scheduler.submit(handler, { args: [handler] })
  await clock.advance(MINUTE)
  await scheduler.submit('note', { args: ['later'] })
  await clock.advance(1000)
  expect(runs).toEqual(['note', 'later'])
  expect(failures.map((f) => (f.error as Error).message).sort()).toEqual(['from a schedule', 'rejected', 'thrown'])
})

test('a job for a handler that does not exist is refused with the name that was probably meant', async () => {
  const { scheduler } = setUp()
  await scheduler.start()
  await expect(scheduler.submit('noet')).rejects.toThrow('Did you mean note?')
})

test('arguments that would not come back from a store are refused with their place', async () => {
  const { scheduler } = setUp()
  await scheduler.start()
  const submit = (value: unknown) => scheduler.submit('note', { kwargs: { deep: [value] } as never })
  await expect(submit(undefined)).rejects.toThrow('kwargs.deep[0]: is undefined, which JSON cannot hold.')
  await expect(submit(Number.NaN)).rejects.toThrow('is NaN')
  await expect(submit(new Map())).rejects.toThrow('is a Map')
  await expect(submit(() => {})).rejects.toThrow('is a function')
})

test('a listener that throws is reported and stops nobody', async () => {
  const { clock, scheduler, runs, failures } = setUp()
  scheduler.on(() => {
    throw new Error('bad listener')
  })
  await scheduler.start()
  await scheduler.submit('note', { args: ['still'] })
  await clock.advance(1000)
  expect(runs).toEqual(['still'])
  expect(failures.every((f) => f.type === 'listener_failed')).toBe(true)
})

test('starting twice is starting once', async () => {
  const { clock, scheduler, runs } = setUp()
  await Promise.all([scheduler.start(), scheduler.start()])
  await scheduler.submit('note', { args: ['one'] })
  await clock.advance(1000)
  expect(runs).toEqual(['one'])
})

test('stop lets what runs finish, leaves no timer behind, and is final', async () => {
  const { clock, scheduler } = setUp()
  let finished = false
  scheduler.handle('slow', async () => {
    await new Promise<void>((resolve) => clock.after(2000, resolve))
    finished = true
  })
  await scheduler.start()
  await scheduler.submit('slow')
  await clock.advance(100)
  const stopped = scheduler.stop()
  await clock.advance(5000)
  await stopped
  expect(finished).toBe(true)
  expect(clock.pendingTimers).toBe(0)
  await scheduler.stop()
  await expect(scheduler.submit('slow')).rejects.toThrow('The scheduler was stopped.')
})

test('a scheduler that was never started can be stopped', async () => {
  const { scheduler } = setUp()
  await scheduler.stop()
})

test('the engine is at hand for what the library has no word for, once started', async () => {
  const { scheduler } = setUp()
  expect(() => scheduler.tasks).toThrow('before start()')
  scheduler.every('1m', () => {}, { name: 'tick' })
  await scheduler.start()
  const { rows } = await scheduler.tasks.list(SYSTEM, {})
  expect(rows.map((task) => task.name)).toEqual(['tick'])
})
