import { SYSTEM } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { afterEach, expect, test } from 'vitest'
import { createScheduler } from './create-scheduler.ts'
import type { SchedulerFailure } from './events.ts'
import type { Scheduler } from './scheduler.ts'
import type { ProducedJob } from './sources.ts'
import { turns } from './testing/watch.ts'

const MIDNIGHT = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const schedulers: Scheduler[] = []
afterEach(async () => {
  for (const scheduler of schedulers.splice(0)) await scheduler.stop()
})

function setUp() {
  const clock = new ManualClock({ startAt: MIDNIGHT, settle: turns })
  const failures: SchedulerFailure[] = []
  const onError = (_error: unknown, failure: SchedulerFailure) => void failures.push(failure)
  const scheduler = createScheduler({ clock, timezone: 'UTC', onError })
  schedulers.push(scheduler)
  return { clock, scheduler, failures }
}

/** A producer that hands out what stands in a list, and notes how often it was asked. */
function producer<Data extends string | number>(...jobs: (ProducedJob<Data> | null)[]) {
  const state = {
    asked: 0,
    jobs,
    produce() {
      state.asked++
      return state.jobs.shift() ?? null
    },
  }
  return state
}

test('what a source produces is consumed, each job once', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  scheduler.source({
    name: 'letters',
    produce: producer({ data: 'a' }, { data: 'b' }, { data: 'c' }).produce,
    consume: (data, { attempt }) => void consumed.push([data, attempt]),
  })
  await scheduler.start()
  await clock.advance(1000)
  expect(consumed).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ])
})

test('the next job is asked for when the one before has started, and not earlier', async () => {
  const { clock, scheduler } = setUp()
  const letters = producer({ data: 'a', runAt: MIDNIGHT + HOUR }, { data: 'b', runAt: MIDNIGHT + 2 * HOUR })
  scheduler.source({ name: 'letters', produce: letters.produce, consume: () => {} })
  await scheduler.start()
  await clock.advance(HOUR - 1)
  expect(letters.asked).toBe(1)
  await clock.advance(1)
  expect(letters.asked).toBe(2)
  await clock.advance(HOUR)
  expect(letters.asked).toBe(3)
})

test('the next job is asked for when the one before was refused', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  const letters = producer({ data: 'a', runAt: MIDNIGHT + HOUR }, { data: 'b' })
  scheduler.source({ name: 'letters', produce: letters.produce, consume: (data) => void consumed.push(data) })
  await scheduler.start()
  await clock.advance(0)
  const caller = SYSTEM
  const { rows } = await scheduler.executions.list(caller, { status: ['pending'] })
  await scheduler.executions.cancel(caller, rows[0]!.id)
  scheduler.poke('letters')
  await clock.advance(1000)
  expect(consumed).toEqual(['b'])
})

test('no more jobs of a source run at once than its limit allows', async () => {
  const { clock, scheduler } = setUp()
  let running = 0
  let most = 0
  let made = 0
  scheduler.source({
    name: 'pages',
    concurrency: 3,
    produce: () => (made < 10 ? { data: made++ } : null),
    consume: async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => clock.after(MINUTE, resolve))
      running--
    },
  })
  await scheduler.start()
  await clock.advance(HOUR)
  expect({ made, running, most }).toEqual({ made: 10, running: 0, most: 3 })
})

test('one source at its limit holds up no other', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  scheduler.source({
    name: 'stuck',
    produce: producer({ data: 1 }, { data: 2 }).produce,
    consume: (_data, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
  })
  scheduler.source({
    name: 'free',
    produce: producer({ data: 1 }, { data: 2 }).produce,
    consume: (data) => void consumed.push(data),
  })
  await scheduler.start()
  await clock.advance(1000)
  expect(consumed).toEqual([1, 2])
  const stopped = scheduler.stop({ graceMs: 0 })
  await clock.advance(MINUTE)
  await stopped
})

