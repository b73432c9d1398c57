import { CLIENT, passProvider, startOidcProvider, type TestProvider, Visitor } from '@rota/testkit/providers'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const START = '/api/auth/oidc/idp/start'
let idp: TestProvider
let t: TestServer

const provider = (more: object = {}) => ({
  ...{ id: 'idp', name: 'Company', issuer: idp.issuer, client_id: CLIENT.id, client_secret: CLIENT.secret },
  roles: [
    { group: 'admins', role: 'admin' },
    { group: 'backup', role: 'operator', in: 'backup' },
  ],
  ...more,
})
const start = async (more: object = {}, settings: Record<string, string> = {}) => {
  const server = await startTestServer({ 'auth.oidc': JSON.stringify([provider(more)]), ...settings })
  idp.serve(server.server.url)
  return server
}

beforeAll(async () => {
  idp = await startOidcProvider()
  t = await start()
})
afterAll(async () => {
  await t.stop()
  await idp.stop()
})
beforeEach(() => {
  idp.people.clear()
  idp.tamper = null
  idp.answer = null
})

/** What a visitor sees who goes the whole way as somebody. */
async function signIn(person: string, { visitor = new Visitor(), to = '/tasks', server = t } = {}) {
  const { url } = server.server
  const back = await passProvider(visitor, `${url}${START}?to=${encodeURIComponent(to)}`, person)
  const reply = await visitor.fetch(back)
  const api = async (path: string, options: RequestInit = {}) => {
    const headers = { 'x-rota-csrf': '1', 'sec-fetch-site': 'same-origin', accept: 'application/json' }
    return visitor.fetch(`${url}${path}`, { ...options, headers })
  }
  const problem = async () => ((await (await api('/api/auth/ways')).json()) as { problem: string | null }).problem
  const me = async () => (await (await api('/api/auth/me')).json()) as Me
  return { back, reply, location: reply.headers.get('location'), api, problem, me, visitor }
}

interface Me {
  user: { id: string; username: string; display_name: string; source: string; role: string }
  rights: Record<string, string[]>
  grants: { role: string; scope: { id: string } }[]
}

const grantsOf = async (id: string) => {
  const { grants } = (await t.call('GET', `/api/scheduler/grants?user=${id}`, { as: 'admin' })).json
  return grants
    .map(({ role, source }: { role: string; source: string | null }) => `${source ?? 'by hand'}:${role}`)
    .toSorted()
}

describe('signing in with a provider', () => {
  test('opens a session in the browser and goes where one wanted to go; the account may what its groups may', async () => {
    idp.people.set('s-1', { preferred_username: 'ada', name: 'Ada L.', groups: ['backup', 'others'] })
    const { location, me, reply, visitor } = await signIn('s-1', { to: '/tasks?group=backup#x' })
    expect([reply.status, location]).toEqual([302, '/tasks?group=backup#x'])
    const { user, grants, rights } = await me()
    expect(user).toMatchObject({ username: 'ada', display_name: 'Ada L.', source: 'oidc:idp', role: 'none' })
    expect([grants.map(({ role, scope }) => [role, scope.id]), rights]).toEqual([[['operator', 'backup']], {}])
    // Nothing of the way is left in the browser but the session.
    expect(visitor.cookie(t.server.url, 'rota_sign_in')).toBeUndefined()
    expect(reply.headers.getSetCookie().every((line) => /HttpOnly/.test(line))).toBe(true)
  })

  test('is no way to another site', async () => {
    idp.people.set('s-2', { preferred_username: 'bob' })
    for (const to of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example/',
      '/%5cevil',
      '/api/auth/logout',
      '/\tx',
    ]) {
      const { location } = await signIn('s-2', { to })
      expect(['/', '/%5cevil']).toContain(location)
    }
  })

  test('knows a person by issuer and subject: who is renamed keeps the account, who takes a name over gets another', async () => {
    idp.people.set('s-3', { preferred_username: 'carol', name: 'Carol' })
    const first = await (await signIn('s-3')).me()
    idp.people.set('s-3', { preferred_username: 'carol-married', name: 'Carol M.' })
    idp.people.set('s-4', { preferred_username: 'carol', email: 'carol@example.org' })
    const again = await (await signIn('s-3')).me()
    expect(again.user).toMatchObject({ id: first.user.id, username: 'carol', display_name: 'Carol M.' })
    const other = await (await signIn('s-4')).me()
    expect(other.user.id).not.toBe(first.user.id)
    expect(other.user.username).toBe('carol-2')
  })

  test('never takes over an account that has a password here, whatever the provider calls its people', async () => {
    idp.people.set('s-5', { preferred_username: 'admin', groups: [] })
    const { user, rights } = await (await signIn('s-5')).me()
    expect([user.username, rights]).toEqual(['admin-2', {}])
    const password = await t.call('PATCH', `/api/scheduler/users/${user.id}`, {
      as: 'admin',
      body: { password: 'tangled lantern' },
    })
    expect([password.status, password.json.errors[0].path]).toEqual([422, 'password'])
    expect((await t.call('POST', `/api/scheduler/users/${user.id}/invite`, { as: 'admin' })).status).toBe(409)
  })

  test('ends nowhere for an account that was disabled', async () => {
    idp.people.set('s-6', { preferred_username: 'dan' })
    const { user } = await (await signIn('s-6')).me()
    await t.call('PATCH', `/api/scheduler/users/${user.id}`, { as: 'admin', body: { disabled: true } })
    const { location, problem, api } = await signIn('s-6')
    expect([location, (await api('/api/auth/me')).status]).toEqual(['/', 401])
    expect(await problem()).toBe('The account is disabled or gone.')
    // It is told once.
    expect(await problem()).toBeNull()
  })
})

