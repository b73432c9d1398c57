import { expect, test } from 'vitest'
import { connectedRig, nodeRig } from './testing/rig.ts'

test('a node greets with its facts and what it has in hand, and then sends heartbeats as often as it is told', async () => {
  const { node, wire, clock } = nodeRig()
  node.start()
  wire().events.opened()
  expect(wire().said).toMatchObject([{ kind: 'hello', versions: [1], node: { id: 'n1' }, running: [], session: 's1' }])
  wire().welcome({ heartbeatMs: 2_000 })
  await clock.advance(4_000)
  // One at once, so that its load is known before the first order.
  expect(wire().said.filter(({ kind }) => kind === 'heartbeat')).toHaveLength(3)
  expect(wire().said.at(-1)).toMatchObject({ usage: { cpu: 0.5, gpu: null }, running: [], clock: clock.now() })
})

test('a server that says nothing for its own silence is left, and connected to anew', async () => {
  const { wires, clock, told } = connectedRig()
  await clock.advance(14_999)
  expect(wires[0]!.isClosed).toBe(false)
  await clock.advance(1)
  expect(wires[0]!.isClosed).toBe(true)
  expect(told.at(-1)).toMatchObject({ kind: 'interrupted', why: 'The server has said nothing for 15000 ms.' })
  await clock.advance(1_000)
  expect(wires).toHaveLength(2)
})

test('any word of the server counts as a sign of life', async () => {
  const { wires, wire, clock } = connectedRig()
  await clock.advance(10_000)
  wire().say({ kind: 'heard', state: 'ready', reason: '', now: clock.now(), drop: [] })
  await clock.advance(10_000)
  expect(wires[0]!.isClosed).toBe(false)
})

test('a server that takes the greeting and never answers it is left as well', async () => {
  const { node, wires, wire, clock } = nodeRig()
  node.start()
  wire().events.opened()
  await clock.advance(15_000)
  expect(wires[0]!.isClosed).toBe(true)
})

test('delays between connections double up to half a minute, and begin anew after a good one', async () => {
  const { node, wires, wire, clock, told } = nodeRig()
  node.start()
  const delays: number[] = []
  for (let i = 0; i < 8; i++) {
    wire().events.closed({ why: 'refused', status: null })
    const { retryMs } = told.at(-1) as { retryMs: number }
    delays.push(retryMs)
    await clock.advance(retryMs)
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  wire().welcome()
  await clock.advance(10_000)
  wire().events.closed({ why: 'restart', status: null })
  expect(told.at(-1)).toMatchObject({ retryMs: 500 })
  expect(wires.length).toBe(9)
})

test('no two nodes come back at the same moment', async () => {
  const delayOf = (random: number) => {
    const { node, wire, told } = nodeRig({ random: () => random })
    node.start()
    wire().events.closed({ why: 'refused', status: null })
    return (told.at(-1) as { retryMs: number }).retryMs
  }
  expect([0, 0.5, 1].map(delayOf)).toEqual([500, 750, 1_000])
})

test('what an earlier connection still says is not heard', async () => {
  const { wires, clock, attempts } = connectedRig()
  wires[0]!.events.closed({ why: 'cut', status: null })
  await clock.advance(1_000)
  wires[1]!.welcome()
  wires[0]!.order('e')
  expect(attempts).toHaveLength(0)
})

test('a refusal for good ends the node, any other is tried again', async () => {
  const { node, wire, wires, clock, told } = nodeRig()
  node.start()
  wire().events.opened()
  wire().say({ kind: 'refused', code: 'too_many', why: 'there are 1000 nodes', isFinal: false })
  await clock.advance(2_000)
  expect(wires).toHaveLength(2)
  wire().events.opened()
  wire().say({ kind: 'refused', code: 'version', why: 'bring it up to date', isFinal: true })
  expect(await node.ended).toMatchObject({ kind: 'turned_away', turned: { code: 'version' } })
  await clock.advance(60_000)
  expect(wires).toHaveLength(2)
  expect(told.filter(({ kind }) => kind === 'turned_away')).toHaveLength(2)
})

test('a status that no trying again mends ends the node', async () => {
  const { node, wire, clock } = nodeRig({ isHopeless: (status) => status === 401 })
  node.start()
  wire().events.closed({ why: 'HTTP 401', status: 401 })
  expect(await node.ended).toMatchObject({ kind: 'hopeless', closed: { status: 401 } })
  expect(clock.pendingTimers).toBe(0)
})

test.each([
  ['of an unknown kind', '{"kind":"sudo"}'],
  ['that is no JSON', 'order!'],
  ['that is nested without end', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['with an order that is none', '{"kind":"order","order":{}}'],
])('a frame %s ends the connection with that reason, and the next one is good', async (_, text) => {
  const { wires, wire, clock, told, attempts } = connectedRig()
  wire().events.said(text)
  expect(told.at(-1)).toMatchObject({ kind: 'interrupted' })
  expect((told.at(-1) as { why: string }).why).toContain('not in the agent protocol')
  await clock.advance(1_000)
  wire().welcome()
  wire().order('e')
  expect(wires).toHaveLength(2)
  expect(attempts).toHaveLength(1)
})

test('an order before the welcome ends the connection', async () => {
  const { node, wire, wires, attempts } = nodeRig()
  node.start()
  wire().events.opened()
  wire().order('e')
  expect(wires[0]!.isClosed).toBe(true)
  expect(attempts).toHaveLength(0)
})

test('a server that goes on in another version is left, with both named', () => {
  const { node, wire, told } = nodeRig()
  node.start()
  wire().welcome({ version: 2 })
  expect(node.isConnected).toBe(false)
  expect((told.at(-1) as { why: string }).why).toContain('version 2 of the agent protocol, this program version 1')
})

test('after a stop nothing is armed and nothing is dialled', async () => {
  const { node, wires, clock } = connectedRig()
  await node.stop({ graceMs: 1_000, reason: 'over' })
  await clock.advance(120_000)
  expect(wires).toHaveLength(1)
  expect(wires[0]!.said.at(-1)).toEqual({ kind: 'leaving', reason: 'over' })
  expect(clock.pendingTimers).toBe(0)
})