test('a producer with nothing to do is asked again when it is poked', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  const letters = producer<string>()
  scheduler.source({ name: 'letters', produce: letters.produce, consume: (data) => void consumed.push(data) })
  await scheduler.start()
  await clock.advance(HOUR)
  expect(letters.asked).toBe(1)
  letters.jobs.push({ data: 'a' })
  scheduler.poke('letters')
  await clock.advance(10)
  expect(consumed).toEqual(['a'])
  expect(() => scheduler.poke('leters')).toThrow('There is no source leters.')
})

test('an earlier job of the source interrupts the wait for the later one', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  const letters = producer<string>({ data: 'late', runAt: MIDNIGHT + 12 * HOUR })
  scheduler.source({
    name: 'letters',
    produce: letters.produce,
    consume: (data) => void consumed.push([data, (clock.now() - MIDNIGHT) / HOUR]),
  })
  await scheduler.start()
  await clock.advance(HOUR)
  letters.jobs.push({ data: 'early', runAt: MIDNIGHT + 2 * HOUR })
  scheduler.poke('letters')
  await clock.advance(12 * HOUR)
  expect(consumed).toEqual([
    ['early', 2],
    ['late', 12],
  ])
})

test('jobs whose instant has passed run at once, in order', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  scheduler.source({
    name: 'letters',
    produce: producer({ data: 'a', runAt: '2025-01-01T00:00:00Z' }, { data: 'b', runAt: new Date(0) }).produce,
    consume: (data) => void consumed.push(data),
  })
  await scheduler.start()
  await clock.advance(20)
  expect(consumed).toEqual(['a', 'b'])
})

test('a consumer that fails stops neither its source nor any other', async () => {
  const { clock, scheduler, failures } = setUp()
  const consumed: unknown[] = []
  scheduler.source({
    name: 'bad',
    produce: producer({ data: 1 }, { data: 2 }).produce,
    consume: async (data) => {
      throw new Error(`cannot do ${data}`)
    },
  })
  scheduler.source({
    name: 'good',
    produce: producer({ data: 1 }, { data: 2 }).produce,
    consume: (data) => void consumed.push(data),
  })
  await scheduler.start()
  await clock.advance(1000)
  expect(consumed).toEqual([1, 2])
  expect(failures.map((f) => (f.error as Error).message)).toEqual(['cannot do 1', 'cannot do 2'])
})

test('a producer that fails is reported, asked again after a while, and stops no other', async () => {
  const { clock, scheduler, failures } = setUp()
  const consumed: unknown[] = []
  let broken = true
  const produced = producer({ data: 'mended' })
  scheduler.source({
    name: 'bad',
    produce: () => {
      if (broken) throw new Error('no database')
      return produced.produce()
    },
    consume: (data) => void consumed.push(data),
  })
  scheduler.source({
    name: 'good',
    produce: producer({ data: 'fine' }).produce,
    consume: (data) => void consumed.push(data),
  })
  await scheduler.start()
  await clock.advance(3500)
  expect(failures.map((f) => f.type === 'producer_failed' && f.retryInMs)).toEqual([1000, 2000, 4000])
  broken = false
  await clock.advance(4000)
  expect(consumed).toEqual(['fine', 'mended'])
})

test('data that is not JSON is reported, and the next job is asked for', async () => {
  const { clock, scheduler, failures } = setUp()
  const consumed: unknown[] = []
  scheduler.source({
    name: 'letters',
    produce: producer<string>({ data: new Date() as never }, { data: 'b' }).produce,
    consume: (data) => void consumed.push(data),
  })
  await scheduler.start()
  await clock.advance(2000)
  expect(failures.map((f) => (f.error as Error).message)).toEqual([
    'data: is a Date, which JSON cannot hold. Pass its data as plain values.',
  ])
  expect(consumed).toEqual(['b'])
})

test('a failed job is consumed again as often as the source says', async () => {
  const { clock, scheduler } = setUp()
  const attempts: number[] = []
  scheduler.source({
    name: 'flaky',
    produce: producer({ data: 1 }).produce,
    retry: { attempts: 2, delay: '5s' },
    consume: (_data, { attempt }) => {
      attempts.push(attempt)
      throw new Error('again')
    },
  })
  await scheduler.start()
  await clock.advance(MINUTE)
  expect(attempts).toEqual([1, 2])
})

