// Long because: it holds all that is promised of work on nodes, on one rig.
import type { AttemptNews, RunOutcome, TaskInput } from '@rota/core'
import { ANN, EngineRig } from '@rota/testkit/engine-rig'
import { ScriptedNode } from '@rota/testkit/scripted-node'
import { afterEach, expect, test } from 'vitest'

let rig: EngineRig
afterEach(() => rig.crash())

async function started(settings = {}): Promise<EngineRig> {
  rig = new EngineRig({ nodes: { slowStartMs: 0, ...settings } })
  await rig.start()
  return rig
}

async function joined(
  facts: ConstructorParameters<typeof ScriptedNode>[0] = {},
  isWilling = false,
): Promise<ScriptedNode> {
  const node = new ScriptedNode(facts)
  node.isWilling = isWilling
  await node.connect(rig.engine)
  await rig.advance(10)
  return node
}

/** Asks for a job on a node; answers its id. */
async function submit(target: Partial<TaskInput['target']> = {}, more: object = {}): Promise<string> {
  const job = { type: 'scripted', payload: {}, target: { kind: 'node' as const, ...target }, ...more }
  const { id } = await rig.ask((engine) => engine.executions.submit(ANN, job))
  await rig.advance(10)
  return id
}

const SUCCESS: RunOutcome = {
  ...{ status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null, outputTail: '' },
  ...{ cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 },
}
const linesNews = (from: number, text: string): AttemptNews => ({
  kind: 'lines',
  from,
  lines: [{ at: 0, stream: 'stdout', text }],
})

const read = (id: string) => rig.engine.executions.get(ANN, id)
const linesOf = async (id: string) => (await rig.engine.executions.logs(ANN, id, {})).lines.map(({ text }) => text)
const placement = async (id: string) => (await rig.engine.executions.explain(ANN, id)).facts.placement as never

/** Heartbeats of nodes while time passes. */
async function live(ms: number, ...nodes: ScriptedNode[]) {
  for (let at = 0; at < ms; at += 4_000) {
    for (const node of nodes) node.beat()
    await rig.advance(Math.min(4_000, ms - at))
  }
}

test('a job for a node goes there, and what the node tells of it is log, state and end', async () => {
  await started()
  const node = await joined()
  const id = await submit()
  expect(node.last.order).toMatchObject({ executionId: id, type: 'scripted', fence: expect.any(Number) })
  expect(await read(id)).toMatchObject({ status: 'running', node_id: 'n1' })
  node.ack()
  node.print('one')
  node.print('two')
  node.end({ exitCode: 0, result: { rows: 3 } })
  await rig.advance(10)
  expect(await read(id)).toMatchObject({ status: 'success', node_id: 'n1', result: { rows: 3 }, attempt: 1 })
  expect(await linesOf(id)).toEqual(['one', 'two'])
  expect(node.given).toEqual([])
  expect(rig.runs).toEqual([])
  const { steps, ...facts } = (await placement(id)) as { steps: { step: string }[] }
  expect(facts).toMatchObject({ node: 'n1', strategy: 'random', fitting: 1, replays: true })
  expect(steps.map(({ step }) => step)).toEqual(['SELECTING', 'RESERVED', 'DISPATCHED', 'ACKED', 'DONE'])
})

test('without a node that fits it waits, says why, and starts when one joins', async () => {
  await started()
  const elsewhere = await joined({ id: 'other', labels: { zone: 'b' } })
  const id = await submit({ selector: 'zone=a' })
  expect(await read(id)).toMatchObject({ status: 'pending', node_id: null })
  expect(elsewhere.given).toEqual([])
  const why = await rig.engine.executions.explain(ANN, id)
  expect(why.summary.en).toContain('selector')
  expect(why.facts.placement).toMatchObject({ turned_away: { LABELS: 1 }, counterfactuals: [{ dropped: 'selector' }] })
  const node = await joined({ id: 'here', labels: { zone: 'a' } })
  await rig.advance(100)
  expect(node.last.order.executionId).toBe(id)
})

