import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import type { FollowOptions } from './follow.ts'
import { createClient } from './index.ts'
import { readEvents } from './sse.ts'
import { type Answer, events, fakeFetch, json } from './testing/fake-fetch.ts'

const line = (no: number) => ({ no, message: `line ${no}`, stream: 'stdout' })

function lines(from: number, to: number): string {
  const rows = Array.from({ length: to - from + 1 }, (_, index) => line(from + index))
  return `id: ${to}\nevent: lines\ndata: ${JSON.stringify(rows)}\n\n`
}

const END = 'event: end\ndata: {"status":"success"}\n\n'

/** Follows to the end, letting time pass whenever the follower waits. */
async function follow(answers: Answer[], options: Pick<FollowOptions, 'from' | 'onUnfinished'> = {}) {
  const clock = new ManualClock()
  const { fetch, seen } = fakeFetch(...answers)
  const client = createClient({ url: 'http://rota.test', token: 't', fetch, clock })
  const numbers: number[] = []
  let attempts = 0
  let isOver = false
  const read = async () => {
    const onReconnect = () => {
      attempts++
    }
    for await (const { no } of client.executions.follow('e1', { ...options, onReconnect })) numbers.push(no)
  }
  const done = read().finally(() => {
    isOver = true
  })
  done.catch(() => {})
  while (!isOver) {
    await clock.advance(10_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await done
  return { numbers, seen, attempts }
}

test('lines come in order until the execution ends', async () => {
  const { numbers, attempts } = await follow([events(lines(0, 2), lines(3, 3), END)])
  expect(numbers).toEqual([0, 1, 2, 3])
  expect(attempts).toBe(0)
})

test('a broken connection is taken up where it stopped, and no line comes twice', async () => {
  const { numbers, seen, attempts } = await follow([events(lines(0, 2)), events(lines(2, 4), END)])
  expect(numbers).toEqual([0, 1, 2, 3, 4])
  expect(attempts).toBe(1)
  expect(seen[1]!.headers['last-event-id']).toBe('2')
})

test('a server that is restarting is waited for', async () => {
  const refused = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
  const { numbers, attempts } = await follow([events(lines(0, 0)), refused, json({}, 503), events(lines(1, 1), END)])
  expect(numbers).toEqual([0, 1])
  expect(attempts).toBe(3)
})

test('a refusal is not tried again', async () => {
  await expect(follow([json({ detail: 'There is no execution e1.' }, 404)])).rejects.toMatchObject({ status: 404 })
})

test('a server that stays away is given up', async () => {
  const refusals = Array.from({ length: 30 }, () => new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))
  await expect(follow(refusals)).rejects.toMatchObject({ name: 'UnreachableError' })
})

test('lines that the server dropped for a slow reader are fetched from the log', async () => {
  const resync = 'id: 5\nevent: resync\ndata: {"logs":[],"skipped":{"from":2,"to":5,"count":4}}\n\n'
  const { numbers, seen } = await follow([
    events(lines(0, 1), resync, lines(6, 6), END),
    json({ logs: [line(2), line(3)], total: 7 }),
    json({ logs: [line(4), line(5)], total: 7 }),
  ])
  expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(seen[1]).toMatchObject({ path: '/api/scheduler/executions/e1/logs', query: { from: '2', limit: '4' } })
})

test('following may begin in the middle', async () => {
  const { numbers, seen } = await follow([events(lines(7, 8), END)], { from: 7 })
  expect(numbers).toEqual([7, 8])
  expect(seen[0]!.query.from).toBe('7')
})

test('an unfinished line is told between the lines, and nothing stands any more when the connection is lost', async () => {
  const told: (string | null)[] = []
  const onUnfinished = (unfinished: { message: string } | null) => told.push(unfinished?.message ?? null)
  const stands = (message: string) =>
    `event: unfinished\ndata: ${JSON.stringify({ stream: 'stdout', message, since: '2026-01-01T00:00:00.000Z' })}\n\n`
  const cleared = 'event: unfinished\ndata: null\n\n'
  const { numbers } = await follow(
    [events(lines(0, 0), stands('10 %'), cleared, lines(1, 1), stands('half')), events(lines(2, 2), END)],
    { onUnfinished },
  )
  expect(numbers).toEqual([0, 1, 2])
  expect(told).toEqual(['10 %', null, 'half', null])
})

test('aborting ends a follower that waits to connect again', async () => {
  const abort = new AbortController()
  const { fetch } = fakeFetch(events(lines(0, 0)))
  const client = createClient({ url: 'http://rota.test', fetch, clock: new ManualClock() })
  const onReconnect = () => queueMicrotask(() => abort.abort(new Error('enough')))
  const reading = (async () => {
    for await (const _ of client.executions.follow('e1', { signal: abort.signal, onReconnect }));
  })()
  await expect(reading).rejects.toThrow('enough')
})

test('events are read whatever pieces the network makes of them', async () => {
  const text = ': hello\r\nid: 1\r\nevent: lines\r\ndata: [1,\r\ndata: 2]\r\n\r\nretry: 9\n\ndata: é\n\ndata: cut off'
  const bytes = new TextEncoder().encode(text)
  for (let size = 1; size < 12; size++) {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size))
    const found = await Array.fromAsync(readEvents(ReadableStream.from(pieces) as ReadableStream<Uint8Array>))
    expect(found).toEqual([
      { event: 'lines', data: '[1,\n2]', id: '1', retry: null },
      { event: 'message', data: '', id: null, retry: 9 },
      { event: 'message', data: 'é', id: null, retry: null },
    ])
  }
})