test('a source added while the scheduler runs begins at once', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  await scheduler.start()
  scheduler.source({
    name: 'late',
    produce: producer({ data: 1 }).produce,
    consume: (data) => void consumed.push(data),
  })
  await clock.advance(1000)
  expect(consumed).toEqual([1])
})

test('a source name can be used once, and options are checked', () => {
  const { scheduler } = setUp()
  const source = { name: 'letters', produce: () => null, consume: () => {} }
  scheduler.source(source)
  expect(() => scheduler.source(source)).toThrow('There is already a source letters.')
  expect(() => scheduler.source({ ...source, name: 'b', concurency: 2 } as never)).toThrow('Did you mean concurrency?')
})

test.each([
  [{ concurrency: 0 }, 'concurrency'],
  [{ concurrency: 1.5 }, 'concurrency'],
  [{ concurrency: Number.NaN }, 'concurrency'],
  [{ concurrency: Number.POSITIVE_INFINITY }, 'concurrency'],
  [{ concurrency: '2' }, 'concurrency'],
  [{ consume: undefined }, 'consume'],
  [{ produce: 'letters' }, 'produce'],
  [{ name: '' }, 'name'],
  [{ name: 7 }, 'name'],
  [{ name: 'x'.repeat(181) }, 'name'],
  [{ timeout: 'soon' }, 'timeout'],
  [{ retry: { attempts: 0 } }, 'retry'],
  [{ concurency: 2 }, 'concurency'],
])('a source that cannot be is refused when it is added: %j', (wrong, field) => {
  const { scheduler } = setUp()
  const source = { name: 'letters', produce: () => null, consume: () => {}, ...wrong }
  expect(() => scheduler.source(source as never)).toThrow(new RegExp(`^${field}`))
  expect(scheduler.sources()).toEqual([])
})

test('sources can be listed, with what waits', async () => {
  const { clock, scheduler } = setUp()
  const later = producer({ data: 'a', runAt: MIDNIGHT + HOUR })
  scheduler.source({ name: 'letters', produce: later.produce, consume: () => {}, concurrency: 3 })
  scheduler.source({ name: 'parcels', produce: () => null, consume: () => {} })
  await scheduler.start()
  await clock.advance(0)
  expect(scheduler.sources()).toEqual([
    { name: 'letters', concurrency: 3, waiting: 1 },
    { name: 'parcels', concurrency: 1, waiting: 0 },
  ])
})

test('a source that is removed is asked no more, its waiting job is cancelled, and its name is free', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  const letters = producer({ data: 'old', runAt: MIDNIGHT + HOUR })
  scheduler.source({ name: 'letters', produce: letters.produce, consume: (data) => void consumed.push(data) })
  await scheduler.start()
  await clock.advance(0)
  await scheduler.removeSource('letters')
  const asked = letters.asked
  await clock.advance(2 * HOUR)
  expect([consumed, letters.asked]).toEqual([[], asked])
  const cancelled = await scheduler.executions.list(SYSTEM, { status: ['cancelled'] })
  expect(cancelled.rows).toHaveLength(1)
  await expect(scheduler.removeSource('letters')).rejects.toThrow('There is no source letters.')
  const next = producer({ data: 'new' })
  scheduler.source({ name: 'letters', produce: next.produce, consume: (data) => void consumed.push(data) })
  await clock.advance(0)
  expect(consumed).toEqual(['new'])
})

test('a producer under way when its source is removed hands out nothing any more', async () => {
  const { clock, scheduler } = setUp()
  const consumed: unknown[] = []
  const slow = Promise.withResolvers<ProducedJob>()
  scheduler.source({ name: 'letters', produce: () => slow.promise, consume: (data) => void consumed.push(data) })
  await scheduler.start()
  const removed = scheduler.removeSource('letters')
  slow.resolve({ data: 'late' })
  await removed
  await clock.advance(MINUTE)
  expect(consumed).toEqual([])
})
