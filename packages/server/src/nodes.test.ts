import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
beforeAll(async () => {
  t = await startTestServer()
})
afterAll(() => t.stop())

const BASE = '/api/scheduler/nodes'
let serial = 0
const fresh = () => `n${++serial}`
const as = 'admin'

async function registered(more: object = {}): Promise<string> {
  const id = fresh()
  const reply = await t.call('POST', `${BASE}/register`, { as, body: { id, capacity: 4, ...more } })
  expect(reply.status, reply.text).toBe(200)
  return id
}

async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 20_000; tries++) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    // What is asked here answers without the loop ever turning.
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error(`There was no ${what}.`)
}

describe('a node', () => {
  test('registers with what it is, and is listed with its load', async () => {
    const capabilities = { asr: { languages: ['zh', 'en'], models: ['small'] } }
    const body = {
      id: fresh(),
      name: 'first',
      address: '10.0.0.5',
      labels: { zone: 'a' },
      weight: 2,
      capacity: 4,
      languages: ['zh', 'en'],
      capabilities,
      gpu: { count: 1, model: 'A10' },
      callback_url: null,
      version: '0.2.0',
      tenant_id: null,
    }
    const reply = await t.call('POST', `${BASE}/register`, { as, body })
    expect(reply.json).toMatchObject({ epoch: 1, next_heartbeat_seconds: 5, node: { status: 'ready', running: 0 } })
    const { json } = await t.call('GET', `${BASE}?q=${body.id}`, { as: 'viewer' })
    expect(json).toMatchObject({ total: 1, nodes: [{ ...body, status_reason: '', reserved: 0 }] })
    const one = await t.call('GET', `${BASE}/${body.id}`, { as: 'viewer' })
    expect(one.json).toMatchObject({
      offered: capabilities,
      load_history: expect.any(Array),
      events: [{ from: null, to: 'ready', reason: 'It has registered.' }],
    })
  })

  test('says how it does in per cent, and is degraded from a threshold on until it is well below', async () => {
    const id = await registered()
    const beat = (cpu_usage: number) =>
      t.call('POST', `${BASE}/heartbeat`, { as, body: { node_name: id, cpu_usage, memory_usage: 40, disk_usage: 70 } })
    expect((await beat(12.5)).json).toMatchObject({ status: 'ready', registered: false })
    expect((await beat(92)).json).toMatchObject({
      status: 'degraded',
      status_reason: '92 % of its processors are in use; the threshold is 80 %.',
    })
    expect((await t.call('GET', `${BASE}/health`, { as })).json.unhealthy).toMatchObject([{ id, cpu_usage: 92 }])
    expect((await beat(79)).json.status).toBe('degraded')
    expect((await beat(20)).json.status).toBe('ready')
    const { json } = await t.call('GET', `${BASE}/${id}/events`, { as: 'viewer' })
    expect(json.events.map(({ to }: { to: string }) => to)).toEqual(['ready', 'degraded', 'ready'])
  })

  test('that nobody knows registers by its first heartbeat, with the devices that it has as its capacity', async () => {
    const id = fresh()
    const body = { node_name: id, cpu_usage: 12.5, memory_usage: 40, disk_usage: 70, available_devices: 3 }
    const { json } = await t.call('POST', `${BASE}/heartbeat`, { as, body })
    expect(json).toMatchObject({ node_id: id, registered: true, status: 'ready', epoch: 1 })
    expect((await t.call('GET', `${BASE}/${id}`, { as })).json).toMatchObject({ capacity: 3, cpu_usage: 12.5 })
    expect((await t.call('POST', `${BASE}/heartbeat`, { as, body })).json).toMatchObject({
      registered: false,
      epoch: 1,
    })
  })

  test('runs dry and takes work again as somebody says, with the reason, and its heartbeats do not change that', async () => {
    const id = await registered()
    const drained = await t.call('POST', `${BASE}/${id}/drain`, { as, body: { reason: 'new disks' } })
    expect(drained.json).toMatchObject({ status: 'draining', status_reason: 'new disks', draining: true })
    const heard = await t.call('POST', `${BASE}/heartbeat`, { as, body: { node_name: id, cpu_usage: 1 } })
    expect(heard.json).toMatchObject({ status: 'draining', status_reason: 'new disks' })
    expect((await t.call('POST', `${BASE}/${id}/undrain`, { as })).json).toMatchObject({ status: 'ready' })
    const { json } = await t.call('GET', `${BASE}/${id}/events`, { as })
    expect(json.events.map(({ to, actor }: { to: string; actor: string }) => [to, actor])).toEqual([
      ['ready', 'token:admin'],
      ['draining', 'token:admin'],
      ['ready', null],
    ])
  })

  test('that was removed is none: its heartbeats are refused until somebody registers it', async () => {
    const id = await registered()
    expect((await t.call('DELETE', `${BASE}/${id}`, { as })).status).toBe(204)
    expect((await t.call('GET', `${BASE}/${id}`, { as })).status).toBe(404)
    expect((await t.call('POST', `${BASE}/heartbeat`, { as, body: { node_name: id } })).status).toBe(409)
    expect((await t.call('GET', `${BASE}/${id}/events`, { as })).json.events[0]).toMatchObject({ to: 'removed' })
    expect((await t.call('POST', `${BASE}/register`, { as, body: { id, capacity: 1 } })).status).toBe(200)
    expect((await t.call('POST', `${BASE}/heartbeat`, { as, body: { node_name: id } })).status).toBe(200)
  })

  test.each([
    ['no capacity', {}, 'capacity'],
    ['a capacity of none', { capacity: 0 }, 'capacity'],
    ['half a capacity', { capacity: 1.5 }, 'capacity'],
    ['a weight of nothing', { capacity: 1, weight: 0 }, 'weight'],
    ['an id that would break keys', { id: 'a}{b', capacity: 1 }, 'id'],
    ['201 languages', { capacity: 1, languages: Array.from({ length: 201 }, (_, at) => `l${at}`) }, 'languages'],
  ])('with %s is refused, and the field named', async (_, wrong, path) => {
    const reply = await t.call('POST', `${BASE}/register`, { as, body: { id: fresh(), ...wrong } })
    expect(reply.status).toBe(422)
    expect(reply.json.errors[0].path).toContain(path)
  })

  test('with a capability of 10,000 languages is refused before it is read', async () => {
    const languages = Array.from({ length: 10_000 }, (_, at) => `language-${at}`)
    const body = { id: fresh(), capacity: 1, capabilities: { asr: { languages, models: [] } } }
    expect((await t.call('POST', `${BASE}/register`, { as, body })).status).toBe(413)
  })

  test.each([['1e999'], ['"NaN"'], ['-1'], ['101']])('with a load of %s is refused', async (load) => {
    const body = `{"node_name":"${fresh()}","cpu_usage":${load}}`
    expect((await t.call('POST', `${BASE}/heartbeat`, { as, body })).status).toBe(422)
  })
})

