import { expect, test } from 'vitest'
import type { Journal } from './journal.ts'
import { connectedRig, line, nodeRig, SUCCESS } from './testing/rig.ts'

test('an order is acknowledged, what it says is told in order, and its end comes last', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('e')
  const [attempt] = attempts
  attempt!.sink.lines([line('a'), line('b')])
  attempt!.sink.progress(150, 'far')
  attempt!.sink.unfinished({ stream: 'stdout', text: 'c', since: 1 })
  attempt!.sink.lines([line('c')])
  await attempt!.end()
  expect(wire().told).toEqual([
    '1 acked',
    '2 lines 0+2',
    '3 progress',
    '4 unfinished',
    '5 lines 2+1',
    '6 ended success',
  ])
  expect(wire().news[2]).toMatchObject({ owner: 'i1', news: { percent: 100, message: 'far' } })
})

test('beyond its capacity a node is busy, and has room again after an end', async () => {
  const { wire, attempts } = connectedRig({ capacity: 1 })
  wire().order('a')
  wire().order('b')
  expect(wire().told).toEqual(['1 acked', '1 refused busy'])
  await attempts[0]!.end()
  wire().order('b')
  expect(wire().told.at(-1)).toBe('1 acked')
})

test.each([
  ['of a type that nobody runs here', { type: 'cobol' }, {}, 'unsupported'],
  ['that is late already', {}, { beginWithinMs: 0 }, 'late'],
  ['whose deadline has passed by the server’s clock', { deadline: Date.UTC(2026, 0, 1) + 3_599_000 }, {}, 'late'],
])('an order %s is refused', (_, more, frame, refusal) => {
  const { node, wire, attempts } = nodeRig()
  node.start()
  // The server's clock is an hour ahead of the node's.
  wire().welcome({ now: Date.UTC(2026, 0, 1) + 3_600_000 })
  wire().order('e', more, frame)
  expect(wire().told).toEqual([`1 refused ${refusal}`])
  expect(attempts).toHaveLength(0)
})

test('a node whose clock is an hour wrong tells instants in the server’s time, and is not late for it', () => {
  const { node, wire, attempts } = nodeRig()
  node.start()
  wire().welcome({ now: Date.UTC(2026, 0, 1) - 3_600_000 })
  wire().order('e', { deadline: Date.UTC(2026, 0, 1) - 3_590_000 })
  attempts[0]!.sink.lines([{ ...line('a'), at: Date.UTC(2026, 0, 1) }])
  expect(wire().news.at(-1)).toMatchObject({ news: { lines: [{ at: Date.UTC(2026, 0, 1) - 3_600_000 }] } })
})

test('an order under an older fence is refused, also when the newer one has ended', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('e', { fence: 7 })
  await attempts[0]!.end()
  wire().gotAll()
  wire().order('e', { fence: 6 })
  expect(wire().told.at(-1)).toBe('1 refused stale_fence')
})

test('an order under a newer fence ends the older attempt, of which nothing is told any more', async () => {
  const { wire, attempts, node } = connectedRig()
  wire().order('e', { fence: 1 })
  wire().order('e', { fence: 2 })
  expect(attempts[0]!.cancelled).toHaveLength(1)
  attempts[0]!.sink.lines([line('ghost')])
  expect(node.running).toBe(2)
  await attempts[0]!.end()
  expect(node.running).toBe(1)
  expect(wire().told).toEqual(['1 acked', '1 acked'])
})

test('the same order twice runs once, and is acknowledged again', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('e')
  wire().gotAll()
  wire().order('e')
  expect(attempts).toHaveLength(1)
  expect(wire().told).toEqual(['1 acked', '2 acked'])
  await attempts[0]!.end()
  wire().gotAll()
  wire().order('e', {}, { owner: 'i2' })
  expect(attempts).toHaveLength(1)
  expect(wire().news.at(-1)).toMatchObject({ owner: 'i2', number: 4, news: { kind: 'ended', outcome: SUCCESS } })
})