describe('groups of a provider', () => {
  test('are replaced at each sign-in; a missing claim says nothing, an empty one takes all, and what people gave stays', async () => {
    idp.people.set('g-1', { preferred_username: 'gil', groups: ['admins', 'backup'] })
    const { user } = await (await signIn('g-1')).me()
    const subject = { kind: 'user', id: user.id }
    const body = { subject, role: 'viewer', scope: { kind: 'global' } }
    await t.call('POST', '/api/scheduler/grants', { as: 'admin', body })
    expect(await grantsOf(user.id)).toEqual(['by hand:viewer', 'oidc:idp:admin', 'oidc:idp:operator'])
    idp.people.set('g-1', { preferred_username: 'gil' })
    await signIn('g-1')
    expect(await grantsOf(user.id)).toEqual(['by hand:viewer', 'oidc:idp:admin', 'oidc:idp:operator'])
    idp.people.set('g-1', { preferred_username: 'gil', groups: ['backup'] })
    await signIn('g-1')
    expect(await grantsOf(user.id)).toEqual(['by hand:viewer', 'oidc:idp:operator'])
    idp.people.set('g-1', { preferred_username: 'gil', groups: [] })
    await signIn('g-1')
    expect(await grantsOf(user.id)).toEqual(['by hand:viewer'])
  })

  test('come from the ID token and from userinfo, and a single name is a list of one', async () => {
    idp.people.set('g-2', { preferred_username: 'hal', userinfo: { groups: 'backup' } })
    expect((await (await signIn('g-2')).me()).grants).toHaveLength(1)
    idp.people.set('g-3', { preferred_username: 'ida', groups: ['backup'], userinfo: { groups: ['admins'] } })
    const { rights, grants } = await (await signIn('g-3')).me()
    expect([rights.user, grants.length]).toEqual([['view', 'manage'], 1])
  })

  test.each([[{ name: 'admins' }], [42], [['admins', 7]], [true]])('that are %j are refused', async (groups) => {
    idp.people.set('g-4', { preferred_username: 'jon', groups })
    const { problem, location } = await signIn('g-4')
    expect([location, await problem()]).toEqual([
      '/',
      expect.stringContaining('The claim groups of the provider is no list'),
    ])
  })

  test('in a claim that lies deeper, with a role that does not exist, and without accounts for strangers', async () => {
    const roles = [
      { group: 'admins', role: 'no-such-role' },
      { group: 'admins', role: 'viewer' },
    ]
    const other = await start({ groups_claim: 'realm_access.roles', roles, create_accounts: false })
    onTestFinished(async () => {
      await other.stop()
      idp.serve(t.server.url)
    })
    idp.people.set('g-5', { preferred_username: 'kim' })
    expect(await (await signIn('g-5', { server: other })).problem()).toContain('no account for kim')
  })
})

