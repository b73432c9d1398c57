import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser, PAGE_HEADERS, PERSON_PASSWORD, signIn } from './testing/test-browser.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const USERS = '/api/scheduler/users'
const CHOSEN = 'a lantern of my own'
let t: TestServer
beforeEach(async () => {
  t = await startTestServer()
})
afterEach(() => t.stop())

const create = (body: object, headers = {}) => t.call('POST', USERS, { as: 'admin', body, headers })
const accept = (token: string, password: string) =>
  t.call('POST', '/api/auth/invitation/accept', { body: { token, password } })
const login = (username: string, password: string) =>
  t.call('POST', '/api/auth/login', { body: { username, password } })

describe('an invitation', () => {
  test('lets somebody choose the password once, without an administrator ever knowing it', async () => {
    const made = (await create({ username: 'ada', invite: true, role: 'editor' })).json
    expect(made).toMatchObject({ username: 'ada', has_password: false })
    const { token } = made.invitation
    expect((await login('ada', token)).status).toBe(401)
    const look = await t.call('POST', '/api/auth/invitation', { body: { token } })
    expect(look.json).toMatchObject({ username: 'ada', expires_at: made.invitation.expires_at })
    const weak = await accept(token, 'password1234')
    expect([weak.status, weak.json.errors[0].path]).toEqual([422, 'password'])
    expect((await accept(token, CHOSEN)).json).toMatchObject({ username: 'ada', has_password: true })
    expect((await login('ada', CHOSEN)).status).toBe(200)
    for (const again of [
      await accept(token, 'another lantern of mine'),
      await t.call('POST', '/api/auth/invitation', { body: { token } }),
    ]) {
      expect([again.status, again.json.detail]).toEqual([401, expect.stringContaining('ask for a new one')])
    }
  })

  test('of several who use one at the same instant lets one in', async () => {
    const { token } = (await create({ username: 'ada', invite: true })).json.invitation
    const tried = await Promise.all([0, 1, 2, 3].map((n) => accept(token, `${CHOSEN} ${n}`)))
    const statuses = tried.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 401, 401, 401])
    expect((await login('ada', `${CHOSEN} ${statuses.indexOf(200)}`)).status).toBe(200)
  })

  test('ends with the next one, and with the account', async () => {
    const { id, invitation } = (await create({ username: 'ada', invite: true })).json
    const next = (await t.call('POST', `${USERS}/${id}/invite`, { as: 'admin' })).json
    expect((await accept(invitation.token, CHOSEN)).status).toBe(401)
    await t.call('PATCH', `${USERS}/${id}`, { as: 'admin', body: { disabled: true } })
    expect((await accept(next.token, CHOSEN)).status).toBe(401)
    expect((await t.call('POST', `${USERS}/${id}/invite`, { as: 'admin' })).status).toBe(409)
    await t.call('DELETE', `${USERS}/${id}`, { as: 'admin' })
    expect((await accept(next.token, CHOSEN)).status).toBe(401)
  })

  test('ends what was open with an earlier password', async () => {
    const person = await openBrowser(t, 'editor')
    const { user } = (await person.call('GET', '/api/auth/me')).json
    const token = (await person.call('POST', '/api/scheduler/tokens', { body: { name: 'mine' } })).json.token
    const { token: link } = (await t.call('POST', `${USERS}/${user.id}/invite`, { as: 'admin' })).json
    expect((await person.call('GET', '/api/auth/me')).status).toBe(200)
    await accept(link, CHOSEN)
    expect((await t.call('GET', '/api/auth/me', { as: token })).status).toBe(401)
    expect((await person.call('GET', '/api/auth/me')).status).toBe(401)
    expect((await login(user.username, PERSON_PASSWORD)).status).toBe(401)
  })

  test('is in no reply that is kept, and goes with no password', async () => {
    const keyed = await create({ username: 'ada', invite: true }, { 'idempotency-key': 'k' })
    expect([keyed.status, keyed.json.errors[0].path]).toEqual([422, 'invite'])
    const both = await create({ username: 'ada', invite: true, password: CHOSEN })
    expect([both.status, both.json.errors[0].path]).toEqual([422, 'invite'])
    const neither = await create({ username: 'ada' })
    expect([neither.status, neither.json.errors[0].path]).toEqual([422, 'password'])
  })
})