test('a cancellation reaches the attempt; one that comes before its order ends that before it begins', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('a')
  wire().say({ kind: 'cancel', executionId: 'a', fence: 1, reason: 'by ann' })
  expect(attempts[0]!.cancelled).toEqual(['by ann'])
  wire().say({ kind: 'cancel', executionId: 'b', fence: 1, reason: 'too early' })
  wire().order('b')
  expect(attempts).toHaveLength(1)
  expect(wire().told.slice(1)).toEqual(['1 acked', '2 ended cancelled'])
})

test('an executor that breaks down ends its attempt, and not the node', () => {
  const carrier = {
    problem: () => null,
    carry() {
      throw new Error('bug')
    },
  }
  const { wire } = connectedRig({ carrier })
  wire().order('e')
  expect(wire().told).toEqual(['1 acked', '2 ended error'])
})

test('what nobody has confirmed is said again after an interruption, under the same numbers', async () => {
  const { wires, wire, clock, attempts } = connectedRig()
  wire().order('e')
  attempts[0]!.sink.lines([line('a')])
  wire().say({ kind: 'got', executionId: 'e', fence: 1, number: 1 })
  wire().events.closed({ why: 'cut', status: null })
  await clock.advance(1_000)
  wire().events.opened()
  expect(wires[1]!.said[0]).toMatchObject({ running: [{ executionId: 'e', fence: 1, lease: '{n1}:e' }] })
  wire().welcome()
  expect(wires[1]!.told).toEqual(['2 lines 0+1'])
})

test('while no server is there an attempt runs on, its lines wait, and are told once with its end', async () => {
  const { wire, clock, attempts } = connectedRig()
  wire().order('e')
  wire().gotAll()
  wire().events.closed({ why: 'cut', status: null })
  expect(attempts[0]!.sink.lines([line('a'), line('b')])).toBe(true)
  attempts[0]!.sink.progress(10, null)
  attempts[0]!.sink.progress(90, 'nearly')
  await attempts[0]!.end()
  await clock.advance(1_000)
  wire().welcome()
  expect(wire().told).toEqual(['2 lines 0+2', '3 progress', '4 ended success'])
  expect(wire().news[1]).toMatchObject({ news: { percent: 90 } })
})

test('of output beyond the spool head and tail stay, and the cut is told in its place', async () => {
  const { wire, clock, attempts } = connectedRig()
  wire().order('e')
  wire().gotAll()
  wire().events.closed({ why: 'cut', status: null })
  for (let i = 0; i < 1_000; i++) attempts[0]!.sink.lines([line(`line ${i}`)])
  await attempts[0]!.end()
  await clock.advance(1_000)
  wire().welcome()
  const lines = wire().news.flatMap(({ news }) => (news.kind === 'lines' ? news.lines : []))
  const mark = lines.findIndex(({ stream }) => stream === 'system')
  expect(lines[0]!.text).toBe('line 0')
  expect(lines[mark - 1]!.text).toBe(`line ${mark - 1}`)
  expect(lines[mark]!.text).toMatch(/^… \d+ bytes \((\d+) lines\) of output were cut here/)
  const cut = Number(/\((\d+) lines/.exec(lines[mark]!.text)![1])
  expect(lines.length - 1 + cut).toBe(1_000)
  expect(lines.at(-1)!.text).toBe('line 999')
  const ended = wire().news.at(-1)!.news
  expect(ended.kind === 'ended' && ended.outcome.droppedLogBytes).toBeGreaterThan(0)
})

test('whoever prints waits while the server is behind, and goes on when it has caught up', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('e')
  const { sink } = attempts[0]!
  const flood = Array.from({ length: 120 }, () => line('x'.repeat(10_000)))
  expect(sink.lines(flood)).toBe(false)
  let isDrained = false
  const drained = sink.drained().then(() => {
    isDrained = true
  })
  await new Promise(setImmediate)
  expect(isDrained).toBe(false)
  wire().gotAll()
  await drained
  expect(sink.lines([line('y')])).toBe(true)
})