describe('what does not belong to a sign-in', () => {
  const problemOf = async (visitor: Visitor, address: string) => {
    await visitor.fetch(address)
    const ways = await visitor.fetch(`${t.server.url}/api/auth/ways`)
    return ((await ways.json()) as { problem: string | null }).problem
  }

  test('is refused: a code twice, another browser’s, another state, and none at all', async () => {
    idp.people.set('r-1', { preferred_username: 'lea' })
    const visitor = new Visitor()
    const back = await passProvider(visitor, `${t.server.url}${START}`, 'r-1')
    expect(await problemOf(new Visitor(), back)).toContain('not begun in this browser')
    const kept = visitor.cookie(t.server.url, 'rota_sign_in')!
    await visitor.fetch(back)
    // The same code with the very cookie that it came with.
    const thief = (address: string) =>
      fetch(address, { headers: { cookie: `rota_sign_in=${kept}` }, redirect: 'manual' })
    const replay = await thief(back)
    expect(replay.headers.getSetCookie().some((line) => line.startsWith('rota_session='))).toBe(false)
    const forged = await thief(back.replace(/state=[^&]+/, 'state=other'))
    expect(forged.headers.getSetCookie().some((line) => line.startsWith('rota_session='))).toBe(false)
    const bare = await thief(`${t.server.url}/api/auth/oidc/idp/callback`)
    expect([bare.status, bare.headers.get('location')]).toEqual([302, '/'])
    const broken = await fetch(back, { headers: { cookie: 'rota_sign_in=AAAA' }, redirect: 'manual' })
    expect(broken.headers.get('location')).toBe('/')
  })

  test('is a person’s no, told as such', async () => {
    const visitor = new Visitor()
    const { at } = await visitor.follow(`${t.server.url}${START}`, (address) => address.includes('/interaction/'))
    const { at: back } = await visitor.follow(`${at}/abort`, (address) => address.includes('/callback?'))
    expect(await problemOf(visitor, back)).toBe('Company did not sign you in (access_denied).')
  })

  test.each([
    ['for another client', { aud: 'somebody-else' }, 'for somebody else'],
    ['of another issuer', { iss: 'https://evil.example' }, 'for somebody else'],
    ['of another sign-in', { nonce: 'other' }, 'for somebody else'],
    ['that has expired', { exp: 1_000_000_000 }, 'out of date'],
  ])('is an ID token %s', async (_, change, said) => {
    idp.people.set('r-2', { preferred_username: 'max' })
    idp.tamper = (claims) => ({ ...claims, ...change })
    const { problem, api } = await signIn('r-2')
    expect(await problem()).toContain(said)
    expect((await api('/api/auth/me')).status).toBe(401)
  })

  test('but a clock that differs by less than is allowed does', async () => {
    idp.people.set('r-3', { preferred_username: 'ned' })
    const seconds = Math.floor(Date.now() / 1_000)
    idp.tamper = (claims) => ({ ...claims, exp: seconds - 30 })
    expect((await (await signIn('r-3')).me()).user.username).toBe('ned')
    idp.tamper = (claims) => ({ ...claims, iat: seconds + 3_600, nbf: seconds + 3_600, exp: seconds + 7_200 })
    expect(await (await signIn('r-3')).problem()).toContain('out of date')
  })
})

describe('a provider', () => {
  test('may change its keys at any time', async () => {
    idp.people.set('k-1', { preferred_username: 'ole' })
    await signIn('k-1')
    idp.rotateKeys()
    idp.tamper = (claims) => claims
    expect((await (await signIn('k-1')).me()).user.username).toBe('ole')
  })

  test.each([
    ['is down', (_: unknown, response: { destroy(): void }) => response.destroy(), 'Company cannot be reached'],
    [
      'answers a web page',
      (_: unknown, response: { setHeader(n: string, v: string): void; end(text: string): void }) => {
        response.setHeader('content-type', 'text/html')
        response.end('<!doctype html><title>Welcome</title>')
      },
      'no OpenID Connect provider',
    ],
    [
      'is another one',
      (_: unknown, response: { setHeader(n: string, v: string): void; end(text: string): void }) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ issuer: 'https://other.example', jwks_uri: 'https://other.example/jwks' }))
      },
      'no OpenID Connect provider',
    ],
  ])('that %s is said to be so, and passwords go on', async (_, answer, said) => {
    const other = await start()
    onTestFinished(async () => {
      idp.answer = null
      await other.stop()
      idp.serve(t.server.url)
    })
    idp.answer = answer as never
    const visitor = new Visitor()
    const reply = await visitor.fetch(`${other.server.url}${START}`)
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/'])
    const ways = (await (await visitor.fetch(`${other.server.url}/api/auth/ways`)).json()) as Record<string, unknown>
    expect(ways).toMatchObject({
      providers: [{ id: 'idp', name: 'Company' }],
      local: true,
      problem: expect.stringContaining(said),
    })
    const body = { username: 'admin', password: 'correct horse battery' }
    expect((await other.call('POST', '/api/auth/login', { body })).status).toBe(200)
  })

  test('has a secret that is shown nowhere', async () => {
    const { text } = await t.call('GET', '/api/scheduler/config', { as: 'admin' })
    expect(text).toContain('"client_id":"rota"')
    expect(text).not.toContain(CLIENT.secret)
  })
})