test('a node is given no more than it has room for; who waits goes on when room is free, first in rank first', async () => {
  await started()
  const node = await joined({ capacity: 1 })
  const first = await submit()
  const later = await submit()
  const urgent = await submit({}, { priority: 10 })
  expect(node.given.map(({ order }) => order.executionId)).toEqual([first])
  node.ack()
  node.end()
  await rig.advance(20)
  expect(node.given.map(({ order }) => order.executionId)).toEqual([urgent])
  node.ack()
  node.end()
  await rig.advance(20)
  expect(node.given.map(({ order }) => order.executionId)).toEqual([later])
})

test('of two tenants that wait for the same nodes, the one with little is not held up by the one with much', async () => {
  await started()
  const node = await joined({ capacity: 1 })
  const of = (tenantId: string) => ({ ...ANN, scope: { kind: 'tenant', tenantId } as const })
  const submitFor = async (tenant: string) => {
    const job = { type: 'scripted', payload: {}, target: { kind: 'node' as const } }
    const { id } = await rig.ask((engine) => engine.executions.submit(of(tenant), job))
    await rig.advance(5)
    return id
  }
  const much = [await submitFor('a'), await submitFor('a'), await submitFor('a'), await submitFor('a')]
  const little = await submitFor('b')
  const order: string[] = []
  for (let turn = 0; turn < 5; turn++) {
    order.push(node.last.order.executionId)
    node.ack()
    node.end()
    await rig.advance(20)
  }
  expect(order[0]).toBe(much[0])
  expect(order.indexOf(little)).toBeLessThanOrEqual(2)
})

test('an order that finds no answer goes to another node, and a late answer counts for nothing', async () => {
  await started()
  const deaf = await joined({ id: 'deaf' })
  const id = await submit({ strategy: 'least_loaded' })
  const given = deaf.last
  const other = await joined({ id: 'other' })
  await live(5_100, deaf, other)
  expect(other.last.order.executionId).toBe(id)
  deaf.ack(given)
  deaf.print('late', given)
  other.ack()
  other.end()
  await rig.advance(10)
  expect(await read(id)).toMatchObject({ status: 'success', node_id: 'other', attempt: 1 })
  expect(await linesOf(id)).toEqual([])
  expect(deaf.heard.some((frame) => frame.kind === 'cancel')).toBe(true)
})

test('a node that turns work away is asked again only after the others', async () => {
  await started()
  const busy = await joined({ id: 'busy' })
  const id = await submit()
  const other = await joined({ id: 'other' })
  busy.tell(busy.last, { kind: 'refused', refusal: 'busy', why: 'full' })
  await rig.advance(50)
  expect(other.last.order.executionId).toBe(id)
})

test('what an answer says twice counts once, and what is missing in between is waited for', async () => {
  await started()
  const node = await joined()
  const id = await submit()
  node.ack()
  node.print('one')
  node.sayAgain()
  const given = node.last
  given.told++
  node.print('three', given)
  await rig.advance(10)
  expect(await linesOf(id)).toEqual(['one'])
})

test('news are confirmed once they are kept, and an end only after it is', async () => {
  await started()
  const node = await joined()
  await submit()
  node.ack()
  node.print('one')
  await rig.advance(10)
  expect(node.last.confirmed).toBe(0)
  await rig.advance(1_000)
  expect(node.last.confirmed).toBe(2)
  rig.failing.add('settle')
  node.end()
  await rig.advance(10)
  expect(node.given).toHaveLength(1)
  rig.failing.clear()
  await rig.advance(1_000)
  expect(node.given).toHaveLength(0)
})

test('a cancellation reaches the node, also one that comes back only later', async () => {
  await started()
  const node = await joined()
  const id = await submit()
  node.ack()
  await rig.advance(10)
  node.cut()
  await rig.ask((engine) => engine.executions.cancel(ANN, id))
  expect(node.heard.some((frame) => frame.kind === 'cancel')).toBe(false)
  await node.connect(rig.engine)
  await rig.advance(10)
  expect(node.heard.some((frame) => frame.kind === 'cancel')).toBe(true)
  node.end({ status: 'cancelled', error: 'stopped' })
  await rig.advance(10)
  expect(await read(id)).toMatchObject({ status: 'cancelled' })
})

