import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { factsOf, WebSocketNode } from '@rota/testkit/nodes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signatureOf } from './gateway/push-link.ts'
import { NodeKeys } from './node-keys.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/nodes'
const as = 'admin'

let t: TestServer
beforeAll(async () => {
  t = await startTestServer({
    'nodes.heartbeat_seconds': '0.2',
    'nodes.offline_after_seconds': '1',
    'nodes.frames_per_second': '50',
    'nodes.buffer_bytes': '65536',
    'nodes.callback_allow': '127.0.0.1',
  })
})
afterAll(() => t.stop())

const opened: WebSocketNode[] = []
afterEach(() => {
  for (const node of opened.splice(0)) node.kill()
})

let serial = 0
const fresh = () => `g${++serial}`

async function joined(): Promise<{ id: string; key: string }> {
  const id = fresh()
  const { json } = await t.call('POST', `${BASE}/join-tokens`, { as, body: {} })
  const reply = await t.call('POST', `${BASE}/join`, { body: { token: json.token, node: { id, capacity: 2 } } })
  return { id, key: reply.json.key }
}

function dial(id: string, key: string, more: object = {}): WebSocketNode {
  const node = new WebSocketNode({ url: t.server.url, key, facts: factsOf(id, more) })
  opened.push(node)
  return node
}

async function connected(): Promise<{ id: string; key: string; node: WebSocketNode }> {
  const { id, key } = await joined()
  const node = dial(id, key)
  expect(await node.opened()).toBe(101)
  node.greet()
  await node.frames.of('welcome')
  return { id, key, node }
}

const statusOf = async (id: string) => (await t.call('GET', `${BASE}/${id}`, { as })).json

describe('a WebSocket of a node', () => {
  test('end to end: joins by a token, connects by its key, is welcomed, beats, is drained and removed', async () => {
    const { id, node } = await connected()
    expect(await statusOf(id)).toMatchObject({ status: 'ready', epoch: 1, draining: false })
    node.beat()
    expect(await node.frames.of('heard')).toMatchObject({ state: 'ready', drop: [] })
    await t.call('POST', `${BASE}/${id}/drain`, { as, body: {} })
    expect(await node.frames.of('drain')).toEqual({ kind: 'drain', isDraining: true })
    await t.call('DELETE', `${BASE}/${id}`, { as })
    expect(await node.frames.of('refused')).toMatchObject({ code: 'removed', isFinal: true })
    expect(await node.closed).toBe(1008)
  })

  test.each([
    ['no key', '', 401],
    ['a key that nobody has', 'rota_node_nothing', 401],
  ])('with %s is refused before it is a connection', async (_, key, status) => {
    expect(await dial(fresh(), key).opened()).toBe(status)
  })

  test('of somebody who may manage nodes and is none is refused before it is a connection', async () => {
    expect(await dial(fresh(), t.tokens.admin).opened()).toBe(403)
    expect(await dial(fresh(), t.tokens.viewer).opened()).toBe(403)
    expect((await t.call('GET', `${BASE}/connect`, { as })).status).toBe(400)
  })

  test('that greets as another node than its key is of is refused', async () => {
    const { key } = await joined()
    const node = dial('another', key)
    await node.opened()
    node.greet()
    expect(await node.frames.of('refused')).toMatchObject({ code: 'other_key', isFinal: true })
    expect(await node.closed).toBe(1008)
  })

  test('of another version of the protocol is refused with a sentence that names both', async () => {
    const { id, key } = await joined()
    const node = dial(id, key)
    await node.opened()
    node.sendText(JSON.stringify({ ...node.greeting, versions: [99] }))
    const refused = await node.frames.of('refused')
    expect(refused).toMatchObject({ code: 'version', isFinal: true })
    expect(refused.why).toMatch(/99.*1|1.*99/)
  })

  test.each([
    ['no JSON', '{', 'invalid'],
    ['nothing that is known', '{"kind":"order"}', 'invalid'],
    ['a heartbeat first', '{"kind":"leaving","reason":"x"}', 'invalid'],
  ])('that says %s is refused', async (_, text, code) => {
    const { id, key } = await joined()
    const node = dial(id, key)
    await node.opened()
    node.sendText(text)
    expect(await node.frames.of('refused')).toMatchObject({ code })
    expect(await node.closed).toBe(1008)
  })

  test('ends by a frame that is larger than one may be, which is never read to its end', async () => {
    const { id, node } = await connected()
    node.sendText('x'.repeat(2_000_000))
    expect(await node.closed).toBe(1009)
    expect((await statusOf(id)).id).toBe(id)
  })

  test('ends by a frame that is none, and the others go on', async () => {
    const other = await connected()
    const { node } = await connected()
    node.sendText('{"kind":"news"}')
    expect(await node.closed).toBe(1008)
    other.node.beat()
    expect(await other.node.frames.of('heard')).toMatchObject({ state: 'ready' })
  })

  test('gives way to a newer one of the same node', async () => {
    const { id, key, node } = await connected()
    const newer = dial(id, key)
    await newer.opened()
    newer.greet()
    expect(await newer.frames.of('welcome')).toMatchObject({ epoch: 2 })
    expect(await node.closed).toBe(1008)
    newer.beat()
    expect(await newer.frames.of('heard')).toMatchObject({ state: 'ready' })
  })

  test('that is half open ends when nothing was heard of the node, which is offline soon after', async () => {
    const { id, node } = await connected()
    node.freeze()
    await expect.poll(async () => (await statusOf(id)).status, { timeout: 15_000 }).toBe('offline')
    expect(t.server.engine.nodes.registry.nodes.get(id)!.stateReason).toContain('Nothing was heard')
  })

  test('that floods is read more slowly, and nothing of it is lost', async () => {
    const { node } = await connected()
    for (let count = 0; count < 120; count++) node.beat()
    const heard = async () => (await node.frames.of('heard')).kind
    for (let count = 0; count < 120; count++) expect(await heard()).toBe('heard')
  })

  test('that tells of what it was never given is told to drop it, and nothing else comes of it', async () => {
    const { node } = await connected()
    const news = { kind: 'acked' } as const
    node.send({ kind: 'news', executionId: 'e1', fence: 1, number: 1, owner: 'i1', news })
    node.beat([{ executionId: 'e1', fence: 1, lease: 'never given' }])
    const heard = await node.frames.of('heard')
    expect(heard.drop).toEqual([{ executionId: 'e1', fence: 1, lease: 'never given' }])
  })
})