test('`hold` stops lines until `go_on`, and not for a server that knows nothing of it', async () => {
  const { wire, clock, attempts } = connectedRig()
  wire().order('e')
  const { sink } = attempts[0]!
  wire().say({ kind: 'hold', executionId: 'e', fence: 1 })
  expect(sink.lines([line('a')])).toBe(false)
  expect(wire().told).toEqual(['1 acked'])
  wire().say({ kind: 'go_on', executionId: 'e', fence: 1 })
  await sink.drained()
  expect(wire().told).toEqual(['1 acked', '2 lines 0+1'])
  wire().say({ kind: 'hold', executionId: 'e', fence: 1 })
  wire().events.closed({ why: 'restart', status: null })
  await sink.drained()
  await clock.advance(1_000)
  wire().welcome()
  expect(sink.lines([line('b')])).toBe(true)
})

test('a new owner gets the lines that it lacks and the end, under its name', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('e')
  attempts[0]!.sink.lines([line('a'), line('b')])
  attempts[0]!.sink.lines([line('c')])
  await attempts[0]!.end()
  const before = wire().news.length
  wire().say({ kind: 'resume', executionId: 'e', fence: 1, owner: 'i2', lines: 1 })
  const again = wire().news.slice(before)
  expect(again.every(({ owner }) => owner === 'i2')).toBe(true)
  expect(wire().told.slice(before)).toEqual(['1 acked', '2 lines 1+1', '3 lines 2+1', '4 ended success'])
  expect(again[1]).toMatchObject({ news: { lines: [line('b')] } })
})

test('what a new owner is told has numbers without a gap', () => {
  const { wire, attempts } = connectedRig()
  wire().order('e')
  const { sink } = attempts[0]!
  sink.lines([line('a')])
  sink.progress(10, null)
  sink.lines([line('b')])
  sink.lines([line('c')])
  const before = wire().news.length
  wire().say({ kind: 'resume', executionId: 'e', fence: 1, owner: 'i2', lines: 2 })
  expect(wire().told.slice(before)).toEqual(['5 lines 2+1'])
})

test('what is not confirmed is said again after a while, and then less and less often', async () => {
  const { wire, clock, attempts } = connectedRig({})
  wire().order('e')
  attempts[0]!.sink.lines([line('a')])
  const counts: number[] = []
  for (let i = 0; i < 8; i++) {
    await clock.advance(5_000)
    wire().say({ kind: 'heard', state: 'ready', reason: '', now: clock.now(), drop: [] })
    counts.push(wire().told.filter((told) => told === '2 lines 0+1').length)
  }
  expect(counts).toEqual([2, 2, 3, 3, 3, 3, 4, 4])
  wire().say({ kind: 'got', executionId: 'e', fence: 1, number: 2 })
  const before = wire().told.length
  for (let i = 0; i < 20; i++) {
    await clock.advance(5_000)
    wire().say({ kind: 'heard', state: 'ready', reason: '', now: clock.now(), drop: [] })
  }
  expect(wire().told.length).toBe(before)
})

test('another offer of what runs here ends that first, and begins only then', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('e')
  wire().order('e', {}, { lease: '{n1}:other' })
  expect(attempts[0]!.cancelled).toHaveLength(1)
  expect(wire().told).toEqual(['1 acked', '1 refused busy'])
  await attempts[0]!.end()
  wire().order('e', {}, { lease: '{n1}:third' })
  expect(attempts).toHaveLength(2)
  expect(wire().told).toEqual(['1 acked', '1 refused busy', '1 acked'])
})

test('a new owner is told the end again that the one before had taken, and of what is unheard of that it is lost', async () => {
  const { wire, attempts } = connectedRig()
  wire().order('e')
  await attempts[0]!.end()
  wire().gotAll()
  wire().say({ kind: 'resume', executionId: 'e', fence: 1, owner: 'i2', lines: 0 })
  expect(wire().news.at(-1)).toMatchObject({ owner: 'i2', number: 3, news: { outcome: SUCCESS } })
  wire().say({ kind: 'resume', executionId: 'never', fence: 3, owner: 'i2', lines: 5 })
  expect(wire().news.at(-1)).toMatchObject({ executionId: 'never', news: { outcome: { failure: 'lost' } } })
})