test('a connection that is cut and comes back loses nothing and doubles nothing', async () => {
  await started()
  const node = await joined()
  const id = await submit()
  node.ack()
  node.print('one')
  await rig.advance(10)
  node.cut()
  node.print('two')
  await node.connect(rig.engine)
  await rig.advance(10)
  node.end()
  await rig.advance(10)
  expect(await linesOf(id)).toEqual(['one', 'two'])
  expect(await read(id)).toMatchObject({ status: 'success', attempt: 1 })
})

test.each([
  ['restart', { status: 'running', node_id: 'other', attempt: 2 }],
  ['fail', { status: 'failed', failure: 'lost', attempt: 1 }],
] as const)('when its node is lost, work that says "%s" does', async (on_lost, expected) => {
  await started()
  const node = await joined()
  const id = await submit({ on_lost }, { retry: { max_attempts: 1 } })
  node.ack()
  await rig.advance(10)
  node.cut()
  const other = await joined({ id: 'other' })
  other.isWilling = true
  await live(30_000, other)
  expect(await read(id)).toMatchObject(expected)
})

test('what the program on a node has lost with its own end begins anew', async () => {
  await started()
  const node = await joined()
  const id = await submit({}, { retry: { max_attempts: 1 } })
  node.ack()
  node.end({ status: 'failed', failure: 'lost', error: 'It was killed.' })
  await rig.advance(50)
  expect(node.last.order).toMatchObject({ executionId: id, attempt: 2 })
  expect(await read(id)).toMatchObject({ status: 'running', attempts: [{ failure: 'lost', node_id: 'n1' }] })
})

test('work that waits for its node goes on when the node comes back, however late', async () => {
  await started()
  const node = await joined()
  const other = await joined({ id: 'other' })
  const id = await submit({ on_lost: 'wait', node_id: 'n1' })
  node.ack()
  await rig.advance(10)
  node.cut()
  await live(120_000, other)
  expect(await read(id)).toMatchObject({ status: 'running', node_id: 'n1' })
  await node.connect(rig.engine)
  await rig.advance(10)
  node.end()
  await rig.advance(10)
  expect(await read(id)).toMatchObject({ status: 'success', attempt: 1 })
})

test('a node that was started anew without its work has lost it, also where one would wait for it', async () => {
  await started()
  const node = await joined()
  const id = await submit({ on_lost: 'wait' }, { retry: { max_attempts: 1 } })
  node.ack()
  await rig.advance(10)
  node.cut()
  node.given.length = 0
  await node.connect(rig.engine)
  await rig.advance(10)
  expect(await read(id)).toMatchObject({ status: 'failed', failure: 'lost' })
})

test('a server that dies while a node works goes on with it after its restart: one attempt, each line once', async () => {
  await started()
  const node = await joined()
  const id = await submit()
  node.ack()
  node.print('one')
  await rig.advance(500)
  node.print('two')
  rig.crash()
  node.print('three')
  rig.reboot()
  await rig.start()
  expect(await read(id)).toMatchObject({ status: 'running', node_id: 'n1', attempt: 1 })
  await node.connect(rig.engine)
  await rig.advance(10)
  node.print('four')
  node.end({ result: 'done' })
  await rig.advance(10)
  expect(await read(id)).toMatchObject({ status: 'success', attempt: 1, result: 'done' })
  expect(await linesOf(id)).toEqual(['one', 'two', 'three', 'four'])
})

test('after a restart of the server, a node that does not come back has lost its work', async () => {
  await started()
  const node = await joined()
  const id = await submit({ on_lost: 'fail' }, { retry: { max_attempts: 1 } })
  node.ack()
  await rig.advance(10)
  rig.crash()
  rig.reboot()
  await rig.start()
  await rig.advance(40_000)
  expect(await read(id)).toMatchObject({ status: 'failed', failure: 'lost' })
})

