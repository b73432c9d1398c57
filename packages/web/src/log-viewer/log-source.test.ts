import { afterEach, expect, test, vi } from 'vitest'
import { LogSource } from './log-source.ts'

vi.mock('../api/client.ts', () => ({
  api: { GET: async () => ({ logs: [], total: 0, next: null }) },
  data: (answer: unknown) => answer,
}))

/** The stream of a server, in the hands of a test. */
class FakeEvents extends EventTarget {
  static last: FakeEvents
  onopen = () => {}
  onerror = () => {}
  isClosed = false

  constructor() {
    super()
    FakeEvents.last = this
  }

  close() {
    this.isClosed = true
  }

  say(event: string, data: unknown) {
    this.dispatchEvent(Object.assign(new Event(event), { data: JSON.stringify(data) }))
  }
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function opened() {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeEvents)
  const source = new LogSource('e1')
  await source.open()
  const drawn = () => {
    vi.advanceTimersByTime(200)
    return source.snapshot()
  }
  return { source, events: FakeEvents.last, drawn }
}

const STANDS = { stream: 'stdout', message: '10 %', since: '2026-01-01T00:00:00.000Z' }

test('an unfinished line stands until another replaces it or the server clears it, and is no line of the log', async () => {
  const { source, events, drawn } = await opened()
  events.say('unfinished', STANDS)
  expect(drawn()).toMatchObject({ unfinished: STANDS, total: 0 })
  events.say('unfinished', { ...STANDS, message: '20 %' })
  expect(drawn()).toMatchObject({ unfinished: { message: '20 %' } })
  events.say('unfinished', null)
  events.say('lines', [{ no: 0, message: '20 % done' }])
  expect(drawn()).toMatchObject({ unfinished: null, total: 1 })
  source.close()
})

test('what stands unfinished is unknown once the connection is lost, and over with the execution', async () => {
  const { source, events, drawn } = await opened()
  events.say('unfinished', STANDS)
  events.onerror()
  expect(drawn()).toMatchObject({ unfinished: null, state: 'reconnecting' })
  events.say('unfinished', STANDS)
  events.say('end', { status: 'success' })
  expect(drawn()).toMatchObject({ unfinished: null, state: 'ended' })
  source.close()
  expect(events.isClosed).toBe(true)
})
