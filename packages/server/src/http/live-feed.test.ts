import { type ChangeRelay, createMemoryHub, type EngineEvent, type RelayedChanges } from '@rota/engine'
import { ManualClock } from '@rota/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { type LiveBatch, LiveFeed } from './live-feed.ts'

const changed = (id: string): EngineEvent => ({ type: 'task_changed', id, change: 'updated', actor: null })

let clock: ManualClock
let hub: ReturnType<typeof createMemoryHub>
let feed: LiveFeed
let told: LiveBatch[]

const join = () => new LiveFeed(clock, hub.join().changeRelay)

beforeEach(() => {
  clock = new ManualClock()
  hub = createMemoryHub(clock)
  feed = join()
  told = []
})

const listen = () => feed.listen((batch) => told.push(batch))
const idsOf = ({ changes }: LiveBatch) => changes.map((change) => 'id' in change && change.id)

function happen(...ids: string[]) {
  happenAt(feed, ...ids)
}

function happenAt(where: LiveFeed, ...ids: string[]) {
  for (const id of ids) where.onEvent(changed(id))
}

test('changes are told together, numbered without holes, as JSON made once', async () => {
  listen()
  happen('a', 'b')
  expect(told).toEqual([])
  await clock.advance(250)
  happen('c')
  await clock.advance(250)
  expect(told.map(idsOf)).toEqual([['a', 'b'], ['c']])
  expect(told[1]!.from).toBe(told[0]!.to + 1)
  expect(told[0]!.json()).toBe(told[0]!.json())
  expect(JSON.parse(told[0]!.json())[0]).toEqual({
    type: 'task_changed',
    id: 'a',
    change: 'updated',
    at: new Date(clock.now() - 500).toISOString(),
  })
})

test('what batches of the store do is nobody’s business', async () => {
  listen()
  feed.onEvent({ type: 'batch', leg: 'plan', size: 1, ms: 1 })
  feed.onEvent({ type: 'batch', leg: 'plan', size: 1, ms: 1 })
  await clock.advance(250)
  expect(told).toEqual([])
})

test('of a flood the latest are told, and the numbers show that some are missing', async () => {
  listen()
  const before = feed.last
  for (let at = 0; at < 10_000; at++) happen(String(at))
  await clock.advance(250)
  expect([told.length, told[0]!.changes.length, idsOf(told[0]!).at(-1)]).toEqual([1, 500, '9999'])
  expect([told[0]!.from, told[0]!.to]).toEqual([before + 9_501, before + 10_000])
})

test('a reader that comes back within a minute gets what it missed, though nobody listened', async () => {
  const stop = listen()
  happen('a')
  await clock.advance(250)
  const seen = feed.last
  stop()
  happen('b', 'c')
  await clock.advance(59_000)
  expect(idsOf(feed.since(seen)!)).toEqual(['b', 'c'])
})

test('a reader that was away for longer, or comes from an earlier life of the server, is told that it missed some', async () => {
  const stop = listen()
  stop()
  const seen = feed.last
  await clock.advance(60_001)
  happen('a')
  expect(feed.since(seen)).toBeNull()
  expect(feed.since(feed.last)).toMatchObject({ changes: [] })
  expect(feed.since(seen - 5_000)).toBeNull()
  expect(feed.since(feed.last + 1)).toBeNull()
})

test('a second reader does not delay the first, and is not told what happened before it came', async () => {
  listen()
  happen('a')
  const second: LiveBatch[] = []
  feed.listen((batch) => second.push(batch))
  expect(told.map(idsOf)).toEqual([['a']])
  happen('b')
  await clock.advance(250)
  expect(second.map(idsOf)).toEqual([['b']])
})

describe('several servers', () => {
  let other: LiveFeed
  beforeEach(() => {
    other = join()
  })

  test('a reader hears what happens on others, numbered in one row with what happens here', async () => {
    listen()
    await clock.advance(0)
    happen('here')
    happenAt(other, 'a', 'b')
    await clock.advance(600)
    expect(told.flatMap(idsOf)).toEqual(['here', 'a', 'b'])
    expect(told[1]!.from).toBe(told[0]!.to + 1)
  })

  test('what others hear is not told again to those who said it', async () => {
    const elsewhere: LiveBatch[] = []
    listen()
    other.listen((batch) => elsewhere.push(batch))
    await clock.advance(0)
    happen('once')
    await clock.advance(10_000)
    expect([told.flatMap(idsOf), elsewhere.flatMap(idsOf)]).toEqual([['once'], ['once']])
  })

  test('whether a server is degraded is not told by another', async () => {
    listen()
    await clock.advance(0)
    other.onEvent({ type: 'degraded', reason: 'disk full' })
    other.onEvent({ type: 'recovered' })
    await clock.advance(600)
    expect(told).toEqual([])
  })

  test('of a flood elsewhere the latest are told, and the numbers show that some are missing', async () => {
    listen()
    await clock.advance(0)
    const before = feed.last
    for (let at = 0; at < 10_000; at++) happenAt(other, String(at))
    await clock.advance(600)
    expect([told.length, told[0]!.changes.length, idsOf(told[0]!).at(-1)]).toEqual([1, 500, '9999'])
    expect(told[0]!.from).toBeGreaterThan(before + 1)
  })

  test('a gap tells what came before it, then that something is missing, then what comes after', async () => {
    const relay = new TestRelay()
    feed = new LiveFeed(clock, relay)
    listen()
    happen('before')
    const before = feed.last
    relay.tell({ changes: [], hasGap: true })
    await clock.advance(250)
    expect(told.map(idsOf)).toEqual([['before'], []])
    expect([told[0]!.to, told[1]!.from, told[1]!.to]).toEqual([before, before + 2, before + 1])
    happen('after')
    await clock.advance(250)
    expect(told[2]).toMatchObject({ from: before + 2, to: before + 2 })
    expect(feed.since(before)).toBeNull()
    expect(idsOf(feed.since(before + 1)!)).toEqual(['after'])
  })

  test('a reader that comes back within a minute gets what it missed elsewhere; afterwards nobody asks others', async () => {
    const relay = new TestRelay()
    feed = new LiveFeed(clock, relay)
    const stop = listen()
    stop()
    const seen = feed.last
    relay.tell({ changes: [{ type: 'task_changed', id: 'elsewhere', change: 'updated', at: '' }], hasGap: false })
    expect(idsOf(feed.since(seen)!)).toEqual(['elsewhere'])
    await clock.advance(60_001)
    expect(relay.listener).toBeNull()
    expect(feed.since(seen + 1)).toBeNull()
  })

  test('while nobody listens anywhere nothing is sent', async () => {
    const relay = new TestRelay()
    feed = new LiveFeed(clock, relay)
    happen('unheard')
    await clock.advance(1_000)
    expect(relay.sent).toEqual([])
    relay.isWanted = true
    happen('heard')
    await clock.advance(250)
    expect(relay.sent).toMatchObject([{ changes: [{ id: 'heard' }], hasGap: false }])
  })
})

/** The others, as a test plays them. */
class TestRelay implements ChangeRelay {
  isWanted = false
  listener: ((message: RelayedChanges) => void) | null = null
  readonly sent: RelayedChanges[] = []

  send(_no: number, message: RelayedChanges) {
    this.sent.push(message)
  }

  want(listener: (message: RelayedChanges) => void) {
    this.listener = listener
    return () => {
      this.listener = null
    }
  }

  tell(message: RelayedChanges) {
    this.listener!(message)
  }
}