test('an order that nobody sent before the server died is sent after its restart', async () => {
  await started()
  const node = await joined()
  await rig.advance(10)
  rig.failing.add('markStarted')
  const id = await submit()
  expect(node.given).toEqual([])
  rig.crash()
  rig.failing.clear()
  rig.reboot()
  await rig.start()
  await node.connect(rig.engine)
  await rig.advance(2_000)
  expect(node.last.order.executionId).toBe(id)
})

test('who finds no node within its time fails, and says so', async () => {
  await started()
  const id = await submit({ pool: 'nowhere', queue_timeout_seconds: 30 })
  await rig.advance(29_000)
  expect(await read(id)).toMatchObject({ status: 'pending' })
  await rig.advance(2_000)
  expect(await read(id)).toMatchObject({
    status: 'failed',
    failure: 'dispatch',
    error: expect.stringContaining('30 s'),
  })
})

test('a node that leaves takes nothing more and ends what it has', async () => {
  await started()
  const node = await joined({ capacity: 2 })
  const first = await submit()
  node.ack()
  node.leave('going home')
  await rig.advance(50)
  const second = await submit()
  expect(node.given).toHaveLength(1)
  node.end()
  await rig.advance(10)
  expect(await read(first)).toMatchObject({ status: 'success' })
  expect(await read(second)).toMatchObject({ status: 'pending' })
})

test('a node of another version of the protocol is told so', async () => {
  await started()
  const node = new ScriptedNode()
  await node.connect(rig.engine, [7])
  expect(node.heard).toMatchObject([{ kind: 'refused', code: 'version', isFinal: true }])
  expect(node.closed).toContain('version')
})

test('a shutdown of the server leaves work on nodes alone, and its next start goes on with it', async () => {
  await started()
  const node = await joined()
  const id = await submit()
  node.ack()
  await rig.advance(10)
  const stopping = rig.engine.stop({ graceMs: 1_000 })
  await rig.advance(2_000)
  await stopping
  expect(node.heard.some((frame) => frame.kind === 'cancel')).toBe(false)
  rig.reboot()
  await rig.start()
  await node.connect(rig.engine)
  node.end()
  await rig.advance(10)
  expect(await read(id)).toMatchObject({ status: 'success', attempt: 1 })
})

/** Three nodes that begin whatever they are given. */
async function three() {
  const nodes = [await joined({ id: 'a' }), await joined({ id: 'b' }), await joined({ id: 'c' })]
  for (const node of nodes) node.isWilling = true
  return nodes as [ScriptedNode, ScriptedNode, ScriptedNode]
}

test('a broadcast runs on every node that fits, so many at once, and tells how each part ended', async () => {
  await started()
  const nodes = await three()
  const id = await submit({ broadcast: { at_once: 2 } })
  await rig.advance(50)
  expect(nodes.map((node) => node.given.length)).toEqual([1, 1, 0])
  expect(nodes[1].last.order.env).toMatchObject({ ROTA_SHARD_INDEX: '1', ROTA_SHARD_COUNT: '3' })
  nodes[0].print('hello')
  nodes[0].end({ result: 1 })
  await rig.advance(50)
  expect(nodes.map((node) => node.given.length)).toEqual([0, 1, 1])
  nodes[1].end()
  nodes[2].end()
  await rig.advance(50)
  const { status, result } = await read(id)
  expect(status).toBe('success')
  expect(result).toMatchObject({ parts: [{ part: 'a', result: 1 }, { part: 'b' }, { part: 'c' }] })
  expect(await linesOf(id)).toEqual(['[a] hello'])
})

