import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, PAGE_HEADERS, PERSON_PASSWORD, signIn, type TestBrowser } from './testing/test-browser.ts'
import { ADMIN_PASSWORD, startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
let browser: TestBrowser

beforeAll(async () => {
  t = await startTestServer({ 'http.trust_proxy': 'true' })
  browser = await openBrowser(t, 'editor')
})
afterAll(() => t.stop())

const CREDENTIALS = { username: 'admin', password: ADMIN_PASSWORD, cookie: true }
const ME = '/api/auth/me'

test('a sign-in with a cookie answers no token, and the cookie is all a browser needs', async () => {
  const reply = await t.call('POST', '/api/auth/login', { body: CREDENTIALS, headers: PAGE_HEADERS })
  expect(Object.keys(reply.json).sort()).toEqual(['expires_at', 'token_type', 'user'])
  const cookie = String(reply.headers['set-cookie'])
  expect(cookie).toMatch(/^rota_session=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/)
  const me = await t.call('GET', ME, { headers: { cookie: cookie.split(';')[0]! } })
  expect(me.json).toMatchObject({ user: { username: 'admin' }, credential: { kind: 'session', token_id: null } })
})

test('over https the cookie is for this host and https only, and one without the prefix is none', async () => {
  const https = { ...PAGE_HEADERS, 'x-forwarded-proto': 'https' }
  const reply = await t.call('POST', '/api/auth/login', { body: CREDENTIALS, headers: https })
  const cookie = String(reply.headers['set-cookie'])
  expect(cookie).toMatch(/^__Host-rota_session=.*; Secure$/)
  const [pair] = cookie.split(';') as [string]
  expect((await t.call('GET', ME, { headers: { ...https, cookie: pair } })).status).toBe(200)
  const planted = pair.replace('__Host-', '')
  expect((await t.call('GET', ME, { headers: { ...https, cookie: planted } })).status).toBe(401)
})

test('no other site can sign a person in as somebody else', async () => {
  for (const headers of [{}, { 'x-rota-csrf': '1', 'sec-fetch-site': 'cross-site' }]) {
    const reply = await t.call('POST', '/api/auth/login', { body: CREDENTIALS, headers })
    expect([reply.status, reply.headers['set-cookie']]).toEqual([403, undefined])
  }
})

test('a cookie beside another credential is refused', async () => {
  const both = await browser.call('GET', ME, { headers: { authorization: `Bearer ${t.tokens.admin}` } })
  expect(both.status).toBe(400)
  const twice = await browser.call('GET', ME, { headers: { cookie: `${browser.cookie}; ${browser.cookie}x` } })
  expect(twice.status).toBe(400)
})

test('a change made by a browser is that person’s', async () => {
  const body = { name: 'by hand', type: 'shell', command: 'true' }
  const made = await browser.call('POST', '/api/scheduler/tasks', { body })
  expect(made.status).toBe(201)
  expect(made.json.created_by).toMatch(/^editor\d+$/)
})

test('an ended session is told from none at all, and its cookie goes', async () => {
  const own = await openBrowser(t, 'viewer')
  const before = own.cookie
  expect((await own.call('POST', '/api/auth/logout')).status).toBe(204)
  expect(own.cookie).toBe('')
  const ended = await t.call('GET', ME, { headers: { cookie: before } })
  expect([ended.status, ended.json.type]).toEqual([401, 'urn:rota:problem:session_ended'])
  expect(ended.headers['set-cookie']).toContain('rota_session=; Path=/; Max-Age=0')
  const none = await t.call('GET', ME)
  expect([none.status, none.json.type]).toEqual([401, 'urn:rota:problem:unauthenticated'])
  expect(none.headers['set-cookie']).toBeUndefined()
})

test('a new password ends the other sessions and gives this one a new cookie', async () => {
  const own = await openBrowser(t, 'viewer')
  const before = own.cookie
  const me = await own.call('GET', ME)
  const elsewhere = await signIn(t, me.json.user.username, PERSON_PASSWORD)
  const body = { current_password: PERSON_PASSWORD, new_password: 'another amber lantern' }
  const changed = await own.call('POST', '/api/auth/password', { body })
  expect(changed.json).toMatchObject({ token_type: 'Cookie' })
  expect(own.cookie).not.toBe(before)
  expect((await own.call('GET', ME)).status).toBe(200)
  expect((await elsewhere.call('GET', ME)).json.type).toBe('urn:rota:problem:session_ended')
})

test('a person with a one-time password can do nothing in the browser but change it', async () => {
  const body = { username: 'newcomer', role: 'admin', password: PERSON_PASSWORD, must_change_password: true }
  await t.call('POST', '/api/scheduler/users', { as: 'admin', body })
  const own = await signIn(t, 'newcomer', PERSON_PASSWORD)
  expect((await own.call('GET', ME)).json.user.must_change_password).toBe(true)
  expect((await own.call('GET', '/api/scheduler/tasks')).status).toBe(403)
  const change = { current_password: PERSON_PASSWORD, new_password: 'another amber lantern' }
  await own.call('POST', '/api/auth/password', { body: change })
  expect((await own.call('GET', '/api/scheduler/tasks')).status).toBe(200)
})

test('a change of role ends a browser’s session at once', async () => {
  const own = await openBrowser(t, 'operator')
  const { id } = (await own.call('GET', ME)).json.user
  await t.call('PATCH', `/api/scheduler/users/${id}`, { as: 'admin', body: { role: 'viewer' } })
  expect((await own.call('GET', ME)).json.type).toBe('urn:rota:problem:session_ended')
})

test('a person sees the own sessions with the place they come from, and ends one of them, not one of others', async () => {
  const own = await openBrowser(t, 'viewer')
  const { username } = (await own.call('GET', ME)).json.user
  const lost = await signIn(t, username, PERSON_PASSWORD)
  await t.call('POST', '/api/auth/login', { body: { username, password: PERSON_PASSWORD } })
  const { sessions } = (await own.call('GET', '/api/auth/sessions')).json
  expect(sessions.map((session: { kind: string }) => session.kind).sort()).toEqual(['browser', 'browser', 'tokens'])
  const other = sessions.find((session: { kind: string; current: boolean }) => {
    return session.kind === 'browser' && !session.current
  })
  expect(other).toMatchObject({ address: '127.0.0.1', user_agent: 'lightMyRequest' })
  const stranger = await openBrowser(t, 'admin')
  expect((await stranger.call('DELETE', `/api/auth/sessions/${other.id}`)).status).toBe(404)
  expect((await own.call('DELETE', `/api/auth/sessions/${other.id}`)).status).toBe(204)
  expect((await lost.call('GET', ME)).json.type).toBe('urn:rota:problem:session_ended')
  expect((await t.call('GET', '/api/auth/sessions', { as: 'admin' })).status).toBe(403)
})

test('a second sign-in in the same browser ends the session whose cookie it replaces', async () => {
  const own = await openBrowser(t, 'viewer')
  const before = own.cookie
  const { username } = (await own.call('GET', ME)).json.user
  const body = { username, password: PERSON_PASSWORD, cookie: true }
  await own.call('POST', '/api/auth/login', { body })
  expect((await t.call('GET', ME, { headers: { cookie: before } })).json.type).toBe('urn:rota:problem:session_ended')
})

test('a live log is followed with the cookie alone, as EventSource does', async () => {
  const body = { type: 'shell', payload: { command: 'echo hello' } }
  const { json: job } = await browser.call('POST', '/api/scheduler/executions', { body })
  const headers = { cookie: browser.cookie, accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' }
  const reply = await t.call('GET', `/api/scheduler/executions/${job.id}/logs/stream`, { headers })
  expect(reply.text).toContain('hello')
  expect(reply.text).toContain('event: end')
})