test('an invitation has an end', async () => {
  const brief = await startTestServer({ 'auth.invitation_hours': '0.01' })
  const made = await brief.call('POST', USERS, { as: 'admin', body: { username: 'ada', invite: true } })
  const left = Date.parse(made.json.invitation.expires_at) - Date.parse(made.json.created_at)
  await brief.stop()
  expect(left).toBeGreaterThanOrEqual(36_000)
  expect(left).toBeLessThan(60_000)
})

test('a guess of an invitation counts as a guess', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 110; n++) statuses.push((await accept(`inv_${String(n).padStart(43, 'x')}`, CHOSEN)).status)
  expect([statuses[0], statuses.at(-1)]).toEqual([401, 429])
})

describe('the own account', () => {
  test('has a display name and a language, which an API token does not change', async () => {
    const person = await openBrowser(t, 'viewer')
    const changed = await person.call('PATCH', '/api/auth/profile', {
      body: { display_name: 'Ada L.', language: 'zh' },
    })
    expect(changed.json).toMatchObject({ display_name: 'Ada L.', language: 'zh', role: 'viewer' })
    const raised = await person.call('PATCH', '/api/auth/profile', { body: { role: 'admin' } })
    expect(raised.status).toBe(422)
    const body = { display_name: 'X' }
    expect((await t.call('PATCH', '/api/auth/profile', { as: 'admin', body })).status).toBe(403)
  })

  test('ends all other sessions, and goes on in this one', async () => {
    const person = await openBrowser(t, 'viewer')
    const { username } = (await person.call('GET', '/api/auth/me')).json.user
    const others = [await signIn(t, username, PERSON_PASSWORD), await signIn(t, username, PERSON_PASSWORD)]
    const bearer = (await login(username, PERSON_PASSWORD)).json.access_token
    expect((await person.call('DELETE', '/api/auth/sessions')).status).toBe(204)
    for (const other of others) expect((await other.call('GET', '/api/auth/me')).status).toBe(401)
    expect((await t.call('GET', '/api/auth/me', { as: bearer })).status).toBe(401)
    expect((await person.call('GET', '/api/auth/sessions')).json.sessions).toHaveLength(1)
  })
})

test('of administrators who end each other at the same instant one stays', async () => {
  const make = (n: number) => create({ username: `boss${n}`, role: 'admin', password: PERSON_PASSWORD })
  const ids: string[] = []
  for (let n = 0; n < 4; n++) ids.push((await make(n)).json.id)
  const { id } = (await t.call('GET', '/api/auth/me', { as: 'admin' })).json.user
  // The first administrator goes last: its tokens ask.
  const act = [
    () => t.call('PATCH', `${USERS}/${ids[0]}`, { as: 'admin', body: { role: 'viewer' } }),
    () => t.call('PATCH', `${USERS}/${ids[1]}`, { as: 'admin', body: { disabled: true } }),
    () => t.call('DELETE', `${USERS}/${ids[2]}`, { as: 'admin' }),
    () => t.call('PUT', `${USERS}/${ids[3]}`, { as: 'admin', body: { role: 'none' } }),
    () => t.call('PATCH', `${USERS}/${id}`, { as: 'admin', body: { role: 'viewer' } }),
  ]
  const statuses = (await Promise.all(act.map((each) => each()))).map(({ status }) => status)
  // Whoever is not an administrator any more may be refused for that.
  expect(statuses.filter((status) => status >= 400).length).toBeGreaterThanOrEqual(1)
  const { users } = await t.server.app.server
    .inject({ url: `${USERS}?limit=50`, headers: { ...PAGE_HEADERS, cookie: await cookieOfSomeBoss() } })
    .then((reply) => reply.json())
  const left = users.filter((user: { role: string; disabled: boolean }) => user.role === 'admin' && !user.disabled)
  expect(left).toHaveLength(1)

  async function cookieOfSomeBoss(): Promise<string> {
    for (const name of ['boss0', 'boss1', 'boss2', 'boss3', 'admin']) {
      const password = name === 'admin' ? 'correct horse battery' : PERSON_PASSWORD
      const browser = await signIn(t, name, password)
      const me = browser.cookie === '' ? null : (await browser.call('GET', '/api/auth/me')).json
      if (me?.user?.role === 'admin') return browser.cookie
    }
    throw new Error('Nobody is an administrator any more.')
  }
})
