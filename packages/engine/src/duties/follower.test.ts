import type { Clock } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import type { EngineEvent } from '../api/events.ts'
import { openInMemoryStore } from '../store/sqlite/open.ts'
import { createFollower } from './follower.ts'
import { createOutboxPruner } from './outbox-pruner.ts'
import { createPulse } from './pulse.ts'

const KINDS = ['execution_finished'] as const

async function settle() {
  for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate)
}

/** Followers on one store in memory; `end` lets executions end. */
function opened() {
  const clock = new ManualClock({ settle })
  const store = openInMemoryStore({ clock })
  const events: EngineEvent[] = []
  const pulse = createPulse(clock, (event) => events.push(event))
  const of = (event: EngineEvent['type']) => events.filter(({ type }) => type === event)
  return {
    clock,
    store,
    of,
    pulse,
    async end(...ids: string[]) {
      const rows = ids.map((id) => {
        const at = { dueAt: clock.now(), runAt: clock.now() + 60_000, rank: 0, priority: 0, createdAt: clock.now() }
        const nothing = { tenantId: null, taskSeq: null, taskVersion: null, scheduleId: null, requestedBy: null }
        const rest = { keys: null, job: null, coversFrom: null, coversCount: null, jitterMs: null, skipAfter: null }
        const row = { id, ...at, ...nothing, ...rest, mergeAfter: null, taskMax: 1 }
        return { ...row, trigger: 'api', overlap: 'allow' } as const
      })
      await store.executions.enqueue(rows, { now: clock.now() })
      await store.executions.cancelUnclaimed(ids, clock.now(), 'enough')
    },
    follow(handle: (ids: string[]) => void | Promise<void>, by = 'one', most = 2, time: Clock = clock) {
      const follower = createFollower({
        ...{ outbox: store.outbox, pulse, instanceId: by, consumer: 'reader', kinds: KINDS, pollMs: 1000, most },
        clock: time,
        handle: async (entries) => handle(entries.map(({ happening }) => happening.id)),
      })
      follower.start()
      return follower
    },
  }
}

test('a follower is given what happens from its start on, in order, some at a time, and once', async () => {
  const { clock, end, follow } = opened()
  await end('before')
  const given: string[][] = []
  const follower = follow((ids) => void given.push(ids))
  await clock.advance(0)
  await end('a', 'b', 'c')
  follower.wake()
  await clock.advance(0)
  expect(given).toEqual([['a', 'b'], ['c']])
  await clock.advance(10_000)
  expect(given).toHaveLength(2)
})

test('what could not be dealt with comes again, later each time, however often something happens meanwhile', async () => {
  const { clock, end, follow, of } = opened()
  const tries: [number, string[]][] = []
  const began = clock.monotonic()
  const follower = follow((ids) => {
    tries.push([clock.monotonic() - began, ids])
    if (tries.length < 4) throw new Error('mail server is away')
  })
  await clock.advance(0)
  await end('a')
  for (let at = 0; at < 1500; at += 50) {
    follower.wake()
    await clock.advance(50)
  }
  expect(tries).toEqual([0, 200, 600, 1400].map((at) => [at, ['a']]))
  expect(of('consumer_failed')).toMatchObject([
    { consumer: 'reader', reason: 'mail server is away', retryInMs: 200 },
    { retryInMs: 400 },
    { retryInMs: 800 },
  ])
  expect(of('degraded')).toEqual([])
})

test('one instance reads at a time, for as long as it takes; the next one goes on when it has stopped', async () => {
  const { clock, end, follow } = opened()
  let finish = () => {}
  const given: [string, string[]][] = []
  const first = follow((ids) => {
    given.push(['one', ids])
    return new Promise<void>((resolve) => {
      finish = resolve
    })
  }, 'one')
  await clock.advance(0)
  await end('a', 'b', 'c')
  first.wake()
  await clock.advance(0)
  const second = follow((ids) => void given.push(['two', ids]), 'two')
  await clock.advance(120_000)
  expect(given).toEqual([['one', ['a', 'b']]])
  const stopped = first.stop()
  finish()
  await clock.advance(0)
  await stopped
  await clock.advance(1000)
  expect(given).toEqual([
    ['one', ['a', 'b']],
    ['two', ['c']],
  ])
  await second.stop()
})

test('what an instance that dies has not said to be dealt with is given to another', async () => {
  const { clock, end, follow } = opened()
  let isDead = false
  const mortal = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms: number, fn: () => void) => clock.after(ms, () => isDead || fn()),
  }
  const dead = follow(() => new Promise(() => {}), 'dead', 2, mortal)
  await clock.advance(0)
  await end('a')
  dead.wake()
  await clock.advance(0)
  isDead = true
  const given: string[] = []
  follow((ids) => void given.push(...ids), 'two')
  await clock.advance(29_000)
  expect(given).toEqual([])
  await clock.advance(3_000)
  expect(given).toEqual(['a'])
})

test('a consumer that falls behind is told of, and again what it has missed', async () => {
  const { clock, end, follow, of, store, pulse } = opened()
  await store.outbox.want('reader', KINDS, clock.now())
  const pruner = createOutboxPruner({ clock, outbox: store.outbox, pulse, most: 4, isOurs: () => true })
  pruner.start()
  await end('a', 'b')
  await clock.advance(60_000)
  expect(of('consumer_behind')).toEqual([
    { type: 'consumer_behind', consumer: 'reader', waiting: 2, oldestAt: expect.any(Number) },
  ])
  await end('c', 'd', 'e', 'f')
  pruner.note()
  await clock.advance(120_000)
  expect(of('consumer_behind')).toHaveLength(1)
  const given: string[] = []
  follow((ids) => void given.push(...ids))
  await clock.advance(0)
  expect(given).toEqual(['c', 'd', 'e', 'f'])
  expect(of('consumer_missed')).toEqual([{ type: 'consumer_missed', consumer: 'reader', count: 2 }])
})