test('a broadcast stops after so many failures, and its retry runs only what has not succeeded', async () => {
  await started()
  const nodes = await three()
  const retry = { max_attempts: 2, delay_seconds: 10, on: ['exit_code' as const] }
  const id = await submit({ broadcast: { at_once: 1, stop_after: 1 } }, { retry })
  await rig.advance(50)
  nodes[0].end()
  await rig.advance(50)
  nodes[1].end({ status: 'failed', failure: 'exit_code', exitCode: 3, error: 'exit code 3' })
  await rig.advance(50)
  expect(nodes[2].given).toEqual([])
  expect(await read(id)).toMatchObject({ status: 'pending', attempt: 2, attempts: [{ failed_parts: ['b', 'c'] }] })
  await live(11_000, ...nodes)
  expect(nodes[0].given).toEqual([])
  nodes[1].end()
  await rig.advance(50)
  nodes[2].end()
  await rig.advance(50)
  expect(await read(id)).toMatchObject({ status: 'success', attempt: 2 })
})

test('shards are parts with a number each, on any node that has room', async () => {
  await started()
  const node = await joined({ capacity: 2 })
  node.isWilling = true
  const id = await submit({ shards: 3 })
  await rig.advance(50)
  expect(node.given.map(({ order }) => order.env.ROTA_SHARD_INDEX)).toEqual(['0', '1'])
  node.end({}, node.given[0]!)
  await rig.advance(2_500)
  expect(node.last.order.env).toMatchObject({ ROTA_SHARD_INDEX: '2', ROTA_SHARD_COUNT: '3' })
  for (const given of [...node.given]) node.end({}, given)
  await rig.advance(50)
  expect(await read(id)).toMatchObject({ status: 'success' })
})

test('cancelling a broadcast stops all of its parts, and begins no further one', async () => {
  await started()
  const nodes = await three()
  const id = await submit({ broadcast: { at_once: 2 } })
  await rig.advance(50)
  await rig.ask((engine) => engine.executions.cancel(ANN, id))
  for (const node of nodes.slice(0, 2)) {
    expect(node.heard.some((frame) => frame.kind === 'cancel')).toBe(true)
    node.end({ status: 'cancelled', error: 'stopped' })
  }
  await rig.advance(50)
  expect(nodes[2].given).toEqual([])
  expect(await read(id)).toMatchObject({ status: 'cancelled' })
})

test('what a node has in hand of an execution that is over is taken from it, also a part of one', async () => {
  await started()
  const nodes = await three()
  const id = await submit({ broadcast: {} }, { retry: { max_attempts: 1 } })
  const other = await submit({ node_id: 'a' })
  await rig.advance(50)
  rig.crash()
  rig.reboot()
  await rig.start()
  expect(await read(id)).toMatchObject({ status: 'failed', failure: 'lost' })
  for (const node of nodes) await node.connect(rig.engine)
  await live(41_000, ...nodes)
  expect(nodes.map((node) => node.given.map(({ order }) => order.executionId))).toEqual([[other], [], []])
})

