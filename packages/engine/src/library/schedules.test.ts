import { ManualClock } from '@rota/testkit'
import { afterEach, expect, test } from 'vitest'
import { createScheduler } from './create-scheduler.ts'
import type { Scheduler } from './scheduler.ts'
import { nextEvent, turns } from './testing/watch.ts'

const MIDNIGHT = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const schedulers: Scheduler[] = []
afterEach(async () => {
  for (const scheduler of schedulers.splice(0)) await scheduler.stop()
})

function setUp(options: { timezone?: string } = {}) {
  const clock = new ManualClock({ startAt: MIDNIGHT, settle: turns })
  const scheduler = createScheduler({ clock, timezone: 'UTC', onError: () => undefined, ...options })
  schedulers.push(scheduler)
  const runs: string[] = []
  const note = (name: string) => () => void runs.push(`${name} ${new Date(clock.now()).toISOString().slice(11, 19)}`)
  return { clock, scheduler, runs, note }
}

test('a cron expression runs its function at each of its instants, never early', async () => {
  const { clock, scheduler, runs, note } = setUp()
  scheduler.cron('*/15 * * * *', note('quarter'))
  await scheduler.start()
  await clock.advance(15 * MINUTE - 1)
  expect(runs).toEqual([])
  await clock.advance(1)
  await clock.advance(15 * MINUTE)
  expect(runs).toEqual(['quarter 00:15:00', 'quarter 00:30:00'])
})

test('an interval first runs after one interval and keeps its pace', async () => {
  const { clock, scheduler, runs, note } = setUp()
  scheduler.every('90s', note('tick'))
  scheduler.every(60_000, note('tock'))
  await scheduler.start()
  await clock.advance(3 * MINUTE)
  expect(runs).toEqual(['tock 00:01:00', 'tick 00:01:30', 'tock 00:02:00', 'tick 00:03:00', 'tock 00:03:00'])
})

test('an aligned interval counts from local midnight', async () => {
  const { clock, scheduler, runs, note } = setUp()
  clock.jump(7 * MINUTE)
  scheduler.every('15m', note('quarter'), { aligned: true })
  await scheduler.start()
  await clock.advance(8 * MINUTE)
  expect(runs).toEqual(['quarter 00:15:00'])
})

test('a daily time is wall clock of the zone of the schedule, else of the scheduler', async () => {
  const { clock, scheduler, runs, note } = setUp({ timezone: 'Asia/Shanghai' })
  scheduler.daily('09:00', note('here'))
  scheduler.daily(['00:30', '02:00'], note('London'), { timezone: 'Europe/London' })
  await scheduler.start()
  await clock.advance(2 * HOUR)
  expect(runs).toEqual(['London 00:30:00', 'here 01:00:00', 'London 02:00:00'])
})

test('a schedule may call a handler by name, with arguments, whether it is registered before or after', async () => {
  const { clock, scheduler } = setUp()
  const calls: unknown[] = []
  scheduler.cron('* * * * *', 'report', { args: ['daily'], kwargs: { detailed: true } })
  scheduler.handle('report', (args, kwargs, { scheduledAt }) => void calls.push([args, kwargs, scheduledAt]))
  await scheduler.start()
  await clock.advance(MINUTE)
  expect(calls).toEqual([[['daily'], { detailed: true }, MIDNIGHT + MINUTE]])
})

test('a schedule defined while the scheduler runs begins at once', async () => {
  const { clock, scheduler, runs, note } = setUp()
  await scheduler.start()
  const late = scheduler.every('1m', note('late'))
  expect(await late.next()).toEqual(new Date(MIDNIGHT + MINUTE))
  await clock.advance(MINUTE)
  expect(runs).toEqual(['late 00:01:00'])
})

test('next answers when a schedule runs next', async () => {
  const { scheduler } = setUp()
  scheduler.daily('02:00', () => {}, { name: 'nightly report' })
  await scheduler.start()
  expect(await scheduler.next('nightly report')).toEqual(new Date(MIDNIGHT + 2 * HOUR))
  await expect(scheduler.next('nightly')).rejects.toThrow('There is no schedule nightly.')
})

test('next before start says what to do', async () => {
  const { scheduler } = setUp()
  scheduler.daily('02:00', () => {}, { name: 'nightly' })
  await expect(scheduler.next('nightly')).rejects.toThrow('Start the scheduler first')
})

