import { once } from 'node:events'
import { systemClock } from '@rota/core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const HALF_MINUTE_MS = 30_000
const PASSWORD = 'a long enough password'
const GRANTS = '/api/scheduler/grants'

let t: TestServer
/** How far the wall clock of the server was put forward. */
let shiftMs = 0
let serial = 0
const now = () => systemClock.now() + shiftMs

beforeAll(async () => {
  t = await startTestServer({}, { ...systemClock, now })
})
afterAll(() => t.stop())

const as = (credential: string) => ({
  get: (url: string) => t.call('GET', url, { as: credential }),
  post: (url: string, body: unknown) => t.call('POST', url, { as: credential, body }),
  patch: (url: string, body: unknown) => t.call('PATCH', url, { as: credential, body }),
  remove: (url: string) => t.call('DELETE', url, { as: credential }),
})
const admin = as('admin')
const inHalfAMinute = () => new Date(now() + HALF_MINUTE_MS).toISOString()
const passHalfAMinute = () => {
  shiftMs += HALF_MINUTE_MS
}

async function person(role = 'none') {
  const username = `person${++serial}`
  const { json: made } = await admin.post('/api/scheduler/users', { username, password: PASSWORD, role })
  const { json } = await t.call('POST', '/api/auth/login', { body: { username, password: PASSWORD } })
  return { id: made.id as string, username, credential: json.access_token as string, ...as(json.access_token) }
}

async function task(group: string | null) {
  const body = { name: `task ${++serial}`, type: 'shell', command: 'true', schedule: { type: 'none' }, group }
  return (await admin.post('/api/scheduler/tasks', body)).json as { id: string; name: string }
}

const group = () => `team${++serial}`
const inGroup = (id: string) => ({ kind: 'group', id })
const EVERYWHERE = { kind: 'global' }

async function give(subject: object, role: string, scope: object, more: object = {}) {
  const made = await admin.post(GRANTS, { subject, role, scope, ...more })
  expect(made.status, made.text).toBe(201)
  return made.json as { id: string; expires_at: string | null; expired: boolean }
}

const toUser = ({ id }: { id: string }) => ({ kind: 'user', id })