test('more work than an instance keeps in hand waits in the store, in the same order, and holds up nothing else', async () => {
  await started()
  const jobs = Array.from({ length: 620 }, (_, i) => ({
    ...{ type: 'scripted', payload: { i }, priority: -i, target: { kind: 'node' as const } },
  }))
  await rig.ask((engine) => engine.executions.submitMany(ANN, jobs))
  await rig.advance(50)
  expect(rig.live().filter(({ state }) => state === 2)).toHaveLength(120)
  await rig.ask((engine) => engine.executions.submit(ANN, { type: 'scripted', payload: {} }))
  expect(rig.runs).toHaveLength(1)
  const node = await joined({ capacity: 50 }, true)
  const seen: unknown[] = []
  for (let turn = 0; turn < 20 && seen.length < 620; turn++) {
    await rig.advance(200)
    for (const given of [...node.given]) {
      seen.push(given.order.payload.i)
      node.end({}, given)
    }
    node.beat()
  }
  expect(new Set(seen).size).toBe(620)
  expect(seen.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test('what waits in the store is taken back although all that waited in hand has gone before it was there', async () => {
  await started()
  rig.failing.add('park')
  const jobs = Array.from({ length: 560 }, (_, i) => ({
    ...{ type: 'scripted', payload: { i }, target: { kind: 'node' as const } },
  }))
  await rig.ask((engine) => engine.executions.submitMany(ANN, jobs))
  await rig.advance(50)
  const node = await joined({ capacity: 600 }, true)
  const endAll = async () => {
    for (let turn = 0; turn < 15; turn++) {
      await rig.advance(200)
      for (const given of [...node.given]) node.end({}, given)
      node.beat()
    }
  }
  await endAll()
  rig.failing.delete('park')
  await endAll()
  expect(await rig.engine.gauges()).toMatchObject({ pending: 0, running: 0 })
})

test('work that its node stops by itself is lost to it, not cancelled', async () => {
  await started()
  const node = await joined()
  const id = await submit({}, { retry: { max_attempts: 1 } })
  node.ack()
  node.end({ status: 'cancelled', error: 'the node stops' })
  await rig.advance(50)
  expect(node.last.order).toMatchObject({ executionId: id, attempt: 2 })
  expect(await read(id)).toMatchObject({ status: 'running', attempts: [{ failure: 'lost' }] })
})

test('an attempt of which nothing is heard is asked for again, less and less often', async () => {
  await started()
  const node = await joined()
  await submit()
  node.ack()
  const asked = () => node.heard.filter(({ kind }) => kind === 'resume').length
  await live(14_000, node)
  expect(asked()).toBe(0)
  await live(4_000, node)
  expect(asked()).toBe(1)
  await live(100_000, node)
  expect(asked()).toBeLessThan(5)
})

test('after a connection was cut, what skips lines is not taken before they have come, or never will', async () => {
  await started()
  const node = await joined()
  const id = await submit()
  node.ack()
  node.print('one')
  await rig.advance(2_000)
  node.cut()
  await node.connect(rig.engine)
  await rig.advance(10)
  const given = node.last
  const missing = { number: ++given.told, news: linesNews(given.lines++, 'two') }
  node.print('three', given)
  node.tell(given, { kind: 'ended', outcome: SUCCESS, lines: 3 })
  await rig.advance(10)
  expect(await linesOf(id)).toEqual(['one'])
  given.news.unshift(missing)
  node.sayAgain(given)
  await rig.advance(10)
  expect(await linesOf(id)).toEqual(['one', 'two', 'three'])
  expect(await read(id)).toMatchObject({ status: 'success' })
})

test('lines of a part are taken once, also when the connection of its node was cut', async () => {
  await started()
  const node = await joined({ id: 'a' }, true)
  const id = await submit({ broadcast: {} })
  node.print('one')
  node.print('two')
  await rig.advance(10)
  node.cut()
  await node.connect(rig.engine)
  await rig.advance(10)
  node.print('three')
  node.end()
  await rig.advance(50)
  expect(await linesOf(id)).toEqual(['[a] one', '[a] two', '[a] three'])
})

test('a shutdown does not wait for parts of an execution on a node that is away', async () => {
  await started()
  const node = await joined({ id: 'a' }, true)
  await submit({ broadcast: {} })
  await rig.advance(50)
  node.cut()
  let hasStopped = false
  void rig.engine.stop({ graceMs: 1_000 }).then(() => {
    hasStopped = true
  })
  await rig.advance(60_000)
  expect(hasStopped).toBe(true)
})

test('a job whose selector cannot be read is refused by name, and what cannot be placed holds up nothing else', async () => {
  await started()
  await expect(submit({ selector: 'zone==' })).rejects.toMatchObject({ errors: [{ path: 'target.selector' }] })
  await expect(submit({ selector: { zone: 'a, b' } })).rejects.toMatchObject({ code: 'invalid' })
  const node = await joined()
  const id = await submit({ selector: { zone: 'a' } })
  expect(await read(id)).toMatchObject({ status: 'pending' })
  const other = await submit()
  expect(node.last.order.executionId).toBe(other)
})
