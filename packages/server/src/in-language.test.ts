import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/tasks'
const TASK = { name: 'x', type: 'shell', command: 'true' }
const CHINESE = /[\u4e00-\u9fff]/
const headers = { 'accept-language': 'zh-CN,zh;q=0.9' }
let t: TestServer

beforeAll(async () => {
  t = await startTestServer()
}, 60_000)
afterAll(() => t.stop())

test('every refusal is said in Chinese to whoever asks for it, and its code stays', async () => {
  const calls: [string, string, unknown?][] = [
    ['POST', BASE, '{"name":'],
    ['POST', BASE, { ...TASK, type: 'shel' }],
    ['POST', BASE, { ...TASK, priority: 'high', nmae: 1 }],
    ['POST', BASE, { ...TASK, timeout_seconds: -1, name: '' }],
    ['POST', BASE, { ...TASK, schedule: '61 * * * *' }],
    ['POST', BASE, { ...TASK, schedule: '0 2 * * *', timezone: 'Mars/Olympus' }],
    ['GET', `${BASE}/00000000-0000-7000-8000-000000000000`],
    ['GET', '/api/scheduler/executions?status=nonsense'],
    ['GET', `${BASE}?limit=many`],
    ['PATCH', '/health'],
    ['GET', '/api/nowhere'],
    ['GET', `/${'x'.repeat(400)}`],
    ['POST', '/api/auth/login', { username: 'nobody', password: 'wrong-password' }],
  ]
  for (const [method, url, body] of calls) {
    const reply = await t.call(method, url, { as: 'admin', body, headers })
    expect(reply.status, url).toBeGreaterThanOrEqual(400)
    expect(reply.json.type).toMatch(/^urn:rota:problem:[a-z_]+$/)
    expect(reply.json.title, reply.text).toMatch(CHINESE)
    expect(reply.json.detail, reply.text).toMatch(CHINESE)
    for (const error of reply.json.errors) expect(error.message, reply.text).toMatch(CHINESE)
    expect(reply.headers['content-language']).toBe('zh-CN')
    expect(reply.headers.vary).toMatch(/Accept-Language/)
  }
})

test('a refused status names the statuses there are, not a pattern', async () => {
  const reply = await t.call('GET', '/api/scheduler/executions?status=nonsense', { as: 'viewer' })
  expect(reply.text).not.toMatch(/\^\(|\|/)
  expect(reply.json.errors[0].message).toMatch(/^must be one or several of pending, running/)
})

test('sentences in replies of success are said in Chinese, names are not', async () => {
  const body = { ...TASK, name: 'task', schedule: 'nonsense' }
  const reply = await t.call('POST', `${BASE}/validate`, { as: 'editor', body, headers })
  expect(reply.status).toBe(200)
  expect(reply.json.errors[0].message).toMatch(CHINESE)
  const made = await t.call('POST', BASE, { as: 'editor', body: { ...TASK, name: 'There is no task x.' }, headers })
  expect(made.json.name).toBe('There is no task x.')
})