describe('a join token', () => {
  async function joined(more: object = {}) {
    const made = await t.call('POST', `${BASE}/join-tokens`, {
      as,
      body: { pools: ['build'], labels: { rack: '7' }, ...more },
    })
    expect(made.status, made.text).toBe(201)
    const id = fresh()
    const reply = await t.call('POST', `${BASE}/join`, { body: { token: made.json.token, node: { id, capacity: 2 } } })
    return { id, made: made.json, reply, key: reply.json.key as string }
  }

  test('lets one node join, which gets a key of its own and what the token gives', async () => {
    const { id, made, reply, key } = await joined()
    expect(reply.json).toMatchObject({ node_id: id, heartbeat_seconds: 5 })
    expect((await t.call('GET', `${BASE}/${id}`, { as })).json).toMatchObject({ status: 'offline', has_key: true })
    const mine = await t.call('POST', `${BASE}/register`, { as: key, body: { id, capacity: 2, labels: { rack: 'x' } } })
    expect(mine.json.node).toMatchObject({ status: 'ready', labels: { rack: '7' } })
    expect((await t.call('POST', `${BASE}/heartbeat`, { as: key, body: { cpu_usage: 3 } })).json.node_id).toBe(id)
    const again = { token: made.token, node: { id: fresh(), capacity: 1 } }
    expect((await t.call('POST', `${BASE}/join`, { body: again })).status).toBe(401)
    const pools = await until('pool of the token', async () => {
      const { json } = await t.call('GET', '/api/scheduler/pools/build', { as: 'viewer' })
      return json.sample?.includes(id) && json
    })
    expect(pools).toMatchObject({ origin: 'auto', ready: 1 })
  })

  test('is told of by the audit as who let the node join', async () => {
    const { id, made } = await joined({ name: 'rack-7' })
    const { json } = await t.call('GET', `/api/scheduler/audit?kind=node&subject=${id}`, { as })
    expect(json.entries).toMatchObject([{ actor: 'join:rack-7', action: 'joined', credential: `token:${made.id}` }])
  })

  test('is shown once, and kept as a digest', async () => {
    const { made } = await joined()
    const { text } = await t.call('GET', `${BASE}/join-tokens`, { as })
    expect(text).toContain(made.id)
    expect(text).not.toContain(made.token)
  })

  test('of which nothing is known, or that is over, is refused alike', async () => {
    const over = await t.call('POST', `${BASE}/join-tokens`, { as, body: {} })
    await t.call('DELETE', `${BASE}/join-tokens/${over.json.id}`, { as })
    for (const token of ['rota_join_x', over.json.token]) {
      const reply = await t.call('POST', `${BASE}/join`, { body: { token, node: { id: fresh() } } })
      expect(reply.status).toBe(401)
    }
  })

  test('does not take over a node that has a key', async () => {
    const { id } = await joined()
    const other = await t.call('POST', `${BASE}/join-tokens`, { as, body: {} })
    const reply = await t.call('POST', `${BASE}/join`, { body: { token: other.json.token, node: { id } } })
    expect([reply.status, reply.json.detail]).toEqual([409, expect.stringContaining('another key')])
    const { json } = await t.call('GET', `${BASE}/join-tokens`, { as })
    expect(json.join_tokens.find((one: { id: string }) => one.id === other.json.id).uses_left).toBe(1)
  })

  test('the key of a node is taken for nothing but its own word, and ends with the node', async () => {
    const { id, key } = await joined()
    for (const [method, path] of [
      ['GET', BASE],
      ['GET', `${BASE}/${id}`],
      ['DELETE', `${BASE}/${id}`],
      ['POST', `${BASE}/${id}/undrain`],
      ['GET', '/api/scheduler/tasks'],
      ['GET', '/api/auth/me'],
    ] as const) {
      expect((await t.call(method, path, { as: key })).status, `${method} ${path}`).toBe(401)
    }
    const other = await registered()
    const forAnother = { as: key, body: { node_name: other } }
    expect((await t.call('POST', `${BASE}/heartbeat`, forAnother)).status).toBe(403)
    await t.call('DELETE', `${BASE}/${id}`, { as })
    expect((await t.call('POST', `${BASE}/heartbeat`, { as: key, body: {} })).status).toBe(401)
  })
})