describe('a node that speaks in requests', () => {
  const hello = (id: string, more: object = {}) => ({
    kind: 'hello',
    versions: [1],
    session: 's1',
    running: [],
    node: factsOf(id, more),
  })
  const beat = { kind: 'heartbeat', usage: { cpu: 0.1, memory: 0.1, disk: 0.1, gpu: null }, running: [], clock: 0 }

  test('greets, is welcomed, beats and is told what there is, like any other', async () => {
    const { id, key } = await joined()
    const speak = (way: string, frames: object[]) =>
      t.call('POST', `${BASE}/${id}/${way}`, { as: key, body: { frames } })
    expect((await speak('poll', [beat])).status).toBe(409)
    const welcomed = await speak('poll', [hello(id)])
    expect(welcomed.json.frames).toMatchObject([{ kind: 'welcome', epoch: 1 }])
    const waiting = speak('poll', [beat])
    expect((await waiting).json.frames).toMatchObject([{ kind: 'heard', state: 'ready' }])
    const drained = speak('poll', [])
    await t.call('POST', `${BASE}/${id}/drain`, { as, body: {} })
    expect((await drained).json.frames).toEqual([{ kind: 'drain', isDraining: true }])
    expect((await speak('news', [])).json.frames).toEqual([])
  })

  test('by the key of another node, or by a person, is refused', async () => {
    const [one, other] = [await joined(), await joined()]
    const frames = [hello(one.id)]
    expect((await t.call('POST', `${BASE}/${one.id}/poll`, { as: other.key, body: { frames } })).status).toBe(403)
    expect((await t.call('POST', `${BASE}/${one.id}/poll`, { as, body: { frames } })).status).toBe(403)
  })

  test('with a callback address is sent frames there, signed with the digest of its key', async () => {
    const { id, key } = await joined()
    const received: { signature: string; body: string }[] = []
    const arrived = Promise.withResolvers<void>()
    const peer = createHttpServer(async (request: IncomingMessage, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      received.push({ signature: String(request.headers['x-rota-signature']), body })
      response.end()
      arrived.resolve()
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => peer.once('listening', resolve))
    const callbackUrl = `http://127.0.0.1:${(peer.address() as AddressInfo).port}/orders`
    const frames = [hello(id, { callbackUrl })]
    const reply = await t.call('POST', `${BASE}/${id}/news`, { as: key, body: { frames } })
    expect(reply.json.frames, reply.text).toEqual([])
    await arrived.promise
    const [{ signature, body }] = received as [(typeof received)[number]]
    expect(JSON.parse(body).frames).toMatchObject([{ kind: 'welcome' }])
    const seconds = Number(/^t=(\d+),/.exec(signature)![1])
    expect(signature).toBe(signatureOf(body, NodeKeys.hashOf(key), seconds * 1_000))
    peer.close()
  })

  test('with a callback address that may not be reached is let go', async () => {
    const { id, key } = await joined()
    const frames = [hello(id, { callbackUrl: 'http://169.254.169.254/latest' })]
    const reply = await t.call('POST', `${BASE}/${id}/news`, { as: key, body: { frames } })
    expect(reply.status, reply.text).toBe(200)
    await expect
      .poll(async () => (await t.call('POST', `${BASE}/${id}/news`, { as: key, body: { frames: [beat] } })).status, {
        timeout: 10_000,
      })
      .toBe(409)
  })
})

describe('a server with room for one node, whose keys are soon too old', () => {
  let small: TestServer
  beforeAll(async () => {
    small = await startTestServer({ 'nodes.max_connections': '1', 'nodes.key_days': '0.00000001' })
  })
  afterAll(() => small.stop())

  async function dialled(key: string, id: string) {
    const node = new WebSocketNode({ url: small.server.url, key, facts: factsOf(id) })
    opened.push(node)
    const status = await node.opened()
    if (status === 101) node.greet()
    return { node, status }
  }

  test('gives a node another key; the one before holds until that was used, and a second node is told to try again', async () => {
    const { json } = await small.call('POST', `${BASE}/join-tokens`, { as, body: { uses: 2 } })
    const join = async (id: string) =>
      (await small.call('POST', `${BASE}/join`, { body: { token: json.token, node: { id } } })).json.key as string
    const [key, other] = [await join('one'), await join('two')]
    const first = await dialled(key, 'one')
    const { key: renewed } = await first.node.frames.of('new_key')
    const { node: turnedAway } = await dialled(other, 'two')
    expect(await turnedAway.frames.of('refused')).toMatchObject({ code: 'too_many', isFinal: false })
    const beat = (bearer: string) => small.call('POST', `${BASE}/heartbeat`, { as: bearer, body: {} })
    expect((await beat(key)).status).toBe(200)
    expect((await beat(renewed)).status).toBe(200)
    expect((await beat(key)).status).toBe(401)
  })
})