describe('a grant with an end', () => {
  test('counts for nothing from its instant on, for what is done, seen, counted and explained', async () => {
    const [team, ada] = [group(), await person()]
    const own = await task(team)
    const made = await give(toUser(ada), 'operator', inGroup(team), { expires_at: inHalfAMinute() })
    expect(made).toMatchObject({ expired: false })
    expect((await ada.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(202)
    expect((await ada.get('/api/scheduler/tasks')).json.total).toBe(1)
    passHalfAMinute()
    expect((await ada.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(403)
    expect((await ada.get('/api/scheduler/tasks')).status).toBe(403)
    const explained = await ada.get(`/api/scheduler/access/explain?permission=execute&task=${own.id}`)
    expect(explained.json).toMatchObject({ allowed: false, by: [], others: [{ role: 'operator', expired: true }] })
    expect(explained.json.missing).toContain(made.expires_at)
    const { json } = await admin.get(`/api/scheduler/access/holders?group=${team}`)
    expect(json.holders.map(({ user }: { user: string }) => user)).not.toContain(ada.username)
    expect((await admin.get(`${GRANTS}/${made.id}`)).json).toMatchObject({ expired: true })
  })

  test('everywhere, and by way of a user group, ends as well', async () => {
    const ada = await person()
    const { json: crew } = await admin.post('/api/scheduler/user-groups', { name: `crew${++serial}` })
    await admin.post(`/api/scheduler/user-groups/${crew.id}/members`, toUser(ada))
    await give({ kind: 'group', id: crew.id }, 'viewer', EVERYWHERE, { expires_at: inHalfAMinute() })
    expect((await ada.get('/api/scheduler/tasks')).status).toBe(200)
    passHalfAMinute()
    expect((await ada.get('/api/scheduler/tasks')).status).toBe(403)
  })

  test('is prolonged, also when it has ended, ended sooner, and may be given for ever', async () => {
    const [team, ada] = [group(), await person()]
    await task(team)
    const { id } = await give(toUser(ada), 'viewer', inGroup(team), { expires_at: inHalfAMinute() })
    passHalfAMinute()
    expect((await ada.get('/api/scheduler/tasks')).status).toBe(403)
    expect((await admin.patch(`${GRANTS}/${id}`, { expires_at: inHalfAMinute() })).json).toMatchObject({
      expired: false,
    })
    expect((await ada.get('/api/scheduler/tasks')).json.total).toBe(1)
    const sooner = new Date(now() + 1_000).toISOString()
    expect((await admin.patch(`${GRANTS}/${id}`, { expires_at: sooner })).json.expires_at).toBe(sooner)
    expect((await admin.patch(`${GRANTS}/${id}`, { expires_at: null })).json).toMatchObject({ expires_at: null })
    passHalfAMinute()
    expect((await ada.get('/api/scheduler/tasks')).json.total).toBe(1)
    const { json } = await admin.get(`/api/scheduler/audit?subject=${id}&limit=10`)
    expect(json.entries.map(({ action }: { action: string }) => action)).toEqual([
      ...['updated', 'updated', 'updated'],
      'created',
    ])
  })

  test('given again lasts as long as the longer of both', async () => {
    const ada = await person()
    const [first, later] = [inHalfAMinute(), new Date(now() + 2 * HALF_MINUTE_MS).toISOString()]
    const again = async (end: string | null) => give(toUser(ada), 'viewer', EVERYWHERE, { expires_at: end })
    const made = await again(first)
    expect(await again(later)).toMatchObject({ id: made.id, expires_at: later })
    expect(await again(first)).toMatchObject({ id: made.id, expires_at: later })
    expect(await again(null)).toMatchObject({ id: made.id, expires_at: null })
    expect(await again(first)).toMatchObject({ id: made.id, expires_at: null })
  })

  test('cuts off a stream that it let be opened', async () => {
    const [team, ada] = [group(), await person()]
    await give(toUser(ada), 'viewer', inGroup(team), { expires_at: inHalfAMinute() })
    const { raw } = await t.server.app.server.inject({
      ...{ url: '/api/scheduler/events', payloadAsStream: true },
      headers: { authorization: `Bearer ${ada.credential}` },
    })
    onTestFinished(() => void raw.res.destroy())
    expect(raw.res.statusCode).toBe(200)
    const closed = once(raw.res, 'close')
    passHalfAMinute()
    await closed
  })

  test('is refused in the past, and beyond what whoever prolongs it may', async () => {
    const [ada, bob] = [await person(), await person()]
    const past = await admin.post(GRANTS, {
      ...{ subject: toUser(ada), role: 'viewer', scope: EVERYWHERE },
      expires_at: new Date(now() - 1).toISOString(),
    })
    expect([past.status, past.json.errors[0].path]).toEqual([422, 'expires_at'])
    const keeper = `keeper${++serial}`
    await admin.post('/api/scheduler/roles', { name: keeper, rights: { user: ['manage'] } })
    await give(toUser(bob), keeper, EVERYWHERE)
    const { id } = await give(toUser(ada), 'editor', EVERYWHERE, { expires_at: inHalfAMinute() })
    const longer = await bob.patch(`${GRANTS}/${id}`, { expires_at: null })
    expect([longer.status, longer.json.errors[0].path]).toEqual([422, 'role'])
  })
})

describe('a token that is granted something', () => {
  const tokenOf = async (owner: ReturnType<typeof as>, more: object = {}) => {
    const made = await owner.post('/api/scheduler/tokens', { name: `token${++serial}`, ...more })
    expect(made.status, made.text).toBe(201)
    return { id: made.json.id as string, text: made.json.token as string, ...as(made.json.token) }
  }
  const toToken = ({ id }: { id: string }) => ({ kind: 'token', id })

  test('holds only that, and of that no more than its owner and its permissions allow', async () => {
    const team = group()
    const [own, beside] = [await task(`${team}/a`), await task(team)]
    const ada = await person('operator')
    const [token, reader] = [await tokenOf(ada), await tokenOf(ada, { scopes: ['view'] })]
    expect((await token.post(`/api/scheduler/tasks/${beside.id}/run`, {})).status).toBe(202)
    for (const each of [token, reader]) await give(toToken(each), 'editor', inGroup(`${team}/a`))
    expect((await token.get('/api/scheduler/tasks')).json.total).toBe(1)
    expect((await token.get(`/api/scheduler/tasks/${beside.id}`)).status).toBe(404)
    expect((await token.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(202)
    // The grant says editor, its owner is but an operator.
    expect((await token.patch(`/api/scheduler/tasks/${own.id}`, { description: 'x' })).status).toBe(403)
    expect((await reader.get(`/api/scheduler/tasks/${own.id}`)).status).toBe(200)
    expect((await reader.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(403)
    expect((await ada.get(`/api/scheduler/tasks/${beside.id}`)).status).toBe(200)
    const { json } = await ada.get('/api/scheduler/tokens')
    expect(json.tokens.map((each: { grants_only: boolean }) => each.grants_only)).toEqual([true, true])
  })

  test('does not get back what its owner holds when the grant ends or is taken back', async () => {
    const [team, ada] = [group(), await person('operator')]
    await task(team)
    const [ending, bare] = [await tokenOf(ada), await tokenOf(ada)]
    await give(toToken(ending), 'viewer', inGroup(team), { expires_at: inHalfAMinute() })
    const { id } = await give(toToken(bare), 'viewer', inGroup(team))
    passHalfAMinute()
    await admin.remove(`${GRANTS}/${id}`)
    for (const each of [ending, bare]) expect((await each.get('/api/scheduler/tasks')).status).toBe(403)
  })

  test('loses what its owner loses', async () => {
    const [team, ada] = [group(), await person()]
    await task(team)
    const { id } = await give(toUser(ada), 'operator', inGroup(team))
    const token = await tokenOf(ada)
    await give(toToken(token), 'viewer', EVERYWHERE)
    expect((await token.get('/api/scheduler/tasks')).json.total).toBe(1)
    await admin.remove(`${GRANTS}/${id}`)
    expect((await token.get('/api/scheduler/tasks')).status).toBe(403)
  })

  test('hands on no more by the tokens that it makes, has made, or that take its place', async () => {
    const [team, ada] = [group(), await person('editor')]
    const [own, beside] = [await task(team), await task(null)]
    const token = await tokenOf(ada)
    const before = await tokenOf(token)
    await give(toToken(token), 'operator', inGroup(team))
    const after = await tokenOf(token)
    const rotated = await token.post(`/api/scheduler/tokens/${token.id}/rotate`, {})
    for (const each of [before, after, as(rotated.json.token)]) {
      expect((await each.get(`/api/scheduler/tasks/${own.id}`)).status).toBe(200)
      expect((await each.get(`/api/scheduler/tasks/${beside.id}`)).status).toBe(404)
      expect((await each.patch(`/api/scheduler/tasks/${own.id}`, { description: 'x' })).status).toBe(403)
    }
    expect((await admin.get(`${GRANTS}?token_id=${rotated.json.id}`)).json.total).toBe(1)
  })

  test('takes its grants with it when its owner goes', async () => {
    const [team, ada] = [group(), await person('viewer')]
    await give(toToken(await tokenOf(ada)), 'viewer', inGroup(team))
    expect((await admin.get(`${GRANTS}?group=${team}`)).json.total).toBe(1)
    await admin.remove(`/api/scheduler/users/${ada.id}`)
    expect((await admin.get(`${GRANTS}?group=${team}`)).json.total).toBe(0)
  })
})

describe('a refusal', () => {
  test('says which permission is lacking where, and names who can grant it to those who see users', async () => {
    const [team, ada, bob] = [group(), await person(), await person('viewer')]
    const own = await task(team)
    await give(toUser(ada), 'viewer', inGroup(team))
    const run = (who: typeof ada, language = 'en') =>
      t.call('POST', `/api/scheduler/tasks/${own.id}/run`, {
        ...{ as: who.credential, body: {} },
        headers: { 'accept-language': language },
      })
    expect((await run(bob)).json.missing).toMatchObject({
      ...{ permission: 'execute', kind: 'task' },
      can_grant: expect.arrayContaining(['admin']),
      mend: expect.stringMatching(/^These may grant it: .*admin/),
    })
    const edit = await bob.patch(`/api/scheduler/tasks/${own.id}`, { description: 'x' })
    expect(edit.json.missing).toMatchObject({ permission: 'edit', kind: 'task' })
    const role = `local${++serial}`
    await admin.post('/api/scheduler/roles', { name: role, rights: { task: ['view', 'edit'] } })
    await give(toUser(ada), role, inGroup(`other${team}`))
    const there = await ada.patch(`/api/scheduler/tasks/${own.id}`, { description: 'x' })
    expect(there.json.missing).toMatchObject({ permission: 'edit', group: team, can_grant: [] })
    expect(there.json.missing.mend).toBe('An administrator can grant it.')
    expect((await run(ada, 'zh')).json.missing.mend).toBe('管理员可授予此权限。')
    expect((await admin.get('/api/scheduler/tasks/none')).json.missing).toBeUndefined()
  })
})
