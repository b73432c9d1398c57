import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
beforeAll(async () => {
  t = await startTestServer({
    'http.anonymous_per_minute': '20',
    'http.anonymous_at_once': '2',
    'auth.login_attempts': '1000',
  })
})
afterAll(() => t.stop())

const signIn = (username: string, password = 'wrong') =>
  t.call('POST', '/api/auth/login', { body: { username, password } })

test.each([
  ['/api/auth/login', 4_096, { username: 'x', password: 'x'.repeat(5_000) }],
  ['/api/auth/refresh', 4_096, { refresh_token: 'x'.repeat(5_000) }],
  ['/api/scheduler/schedules/preview', 65_536, { schedule: 'x'.repeat(70_000) }],
  ['/api/scheduler/tasks/bulk', 65_536, { action: 'run', ids: Array(2_000).fill('x'.repeat(36)) }],
  ['/api/scheduler/tasks', 1_048_576, { command: 'x'.repeat(1_100_000) }],
])('a body beyond what %s takes answers 413 and names the limit', async (url, limit, body) => {
  const reply = await t.call('POST', url, { as: 'admin', body })
  expect(reply.status).toBe(413)
  expect(reply.json.detail).toContain(String(limit))
})

test('a task may be as large as any document', async () => {
  const body = { name: 'large', type: 'shell', command: `: ${'x'.repeat(500_000)}` }
  expect((await t.call('POST', '/api/scheduler/tasks/validate', { as: 'admin', body })).json.valid).toBe(true)
})

test('the configured limit bounds every route', async () => {
  const small = await startTestServer({ 'http.body_limit_bytes': '2048' })
  const body = { username: 'x', password: 'x'.repeat(3_000) }
  const reply = await small.call('POST', '/api/auth/login', { body })
  await small.stop()
  expect(reply.json.detail).toContain('2048')
})

test('what needs no credential is refused beyond so many at once, before a password is hashed', async () => {
  const replies = await Promise.all(Array.from({ length: 6 }, (_, at) => signIn(`somebody${at}`)))
  const statuses = replies.map(({ status }) => status).toSorted()
  expect(statuses).toEqual([401, 401, 429, 429, 429, 429])
  expect(replies.find(({ status }) => status === 429)!.headers['retry-after']).toBe('1')
})

test('beyond so many in a minute too, whoever is signed in goes on, and probes are answered', async () => {
  const statuses = []
  for (let at = 0; at < 20; at++) statuses.push((await t.call('GET', '/api/scheduler/tasks')).status)
  expect(statuses[0]).toBe(401)
  const refused = await signIn('admin')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect((await t.call('GET', '/api/scheduler/tasks', { as: 'viewer' })).status).toBe(200)
  expect((await t.call('GET', '/health')).status).toBe(200)
})