describe('back-channel logout', () => {
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  let jti = 0
  const now = () => Math.floor(Date.now() / 1_000)
  const notice = (more: object) => ({
    iss: idp.issuer,
    aud: CLIENT.id,
    iat: now(),
    exp: now() + 60,
    jti: `j${++jti}`,
    events: EVENTS,
    ...more,
  })
  const send = (token: string) =>
    fetch(`${t.server.url}/api/auth/oidc/idp/logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }),
    })
  const isIn = async ({ api }: { api: (path: string) => Promise<Response> }) =>
    (await api('/api/auth/me')).status === 200

  test('ends the sessions of a person, or the one of a session there, and no other', async () => {
    for (const name of ['b-1', 'b-2']) idp.people.set(name, { preferred_username: name })
    const [one, two, other] = [await signIn('b-1'), await signIn('b-1'), await signIn('b-2')]
    let sid: unknown
    idp.tamper = (claims) => {
      sid = claims.sid
      return claims
    }
    const third = await signIn('b-1')
    expect((await send(await idp.sign(notice({ sid })))).status).toBe(200)
    expect([await isIn(one), await isIn(two), await isIn(third), await isIn(other)]).toEqual([true, true, false, true])
    const token = await idp.sign(notice({ sub: 'b-1' }))
    expect((await send(token)).status).toBe(200)
    expect([await isIn(one), await isIn(two), await isIn(other)]).toEqual([false, false, true])
    expect((await send(token)).status).toBe(400)
  })

  test('comes from the provider itself when a person signs out there', async () => {
    idp.people.set('b-4', { preferred_username: 'b-4' })
    const person = await signIn('b-4')
    const page = await (await person.visitor.fetch(`${idp.issuer}/session/end`)).text()
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? []
    await person.visitor.fetch(`${idp.issuer}/session/end/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    })
    expect(await isIn(person)).toBe(false)
    const { entries } = (await t.call('GET', '/api/scheduler/audit?kind=session', { as: 'admin' })).json
    expect(entries[0]).toMatchObject({ actor: 'oidc:idp', action: 'ended', detail: { sessions: 1 } })
  })

  test('takes no token that is forged, old, for others, or of another kind', async () => {
    idp.people.set('b-3', { preferred_username: 'b-3' })
    const person = await signIn('b-3')
    const bad = [
      await idp.sign(notice({ sub: 'b-3' }), { isForged: true }),
      await idp.sign(notice({ sub: 'b-3', aud: 'other' })),
      await idp.sign(notice({ sub: 'b-3', iss: 'https://other.example' })),
      await idp.sign(notice({ sub: 'b-3', nonce: 'n' })),
      await idp.sign(notice({ sub: 'b-3', events: {} })),
      await idp.sign(notice({ sub: 'b-3', iat: now() - 3_600, exp: now() + 60 })),
      await idp.sign(notice({ sub: 'b-3', jti: undefined })),
      await idp.sign(notice({})),
      'nonsense',
    ]
    for (const token of bad) expect((await send(token)).status).toBe(400)
    expect(await isIn(person)).toBe(true)
    const elsewhere = await fetch(`${t.server.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'username=admin&password=x',
    })
    expect(elsewhere.status).toBe(415)
  })
})

test('where passwords are turned off one account alone gets in by its own', async () => {
  const other = await start({}, { 'auth.local_sign_in': 'false', 'auth.break_glass_user': 'Admin' })
  onTestFinished(async () => {
    await other.stop()
    idp.serve(t.server.url)
  })
  const body = { username: 'eve', password: 'tangled amber lantern', role: 'admin' }
  expect((await other.call('POST', '/api/scheduler/users', { as: 'admin', body })).status).toBe(201)
  const login = (username: string, password: string) =>
    other.call('POST', '/api/auth/login', { body: { username, password } })
  const refused = await login('eve', body.password)
  expect([refused.status, refused.json.detail]).toEqual([401, expect.stringContaining('use a provider')])
  expect((await login('nobody', 'x')).json.detail).toBe(refused.json.detail)
  expect((await login('admin', 'correct horse battery')).status).toBe(200)
})
