// Long because: a case stands here for each route that changes something.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { checkpointText } from '@rota/core'
import { totpAt } from '@rota/testkit/providers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, PERSON_PASSWORD, signIn, type TestBrowser } from './testing/test-browser.ts'
import { ADMIN_PASSWORD, type Reply, startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
beforeAll(async () => {
  t = await startTestServer({ 'auth.login_attempts': '10000' })
})
afterAll(() => t.stop())

let serial = 0
const fresh = (word: string) => `${word}${++serial}`

async function ok(method: string, url: string, body?: unknown, headers = {}): Promise<Reply> {
  const reply = await t.call(method, url, { as: 'admin', body, headers })
  expect(reply.status, `${method} ${url} ${reply.text}`).toBeLessThan(300)
  return reply
}

const entries = async (query: string) => (await ok('GET', `/api/scheduler/audit?${query}`)).json.entries

const TASK = { type: 'shell', command: 'true', schedule: { type: 'none' } }
const task = async (more: object = {}) =>
  (await ok('POST', '/api/scheduler/tasks', { ...TASK, name: fresh('task'), ...more })).json.id as string
const deleted = async () => {
  const id = await task()
  await ok('DELETE', `/api/scheduler/tasks/${id}`)
  return id
}
const made = async (noun: string, body: object) => (await ok('POST', `/api/scheduler/${noun}`, body)).json
const user = async () =>
  (await made('users', { username: fresh('user'), password: 'long enough for all' })).id as string
const group = async () => (await made('user-groups', { name: fresh('group') })).id as string
const tenant = async () => (await made('tenants', { id: fresh('t') })).id as string
const role = async () => (await made('roles', { name: fresh('role'), rights: { task: ['view'] } })).name as string
const secret = async () => (await made('secrets', { name: fresh('SECRET_'), value: 'a value' })).name as string
const later = { type: 'shell', payload: { command: 'true' }, run_at: '2999-01-01T00:00:00Z' }
const job = async () => (await made('executions', later)).id as string
const over = async () => {
  const id = await job()
  await ok('POST', `/api/scheduler/executions/${id}/cancel`, {})
  return id
}
const v1 = async () =>
  (
    await ok('POST', '/api/v1/jobs', {
      name: fresh('job'),
      job_type: 'interval',
      interval_seconds: 3600,
      func: 'sleep',
    })
  ).json.id as string

const policy = async () => (await made('policies', { name: fresh('policy'), rules: {} })).name as string
const protecting = (group: string) => ({
  name: group,
  applies_to: { groups: [group] },
  rules: { requires_approval: true },
})

type Call = [path: string, body?: unknown]

const node = async () => {
  const id = fresh('node')
  await ok('POST', '/api/scheduler/nodes/register', { id, capacity: 1 })
  return id
}
const pool = async () => (await made('pools', { name: fresh('pool') })).name as string
const joinToken = async () => made('nodes/join-tokens', {})

/** A call that changes something, for each route that can; what it leaves behind is told of. */
const CHANGES: Record<string, () => Promise<Call>> = {
  'POST /api/scheduler/policies': async () => ['/api/scheduler/policies', { name: fresh('policy'), rules: {} }],
  'PUT /api/scheduler/policies/:policy': async () => [
    `/api/scheduler/policies/${await policy()}`,
    { description: 'x', rules: {} },
  ],
  'DELETE /api/scheduler/policies/:policy': async () => [`/api/scheduler/policies/${await policy()}`],
  'POST /api/scheduler/approvals/:id/withdraw': async () => {
    const group = fresh('kept')
    await ok('POST', '/api/scheduler/policies', protecting(group))
    const { approval } = (await ok('POST', '/api/scheduler/tasks', { ...TASK, name: fresh('task'), group })).json
    return [`/api/scheduler/approvals/${approval.id}/withdraw`, {}]
  },
  'POST /api/scheduler/nodes/join-tokens': async () => ['/api/scheduler/nodes/join-tokens', { name: fresh('token') }],
  'DELETE /api/scheduler/nodes/join-tokens/:id': async () => [
    `/api/scheduler/nodes/join-tokens/${(await joinToken()).id}`,
  ],
  'POST /api/scheduler/nodes/register': async () => [
    '/api/scheduler/nodes/register',
    { id: fresh('node'), capacity: 1 },
  ],
  'POST /api/scheduler/nodes/heartbeat': async () => ['/api/scheduler/nodes/heartbeat', { node_name: fresh('node') }],
  'POST /api/scheduler/nodes/:node/drain': async () => [`/api/scheduler/nodes/${await node()}/drain`, {}],
  'POST /api/scheduler/nodes/:node/undrain': async () => {
    const id = await node()
    await ok('POST', `/api/scheduler/nodes/${id}/drain`, {})
    return [`/api/scheduler/nodes/${id}/undrain`]
  },
  'DELETE /api/scheduler/nodes/:node': async () => [`/api/scheduler/nodes/${await node()}`],
  'POST /api/scheduler/pools': async () => ['/api/scheduler/pools', { name: fresh('pool') }],
  'PUT /api/scheduler/pools/:pool': async () => [`/api/scheduler/pools/${await pool()}`, { description: 'x' }],
  'DELETE /api/scheduler/pools/:pool': async () => [`/api/scheduler/pools/${await pool()}`],
  'POST /api/scheduler/tenants': async () => ['/api/scheduler/tenants', { id: fresh('t') }],
  'PUT /api/scheduler/tenants/:tenant': async () => [`/api/scheduler/tenants/${await tenant()}`, { disabled: true }],
  'DELETE /api/scheduler/tenants/:tenant': async () => [`/api/scheduler/tenants/${await tenant()}`],
  'POST /api/scheduler/tasks': async () => ['/api/scheduler/tasks', { ...TASK, name: fresh('task') }],
  'PUT /api/scheduler/tasks/:id': async () => [`/api/scheduler/tasks/${await task()}`, { description: 'x' }],
  'PATCH /api/scheduler/tasks/:id': async () => [`/api/scheduler/tasks/${await task()}`, { description: 'x' }],
  'DELETE /api/scheduler/tasks/:id': async () => [`/api/scheduler/tasks/${await task()}`],
  'POST /api/scheduler/tasks/:id/enable': async () => [`/api/scheduler/tasks/${await task({ enabled: false })}/enable`],
  'POST /api/scheduler/tasks/:id/disable': async () => [`/api/scheduler/tasks/${await task()}/disable`],
  'POST /api/scheduler/tasks/:id/pause': async () => [`/api/scheduler/tasks/${await task()}/pause`],
  'POST /api/scheduler/tasks/:id/resume': async () => {
    const id = await task()
    await ok('POST', `/api/scheduler/tasks/${id}/pause`)
    return [`/api/scheduler/tasks/${id}/resume`]
  },
  'POST /api/scheduler/tasks/:id/restore': async () => [`/api/scheduler/tasks/${await deleted()}/restore`],
  'POST /api/scheduler/tasks/:id/purge': async () => [`/api/scheduler/tasks/${await deleted()}/purge`],
  'POST /api/scheduler/tasks/:id/clone': async () => [
    `/api/scheduler/tasks/${await task()}/clone`,
    { name: fresh('c') },
  ],
  'POST /api/scheduler/tasks/:id/run': async () => [`/api/scheduler/tasks/${await task()}/run`],
  'POST /api/scheduler/tasks/:id/stop': async () => {
    const id = await task({ command: 'sleep 60' })
    await ok('POST', `/api/scheduler/tasks/${id}/run`)
    return [`/api/scheduler/tasks/${id}/stop`]
  },
  'POST /api/scheduler/tasks/bulk': async () => [
    '/api/scheduler/tasks/bulk',
    { action: 'disable', ids: [await task()] },
  ],
  'POST /api/scheduler/tasks/import': async () => [
    '/api/scheduler/tasks/import',
    { tasks: [{ ...TASK, name: fresh('task') }] },
  ],
  'POST /api/scheduler/tasks/import/crontab': async () => [
    '/api/scheduler/tasks/import/crontab',
    { text: `0 2 * * * echo ${fresh('line')}` },
  ],
  'POST /api/scheduler/executions': async () => ['/api/scheduler/executions', later],
  'POST /api/scheduler/executions/:id/cancel': async () => [`/api/scheduler/executions/${await job()}/cancel`],
  'POST /api/scheduler/executions/:id/rerun': async () => [`/api/scheduler/executions/${await over()}/rerun`],
  'DELETE /api/scheduler/executions/:id': async () => [`/api/scheduler/executions/${await over()}`],
  'POST /api/v1/jobs': async () => [
    '/api/v1/jobs',
    { name: fresh('job'), job_type: 'interval', interval_seconds: 3600, func: 'sleep' },
  ],
  'PUT /api/v1/jobs/:id': async () => [`/api/v1/jobs/${await v1()}`, { interval_seconds: 7200 }],
  'DELETE /api/v1/jobs/:id': async () => [`/api/v1/jobs/${await v1()}`],
  'POST /api/v1/jobs/:id/execute': async () => [`/api/v1/jobs/${await v1()}/execute`],
  'POST /api/v1/jobs/:id/pause': async () => [`/api/v1/jobs/${await v1()}/pause`],
  'POST /api/v1/jobs/:id/resume': async () => {
    const id = await v1()
    await ok('POST', `/api/v1/jobs/${id}/pause`)
    return [`/api/v1/jobs/${id}/resume`]
  },
  'POST /api/scheduler/roles': async () => [
    '/api/scheduler/roles',
    { name: fresh('role'), rights: { task: ['view'] } },
  ],
  'PATCH /api/scheduler/roles/:role': async () => [`/api/scheduler/roles/${await role()}`, { description: 'x' }],
  'DELETE /api/scheduler/roles/:role': async () => [`/api/scheduler/roles/${await role()}`],
  'POST /api/scheduler/user-groups': async () => ['/api/scheduler/user-groups', { name: fresh('group') }],
  'PATCH /api/scheduler/user-groups/:id': async () => [
    `/api/scheduler/user-groups/${await group()}`,
    { description: 'x' },
  ],
  'DELETE /api/scheduler/user-groups/:id': async () => [`/api/scheduler/user-groups/${await group()}`],
  'POST /api/scheduler/user-groups/:id/members': async () => [
    `/api/scheduler/user-groups/${await group()}/members`,
    { kind: 'user', id: await user() },
  ],
  'DELETE /api/scheduler/user-groups/:id/members/:kind/:member': async () => {
    const [to, member] = [await group(), await user()]
    await ok('POST', `/api/scheduler/user-groups/${to}/members`, { kind: 'user', id: member })
    return [`/api/scheduler/user-groups/${to}/members/user/${member}`]
  },
  'POST /api/scheduler/grants': async () => [
    '/api/scheduler/grants',
    { subject: { kind: 'user', id: await user() }, role: 'viewer', scope: { kind: 'global' } },
  ],
  'PATCH /api/scheduler/grants/:id': async () => {
    const subject = { kind: 'user', id: await user() }
    const { id } = await made('grants', { subject, role: 'viewer', scope: { kind: 'global' } })
    return [`/api/scheduler/grants/${id}`, { expires_at: '2099-01-01T00:00:00Z' }]
  },
  'DELETE /api/scheduler/grants/:id': async () => {
    const subject = { kind: 'user', id: await user() }
    const { id } = await made('grants', { subject, role: 'viewer', scope: { kind: 'global' } })
    return [`/api/scheduler/grants/${id}`]
  },
  'POST /api/scheduler/secrets': async () => ['/api/scheduler/secrets', { name: fresh('SECRET_'), value: 'a value' }],
  'PUT /api/scheduler/secrets/:secret': async () => [`/api/scheduler/secrets/${await secret()}`, { description: 'x' }],
  'POST /api/scheduler/secrets/:secret/rotate': async () => [
    `/api/scheduler/secrets/${await secret()}/rotate`,
    { value: 'another value' },
  ],
  'DELETE /api/scheduler/secrets/:secret': async () => [`/api/scheduler/secrets/${await secret()}`],
  'POST /api/scheduler/secret-keys/rewrap': async () => ['/api/scheduler/secret-keys/rewrap'],
  'POST /api/scheduler/users': async () => [
    '/api/scheduler/users',
    { username: fresh('user'), password: 'long enough for all' },
  ],
  'PUT /api/scheduler/users/:id': async () => [`/api/scheduler/users/${await user()}`, { display_name: 'x' }],
  'PATCH /api/scheduler/users/:id': async () => [`/api/scheduler/users/${await user()}`, { role: 'editor' }],
  'DELETE /api/scheduler/users/:id': async () => [`/api/scheduler/users/${await user()}`],
  'POST /api/scheduler/users/:id/invite': async () => [`/api/scheduler/users/${await user()}/invite`],
  'DELETE /api/scheduler/users/:id/second-factor': async () => [`/api/scheduler/users/${await user()}/second-factor`],
  'POST /api/scheduler/tokens': async () => ['/api/scheduler/tokens', { name: fresh('token') }],
  'POST /api/scheduler/tokens/:token/rotate': async () => {
    const { id } = await made('tokens', { name: fresh('token') })
    return [`/api/scheduler/tokens/${id}/rotate`]
  },
  'DELETE /api/scheduler/tokens/:token': async () => {
    const { id } = await made('tokens', { name: fresh('token') })
    return [`/api/scheduler/tokens/${id}`]
  },
}

const CHOSEN = 'a lantern of my own'

interface Oneself {
  browser: TestBrowser
  username: string
  codes: string[]
  code(steps: number): string
  enrolment(): Promise<object>
  otherSession(): Promise<string>
}

async function oneself(): Promise<Oneself> {
  const began = Date.now()
  const browser = await openBrowser(t, 'editor')
  const { username } = (await browser.call('GET', '/api/auth/me')).json.user
  let secret = ''
  const code = (steps: number) => totpAt(secret, began + steps * 30_000)
  return {
    ...{ browser, username, codes: [], code },
    async enrolment() {
      const offer = (await browser.call('POST', '/api/auth/second-factor')).json
      secret = offer.secret
      return { enrolment: offer.enrolment, totp: code(0), password: PERSON_PASSWORD }
    },
    async otherSession() {
      const list = async () => (await browser.call('GET', '/api/auth/sessions')).json.sessions
      const others = (await list()).filter(({ current }: { current: boolean }) => !current)
      if (others.length > 0) return others[0].id
      await signIn(t, username, PERSON_PASSWORD)
      return (await list()).find(({ current }: { current: boolean }) => !current)?.id ?? ''
    },
  }
}

/** These change nothing that is kept. */
const CHANGE_NOTHING = [
  'POST /api/scheduler/nodes/:node/news',
  'POST /api/scheduler/nodes/:node/poll',
  'POST /api/scheduler/policies/check',
  'POST /api/scheduler/schedules/preview',
  'POST /api/scheduler/tasks/validate',
  'POST /api/auth/refresh',
  'POST /api/auth/invitation',
  'POST /api/auth/second-factor',
]

/** What people do to their own accounts, and the action that is told of. */
const BY_ONESELF: Record<string, [path: string, action: string, body?: (person: Oneself) => Promise<object> | object]> =
  {
    'PATCH /api/auth/profile': ['/api/auth/profile', 'updated', () => ({ display_name: 'Me' })],
    'PUT /api/auth/second-factor': ['/api/auth/second-factor', 'second factor set up', (person) => person.enrolment()],
    'POST /api/auth/second-factor/recovery-codes': [
      '/api/auth/second-factor/recovery-codes',
      'recovery codes renewed',
      (person) => ({ password: PERSON_PASSWORD, totp: person.code(1) }),
    ],
    'POST /api/auth/second-factor/removal': [
      '/api/auth/second-factor/removal',
      'second factor removed',
      (person) => ({ password: PERSON_PASSWORD, recovery_code: person.codes[0] }),
    ],
    'DELETE /api/auth/sessions': ['/api/auth/sessions', 'ended'],
    'DELETE /api/auth/sessions/:id': ['/api/auth/sessions/:id', 'ended'],
    'POST /api/auth/password': [
      '/api/auth/password',
      'updated',
      () => ({ current_password: PERSON_PASSWORD, new_password: CHOSEN }),
    ],
    'POST /api/auth/logout': ['/api/auth/logout', 'ended'],
  }

/** Told of where they are tried. */
const ELSEWHERE = [
  'POST /api/scheduler/approvals/:id/approve',
  'POST /api/scheduler/approvals/:id/reject',
  'POST /api/auth/login',
  'POST /api/auth/invitation/accept',
  // nodes.test.ts
  'POST /api/scheduler/nodes/join',
  // oidc.test.ts
  'POST /api/auth/oidc/:provider/logout',
]

describe('the audit', () => {
  test('tells of whatever a route changes, of its caller and of the request', async () => {
    for (const [route, call] of Object.entries(CHANGES)) {
      const [path, body] = await call()
      const id = fresh('request-')
      const { text } = await ok(route.split(' ')[0]!, path, body, { 'x-request-id': id })
      const told = await entries(`request_id=${id}`)
      expect(told.length, `${route} is not told of: ${text}`).toBeGreaterThan(0)
      for (const entry of told) {
        expect(entry).toMatchObject({ actor: 'token:admin', outcome: 'done', address: '127.0.0.1' })
        expect([entry.credential, entry.user_id, entry.action]).not.toContain(null)
      }
    }
  })

  test('tells of what people do to their own accounts, and holds no secret of theirs', async () => {
    const person = await oneself()
    for (const [route, [path, action, body]] of Object.entries(BY_ONESELF)) {
      const id = fresh('request-')
      const url = path.replace(':id', await person.otherSession())
      const given = await body?.(person)
      const reply = await person.browser.call(route.split(' ')[0]!, url, {
        body: given,
        headers: { 'x-request-id': id },
      })
      expect(reply.status, `${route} ${reply.text}`).toBeLessThan(300)
      person.codes = reply.json?.recovery_codes ?? person.codes
      expect(await entries(`request_id=${id}`), route).toMatchObject([
        { actor: person.username, action, outcome: 'done', credential: expect.stringContaining('session:') },
      ])
    }
    const { text } = await t.call('GET', '/api/scheduler/audit/export', { as: 'admin' })
    for (const secret of [PERSON_PASSWORD, CHOSEN, ...person.codes]) expect(text).not.toContain(secret)
  })

  test('tells of what waits for a second person, and of what that decides', async () => {
    const [one, two] = [fresh('kept'), fresh('kept')]
    await ok('POST', '/api/scheduler/policies', protecting(one))
    const decide = async (name: string, verb: string, body: object) => {
      const { approval } = (await ok('POST', '/api/scheduler/tasks', { ...TASK, name, group: one })).json
      const second = await openBrowser(t, 'admin')
      const reply = await second.call('POST', `/api/scheduler/approvals/${approval.id}/${verb}`, { body })
      expect(reply.status, reply.text).toBe(200)
      return entries(`kind=approval&subject=${approval.id}`)
    }
    expect(await decide(one, 'approve', {})).toMatchObject([{ action: 'approved' }, { action: 'requested' }])
    expect(await decide(two, 'reject', { reason: 'No.' })).toMatchObject([
      { action: 'rejected' },
      { action: 'requested' },
    ])
  })

  test('tells of who signs in, who does not, and of an invitation, but not of names that are nobody’s', async () => {
    const { username, invitation } = await made('users', { username: fresh('user'), invite: true })
    const body = { token: invitation.token, password: CHOSEN }
    expect((await t.call('POST', '/api/auth/invitation/accept', { body })).status).toBe(200)
    const login = (name: string, password: string) =>
      t.call('POST', '/api/auth/login', { body: { username: name, password } })
    expect([(await login(username, CHOSEN)).status, (await login(username, 'wrong')).status]).toEqual([200, 401])
    await login('my password by mistake', 'wrong')
    const told = await entries(`actor=${encodeURIComponent(username)}`)
    expect(told.map((entry: { action: string; outcome: string }) => [entry.action, entry.outcome])).toEqual([
      ['sign-in', 'refused'],
      ['signed in', 'done'],
      ['invitation accepted', 'done'],
    ])
    const { text } = await t.call('GET', '/api/scheduler/audit/export', { as: 'admin' })
    for (const secret of ['by mistake', invitation.token, CHOSEN]) expect(text).not.toContain(secret)
  })

  test('of a change keeps what was and what is, without secrets', async () => {
    const id = await task({ env: { API_KEY: 'canary-one' }, description: 'old' })
    await ok('PATCH', `/api/scheduler/tasks/${id}`, { env: { API_KEY: 'canary-two' }, description: 'new' })
    const [changed, created] = await entries(`subject=${id}`)
    expect(changed).toMatchObject({ kind: 'task', action: 'updated', subject_id: id })
    expect(changed.before).toEqual({ description: 'old', env: { API_KEY: '***' } })
    expect(changed.after).toEqual({ description: 'new', env: { API_KEY: '***' } })
    expect(created).toMatchObject({ action: 'created', before: null, after: { command: 'true' } })
    expect((await t.call('GET', '/api/scheduler/audit/export', { as: 'admin' })).text).not.toContain('canary')
  })

  test('tells of what is refused to somebody who has signed in', async () => {
    const reply = await t.call('POST', '/api/scheduler/tasks', {
      as: 'viewer',
      body: TASK,
      headers: { 'x-request-id': 'no' },
    })
    expect(reply.status).toBe(403)
    await expect
      .poll(() => entries('request_id=no'))
      .toMatchObject([
        { actor: 'token:viewer', kind: 'request', subject_name: 'POST /api/scheduler/tasks', outcome: 'refused' },
      ])
  })

  test('is a chain that checkpoints vouch for, signed with a key of the server', async () => {
    const { text } = await ok('GET', '/api/scheduler/audit/export')
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const seqs = lines.map(({ seq }) => seq).filter((seq) => seq !== null)
    expect(seqs).toEqual(seqs.map((_, at) => at + 1))
    for (const { payload, payload_hash } of lines.filter((line) => line.payload_hash !== null)) {
      expect(createHash('sha256').update(payload).digest('hex')).toBe(payload_hash)
    }
    const { checkpoints } = (await ok('GET', '/api/scheduler/audit/checkpoints')).json
    for (const { seq, hash, at, key, signature } of checkpoints) {
      const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
      const signed = Buffer.from(checkpointText({ seq, hash, at }))
      expect(verify(null, signed, publicKey, Buffer.from(signature, 'base64'))).toBe(true)
    }
  })

  test('leaves no formula in a table', async () => {
    await ok('POST', '/api/scheduler/tasks', { ...TASK, name: `=cmd|' /C calc'!A${++serial}` })
    const { text } = await ok('GET', '/api/scheduler/audit/export?format=csv&kind=task')
    expect(text).toContain("'=cmd")
    expect(text).not.toMatch(/(^|,)"?=cmd/m)
  })

  test('refuses a filter that it does not know, and an instant that is none', async () => {
    for (const query of ['no=1', 'from=yesterday', 'outcome=maybe', 'cursor=x']) {
      expect((await t.call('GET', `/api/scheduler/audit?${query}`, { as: 'admin' })).status, query).toBe(422)
    }
  })
})

test('every route that changes something has a case here', () => {
  const registered = t.server.app.registered.map(({ method, url }) => `${method} ${url}`)
  const changing = registered.filter((route) => /^(POST|PUT|PATCH|DELETE) /.test(route))
  const known = [...Object.keys(CHANGES), ...Object.keys(BY_ONESELF), ...CHANGE_NOTHING, ...ELSEWHERE]
  expect(changing.filter((route) => !known.includes(route))).toEqual([])
  expect(ADMIN_PASSWORD).toBeDefined()
})