test.each([
  ['the welcome', 'welcome'],
  ['the answer to a heartbeat', 'heard'],
] as const)('what is dropped by %s is ended without a word, and takes room until it has', async (_, by) => {
  const { wire, clock, attempts, node } = connectedRig({ capacity: 1 })
  wire().order('e')
  wire().gotAll()
  const drop = [{ executionId: 'e', fence: 1, lease: '{n1}:e' }]
  if (by === 'welcome') {
    wire().events.closed({ why: 'cut', status: null })
    await clock.advance(1_000)
    wire().welcome({ drop })
  } else wire().say({ kind: 'heard', state: 'ready', reason: '', now: clock.now(), drop })
  expect(attempts[0]!.cancelled).toHaveLength(1)
  const told = wire().told.length
  attempts[0]!.sink.lines([line('ghost')])
  wire().order('f')
  expect(wire().told.slice(told)).toEqual(['1 refused busy'])
  await attempts[0]!.end()
  expect(node.running).toBe(0)
  expect(wire().told.slice(told)).toEqual(['1 refused busy'])
})

test('a drained node takes nothing new, and does again when it is no more', () => {
  const { wire } = connectedRig()
  wire().say({ kind: 'drain', isDraining: true })
  wire().order('a')
  wire().say({ kind: 'drain', isDraining: false })
  wire().order('b')
  expect(wire().told).toEqual(['1 refused draining', '1 acked'])
})

test('a node that stops waits for what runs, ends the rest after its grace, and leaves when all is taken', async () => {
  const { node, wire, clock, attempts } = connectedRig()
  wire().order('a')
  wire().order('b')
  const stopped = node.stop({ graceMs: 10_000, reason: 'by systemd' })
  expect(wire().said.at(-1)).toEqual({ kind: 'leaving', reason: 'by systemd' })
  wire().order('c')
  expect(wire().told.at(-1)).toBe('1 refused draining')
  await attempts[0]!.end()
  await clock.advance(9_999)
  expect(attempts[1]!.cancelled).toEqual([])
  await clock.advance(1)
  expect(attempts[1]!.cancelled).toEqual(['by systemd'])
  await attempts[1]!.end({ ...SUCCESS, status: 'cancelled' })
  expect(wire().isClosed).toBe(false)
  wire().gotAll()
  await stopped
  expect(wire().isClosed).toBe(true)
})

test('what an earlier start had in hand is reported once: its end, or that it is lost', () => {
  const written: string[] = []
  const journal: Journal = {
    accepted: ({ executionId }) => written.push(`accepted ${executionId}`),
    ended: ({ executionId }) => written.push(`ended ${executionId}`),
    forgotten: ({ executionId }) => written.push(`forgotten ${executionId}`),
  }
  const restored = [
    { executionId: 'done', fence: 1, lease: 'l1', owner: 'i1', outcome: SUCCESS, restarts: 1 },
    { executionId: 'ran', fence: 2, lease: 'l2', owner: 'i1', outcome: null, restarts: 2 },
  ]
  const { node, wire } = nodeRig({ journal, restored })
  node.start()
  wire().events.opened()
  expect(wire().said[0]).toMatchObject({ running: [{ executionId: 'done' }, { executionId: 'ran' }] })
  wire().welcome()
  expect(wire().told).toEqual(['1000000001 ended success', '2000000001 ended lost'])
  wire().gotAll()
  expect(written).toEqual(['forgotten done', 'forgotten ran'])
  expect(node.running).toBe(0)
})

test('what is in hand is written down before it begins, and struck out when its end is taken', async () => {
  const written: string[] = []
  const journal: Journal = {
    accepted: ({ executionId }, owner) => written.push(`accepted ${executionId} of ${owner}`),
    ended: ({ executionId }, { status }) => written.push(`ended ${executionId} ${status}`),
    forgotten: ({ executionId }) => written.push(`forgotten ${executionId}`),
  }
  const { wire, attempts } = connectedRig({ journal })
  wire().order('e')
  wire().order('x', { type: 'cobol' })
  await attempts[0]!.end()
  expect(written).toEqual(['accepted e of i1', 'ended e success'])
  wire().gotAll()
  expect(written.slice(2)).toEqual(['forgotten e'])
})