describe('a pool', () => {
  test('of the languages of its nodes is made when the first of them comes', async () => {
    const id = await registered({ languages: ['tr', 'kk'] })
    const pool = await until('pool of languages', async () => {
      const { json } = await t.call('GET', '/api/scheduler/pools', { as: 'viewer' })
      const found = json.pools.find(({ name }: { name: string }) => name === 'kk-tr')
      return found?.size === 1 && { found, json }
    })
    expect(pool.found).toMatchObject({ origin: 'auto', sample: [id], selector: null })
    expect(pool.json.applied).toMatchObject([{ version: pool.json.version }])
  })

  test('by a selector has the nodes whose labels fit, and one by hand those that are named', async () => {
    const fast = await registered({ labels: { disk: 'nvme' } })
    const slow = await registered({ labels: { disk: 'hdd' } })
    const make = (body: object) => t.call('POST', '/api/scheduler/pools', { as, body })
    expect((await make({ name: 'fast', selector: 'disk in (ssd, nvme)' })).status).toBe(201)
    expect((await make({ name: 'hand', members: [slow] })).status).toBe(201)
    expect((await make({ name: 'hand', members: [] })).status).toBe(409)
    const sizes = (name: string, ids: string[]) =>
      until(`${name} of ${ids}`, async () => {
        const { json } = await t.call('GET', `/api/scheduler/pools/${name}/members`, { as: 'viewer' })
        return JSON.stringify(json.nodes.map((node: { id: string }) => node.id)) === JSON.stringify(ids)
      })
    await sizes('fast', [fast])
    await sizes('hand', [slow])
    const changed = await t.call('PUT', '/api/scheduler/pools/hand', { as, body: { members: [slow, fast] } })
    expect(changed.json).toMatchObject({ origin: 'manual', members: [slow, fast] })
    await sizes('hand', [fast, slow].sort())
    expect((await t.call('DELETE', '/api/scheduler/pools/hand', { as })).status).toBe(204)
    expect((await t.call('GET', '/api/scheduler/pools/hand', { as })).status).toBe(404)
  })

  test.each([
    [{ name: 'both', selector: 'a=b', members: ['n'] }, 'members'],
    [{ name: 'bad', selector: 'a==' }, 'selector'],
    [{ name: 'a/b' }, 'name'],
  ])('as in %j is refused, and the field named', async (body, path) => {
    const reply = await t.call('POST', '/api/scheduler/pools', { as, body })
    expect([reply.status, reply.json.errors[0].path]).toEqual([422, path])
  })

  test('that takes only nodes with a GPU refuses one without, with that reason', async () => {
    const body = { name: 'gpus', selector: 'kind=gpu', requires_gpu: true }
    await t.call('POST', '/api/scheduler/pools', { as, body })
    const ask = (gpu: object | null) =>
      t.call('POST', `${BASE}/register`, { as, body: { id: fresh(), capacity: 1, labels: { kind: 'gpu' }, gpu } })
    const refused = await until('refusal', async () => {
      const reply = await ask(null)
      return reply.status === 422 && reply
    })
    expect(refused.json.errors).toEqual([
      { path: 'gpu', message: 'The pool gpus takes only nodes with a GPU, and this one has none.' },
    ])
    expect((await ask({ count: 1, model: null })).status).toBe(200)
  })
})