test('a paused schedule does not run until it is resumed', async () => {
  const { clock, scheduler, runs, note } = setUp()
  const schedule = scheduler.every('1m', note('tick'))
  await scheduler.start()
  await schedule.pause()
  expect(await schedule.next()).toBeNull()
  await clock.advance(5 * MINUTE)
  await schedule.resume()
  await clock.advance(MINUTE)
  expect(runs).toEqual(['tick 00:06:00'])
})

test('a removed schedule runs no more, and its name is free', async () => {
  const { clock, scheduler, runs, note } = setUp()
  const schedule = scheduler.every('1m', note('first'), { name: 'tick' })
  await scheduler.start()
  await schedule.remove()
  await scheduler.every('1m', note('second'), { name: 'tick' }).next()
  await clock.advance(MINUTE)
  expect(runs).toEqual(['second 00:01:00'])
})

test('a schedule can be run now, apart from its occurrences', async () => {
  const { clock, scheduler, runs, note } = setUp()
  const schedule = scheduler.daily('02:00', note('nightly'), { name: 'nightly' })
  await scheduler.start()
  await schedule.run()
  await clock.advance(1000)
  expect(runs).toEqual(['nightly 00:00:00'])
})

test('an occurrence is skipped while the one before still runs, unless overlap allows it', async () => {
  const { clock, scheduler } = setUp()
  const starts = { skip: 0, allow: 0 }
  const forever =
    (kind: keyof typeof starts) => (_args: unknown, _kwargs: unknown, context: { signal: AbortSignal }) => {
      starts[kind]++
      return new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()))
    }
  scheduler.every('1m', forever('skip'), { name: 'skip' })
  scheduler.every('1m', forever('allow'), { name: 'allow', overlap: 'allow' })
  await scheduler.start()
  await clock.advance(3 * MINUTE)
  expect(starts).toEqual({ skip: 1, allow: 3 })
  const stopped = scheduler.stop({ graceMs: 0 })
  await clock.advance(MINUTE)
  await stopped
})

test('what a function of a schedule returns is its own affair', async () => {
  const { clock, scheduler } = setUp()
  scheduler.every('1m', () => new Map([[1n, Symbol('not JSON')]]), { name: 'odd' })
  await scheduler.start()
  const finished = nextEvent(scheduler, 'execution_finished')
  await clock.advance(MINUTE)
  expect((await finished).status).toBe('success')
})

test('unnamed functions are numbered in memory, where names need not last', async () => {
  const { clock, scheduler, runs, note } = setUp()
  const names = [1, 2].map(() => scheduler.every('1m', note('tick')).name)
  expect(new Set(names).size).toBe(2)
  await scheduler.start()
  await clock.advance(MINUTE)
  expect(runs).toEqual(['tick 00:01:00', 'tick 00:01:00'])
})

test('a schedule given the name of another is refused', () => {
  const { scheduler } = setUp()
  scheduler.every('1m', () => {}, { name: 'tick' })
  expect(() => scheduler.daily('02:00', () => {}, { name: 'tick' })).toThrow('There is already a schedule tick.')
})

test('a mistake is thrown where it is made, with field and position', () => {
  const { scheduler } = setUp()
  expect(() => scheduler.cron('61 * * * *', () => {})).toThrow(/expression/)
  expect(() => scheduler.cron('* * * * *', () => {}, { timezone: 'Europe/Berlim' })).toThrow(/Berlin/)
  expect(() => scheduler.every('5 parsecs', () => {})).toThrow(/every: is "5 parsecs"/)
  expect(() => scheduler.every(500, () => {})).toThrow(/at least one/)
  expect(() => scheduler.daily('25:00', () => {})).toThrow(/times/)
  expect(() => scheduler.every('1m', () => {}, { timezon: 'UTC' } as never)).toThrow('Did you mean timezone?')
  expect(() => scheduler.every('1m', () => {}, { overlap: 'skp' as never })).toThrow(/skp/)
  expect(() => createScheduler({ stor: 'memory' } as never)).toThrow('Did you mean store?')
})

test('a schedule that calls a handler nobody registered refuses the start, naming both', async () => {
  const { scheduler } = setUp()
  scheduler.handle('report', () => {})
  scheduler.daily('02:00', 'repotr', { name: 'nightly' })
  await expect(scheduler.start()).rejects.toThrow(/nightly.*repotr.*Did you mean report\?/)
})
