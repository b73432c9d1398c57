import { meets, ROLE_RIGHTS, withinTenant } from '@rota/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from './route.ts'
import { allRoutes } from './routes/index.ts'
import { callsTo, type RouteCall } from './testing/route-calls.ts'
import { type StagedTenant, stageTenant, TENANT_PASSWORD } from './testing/tenant-stage.ts'
import { signIn } from './testing/test-browser.ts'
import { type Reply, ROLES, startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
let kestrel: StagedTenant
let osprey: StagedTenant

beforeAll(async () => {
  t = await startTestServer({ 'auth.login_attempts': '10000', 'auth.login_attempts_per_account': '10000' })
  kestrel = await stageTenant(t, 'kestrel')
  osprey = await stageTenant(t, 'osprey')
})
afterAll(() => t.stop())

const ROUTES = (allRoutes({ hasPublicMetrics: false }) as unknown as Route[]).map((route) => ({
  ...route,
  hasBody: route.body !== undefined,
  hasQuery: route.query !== undefined,
}))

/** All that every route can be asked about a tenant, but what would end the session of who asks. */
function everyCall(about: StagedTenant): (RouteCall & { route: Route })[] {
  return ROUTES.flatMap((route) => callsTo(route, about).map((call) => ({ ...call, route })))
}

/** Before who asks has named the other: what one was refused, one reads in one's own audit. */
const auditFirst = (a: RouteCall, b: RouteCall) => Number(b.path.includes('/audit')) - Number(a.path.includes('/audit'))

const isReading = ({ method }: RouteCall) => method === 'GET'

/** What a reply tells of a tenant that the request has not said itself. */
function leaks(reply: Reply, of: StagedTenant, said: readonly string[]): string[] {
  let text = `${reply.text} ${JSON.stringify(reply.headers)}`
  for (const word of said.toSorted((a, b) => b.length - a.length)) {
    for (const form of [word, encodeURIComponent(word)]) text = text.replaceAll(form, '')
  }
  return [of.word, ...Object.values(of.ids)].filter((secret) => text.includes(secret))
}

const placeOf = ({ method, path, body }: RouteCall, { status, text }: Reply) =>
  `${method} ${path} ${JSON.stringify(body) ?? ''} → ${status} ${text.slice(0, 300)}`

/** Routes that tell figures alone, what all share, or what belongs to the caller. */
const SILENT = [
  '/api/auth/sessions',
  '/api/scheduler/audit/checkpoints',
  '/api/scheduler/events',
  '/api/scheduler/executions/:id/explain',
  '/api/scheduler/ledger',
  '/api/scheduler/stats',
  '/api/scheduler/stats/lateness',
  '/api/scheduler/stats/timeseries',
  '/api/scheduler/tasks/:id/stats',
  '/health',
  '/openapi.json',
  '/ready',
]

describe('whoever belongs to a tenant', () => {
  test('reads its own: each has something to tell by every route that could tell it to another', async () => {
    for (const tenant of [kestrel, osprey]) {
      const told = new Map<string, boolean>()
      for (const call of everyCall(tenant).filter(isReading)) {
        const { text } = await tenant.call(call.method, call.path)
        const { url } = call.route
        told.set(url, told.get(url) === true || text.includes(tenant.word) || text.includes(tenant.ids.execution))
      }
      expect([...told].flatMap(([url, isTold]) => (isTold ? [] : [url])).sort()).toEqual(SILENT)
    }
  })

  test('learns nothing of another from any route, asked with the own ids or with those of the other', async () => {
    for (const [own, other] of [[kestrel, osprey] as const, [osprey, kestrel] as const]) {
      for (const call of everyCall(own).filter(isReading)) {
        const reply = await own.call(call.method, call.path)
        expect(leaks(reply, other, []), placeOf(call, reply)).toEqual([])
        expect(reply.status, placeOf(call, reply)).toBeLessThan(500)
      }
      const before = await holdings(other)
      for (const call of everyCall(other).toSorted(auditFirst)) {
        const reply = await own.call(call.method, call.path, call.body)
        expect(leaks(reply, other, call.said), placeOf(call, reply)).toEqual([])
        if (/:/.test(call.route.url)) expect([400, 403, 404, 422], placeOf(call, reply)).toContain(reply.status)
      }
      expect(await holdings(other)).toEqual(before)
    }
  })

  test('is answered of what another has as of what there is not', async () => {
    const nobody = { ...osprey, ids: nowhere(osprey.ids), names: nowhereNamed(osprey) }
    const [theirs, none] = [everyCall(osprey), everyCall(nobody)]
    for (const [at, call] of theirs.entries()) {
      const [reply, expected] = [
        await kestrel.call(call.method, call.path, call.body),
        await kestrel.call(none[at]!.method, none[at]!.path, none[at]!.body),
      ]
      expect(reply.status, placeOf(call, reply)).toBe(expected.status)
    }
  })

  test('cannot choose another, and does not learn which there are', async () => {
    for (const call of everyCall(kestrel).filter(isReading)) {
      if (call.route.needs === 'public') continue
      const [theirs, none] = await Promise.all(
        ['osprey', 'nobody'].map((tenant) =>
          t.call(call.method, call.path, { as: kestrel.token, headers: { 'rota-tenant': tenant } }),
        ),
      )
      expect([theirs!.status, theirs!.json.detail], placeOf(call, theirs!)).toEqual([403, none!.json.detail])
    }
    const own = await t.call('GET', '/api/scheduler/tasks', {
      as: kestrel.token,
      headers: { 'rota-tenant': 'kestrel' },
    })
    expect(own.status).toBe(200)
    const stream = await kestrel.call('GET', '/api/scheduler/events?tenant=osprey')
    expect(stream.status).toBe(403)
  })

  test('has no right to what all share, and what its role allows otherwise', async () => {
    for (const role of ROLES) {
      const person = await personOf(kestrel, role)
      for (const { method, url, needs, ...route } of ROUTES) {
        if (typeof needs === 'string') continue
        const isAllowed = meets({ rights: withinTenant(ROLE_RIGHTS[role]), grants: [] }, needs)
        // Of many actions in one route the last is the one that the least may.
        const call = callsTo({ method, url, ...route }, osprey).at(-1)
        for (const ask of [person.bySession, person.byToken, person.byCookie]) {
          const reply = await ask(method, call!.path, call!.body)
          const place = `${role} ${placeOf(call!, reply)}`
          if (isAllowed) expect(reply.text, place).not.toContain('needs the permission')
          else expect(reply.status, place).toBe(403)
        }
      }
    }
  })
})

/** All that a tenant has, as its administrator reads it. */
async function holdings(tenant: StagedTenant) {
  const lists = [
    'tasks',
    'tasks?status=deleted',
    'secrets',
    'executions',
    'users',
    'user-groups',
    'roles',
    'grants',
    'tokens?all=true',
  ]
  const replies = await Promise.all(lists.map((list) => tenant.call('GET', `/api/scheduler/${list}`)))
  return replies.map(({ json }) => withoutUse(json))
}

/** What changes by being read. */
function withoutUse(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each) => (key === 'last_used_at' ? null : each)))
}

function nowhere(ids: StagedTenant['ids']): StagedTenant['ids'] {
  const entries = Object.entries(ids).map(([name, id], at) => {
    const isUuid = id.length === 36
    return [name, isUuid ? `01900000-0000-7000-8000-${String(at).padStart(12, '0')}` : 'a'.repeat(id.length)]
  })
  return Object.fromEntries(entries)
}

function nowhereNamed({ names, word }: StagedTenant): StagedTenant['names'] {
  const entries = Object.entries(names).map(([name, text]) => [name, text.replaceAll(word, 'nobody')])
  return Object.fromEntries(entries)
}

/** Somebody of a tenant with each kind of credential. */
async function personOf(tenant: StagedTenant, role: string) {
  const username = `${tenant.word}-${role}`
  const body = { username, password: TENANT_PASSWORD, role }
  const user = await tenant.call('POST', '/api/scheduler/users', body)
  expect(user.status, user.text).toBe(201)
  const signInName = `${tenant.word}/${username}`
  const signedIn = await t.call('POST', '/api/auth/login', {
    body: { username: signInName, password: TENANT_PASSWORD },
  })
  expect(signedIn.status, signedIn.text).toBe(200)
  const session = signedIn.json.access_token as string
  const made = await t.call('POST', '/api/scheduler/tokens', { as: session, body: { name: `${username}-token` } })
  const browser = await signIn(t, signInName, TENANT_PASSWORD)
  return {
    bySession: (method: string, url: string, sent?: unknown) => t.call(method, url, { as: session, body: sent }),
    byToken: (method: string, url: string, sent?: unknown) => t.call(method, url, { as: made.json.token, body: sent }),
    byCookie: (method: string, url: string, sent?: unknown) => browser.call(method, url, { body: sent }),
  }
}

describe('a tenant', () => {
  test('has names of its own: users, groups, roles, tasks and keys that others have, too', async () => {
    const common = { name: 'the same', type: 'shell', command: 'true', group: 'shared' }
    for (const { call, word } of [kestrel, osprey]) {
      expect((await call('POST', '/api/scheduler/users', { username: 'ada', password: TENANT_PASSWORD })).status).toBe(
        201,
      )
      expect((await call('POST', '/api/scheduler/user-groups', { name: 'staff' })).status).toBe(201)
      const role = await call('POST', '/api/scheduler/roles', { name: 'runner', rights: { task: ['execute'] } })
      expect([role.status, role.json.name, role.json.tenant_id]).toEqual([201, 'runner', word])
      expect((await call('POST', '/api/scheduler/tasks', common)).status).toBe(201)
      const again = await call('POST', '/api/scheduler/users', { username: 'ADA', password: TENANT_PASSWORD })
      expect([again.status, again.json.errors]).toEqual([409, [{ path: 'username', message: 'is taken.' }]])
      const grant = { subject: { kind: 'user', id: 'ada' }, role: 'runner', scope: { kind: 'group', id: 'shared' } }
      const given = await call('POST', '/api/scheduler/grants', grant)
      expect([given.status, given.json.role, given.json.tenant_id]).toEqual([201, 'runner', word])
      const unknown = await call('POST', '/api/scheduler/grants', { ...grant, role: 'none such' })
      expect(unknown.json.errors[0].message).toContain(`${word}-role`)
      expect((await call('DELETE', '/api/scheduler/roles/runner')).status).toBe(409)
    }
    const plain = await t.call('POST', '/api/scheduler/users', {
      as: 'admin',
      body: { username: 'ada', password: 'another good password' },
    })
    expect([plain.status, plain.json.tenant_id]).toEqual([201, null])
    const signIn = (username: string, password: string) =>
      t.call('POST', '/api/auth/login', { body: { username, password } })
    expect((await signIn('kestrel/ada', TENANT_PASSWORD)).json.user.tenant_id).toBe('kestrel')
    expect((await signIn('OSPREY/Ada', TENANT_PASSWORD)).json.user.tenant_id).toBe('osprey')
    expect((await signIn('ada', 'another good password')).json.user.tenant_id).toBeNull()
    for (const wrong of ['ada', 'nobody/ada', '/ada', 'kestrel/', 'kestrel:ada', 'kestrel/osprey/ada']) {
      expect((await signIn(wrong, TENANT_PASSWORD)).status, wrong).toBe(401)
    }
  })

  test('is all that a grant on a group reaches, whoever else has a group of that name', async () => {
    const { json } = await t.call('POST', '/api/auth/login', {
      body: { username: 'kestrel/ada', password: TENANT_PASSWORD },
    })
    const ada = (method: string, url: string, body?: unknown) => t.call(method, url, { as: json.access_token, body })
    const runs = async (tenant: StagedTenant) => {
      const found = await tenant.call('GET', '/api/scheduler/tasks?group=shared')
      const reply = await ada('POST', `/api/scheduler/tasks/${found.json.tasks[0].id}/run`, {})
      return [found.json.total, reply.status]
    }
    expect([await runs(kestrel), await runs(osprey)]).toEqual([
      [1, 202],
      [1, 404],
    ])
    // The account's own role lets it see the rest of the tenant, and run nothing of it.
    expect((await ada('POST', `/api/scheduler/tasks/${kestrel.ids.task}/run`, {})).status).toBe(403)
    expect((await ada('GET', '/api/scheduler/tasks')).text).not.toContain('osprey')
    const holders = await kestrel.call('GET', '/api/scheduler/access/holders?group=shared')
    expect(holders.json.holders.map(({ user }: { user: string }) => user)).toContain('ada')
    expect(holders.text).not.toContain('osprey')
  })

  test('keeps its limits to itself, under the names that it has given them', async () => {
    const key = { overlap: 'allow', key: 'db', key_max: 1 }
    const blocked: Record<string, unknown>[] = []
    for (const { call } of [kestrel, osprey]) {
      const body = { name: 'holds', type: 'handler', handler: 'sleep', params: { args: [600] }, concurrency: key }
      const { json: task } = await call('POST', '/api/scheduler/tasks', body)
      expect((await call('POST', `/api/scheduler/tasks/${task.id}/run`, {})).json.waits_for).toBeNull()
      // The slot is taken when it starts.
      await started(call, task.id)
      const second = await call('POST', `/api/scheduler/tasks/${task.id}/run`, {})
      blocked.push(second.json)
      await call('POST', `/api/scheduler/tasks/${task.id}/stop`)
    }
    for (const reply of blocked) expect(reply).toMatchObject({ waits_for: { limit: 'key:db', max: 1 } })
  })

  test('answers an Idempotency-Key of somebody who asks for it and for another each with its own', async () => {
    const body = { name: 'once', type: 'shell', command: 'true' }
    const made = async (tenant: string) => {
      const headers = { 'idempotency-key': 'the-same', 'rota-tenant': tenant }
      const reply = await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body, headers })
      return [reply.status, reply.json.tenant_id, reply.headers['idempotency-replayed'] ?? null]
    }
    expect(await made('kestrel')).toEqual([201, 'kestrel', null])
    expect(await made('osprey')).toEqual([201, 'osprey', null])
    expect(await made('osprey')).toEqual([201, 'osprey', 'true'])
  })

  test('is told by its stream of its own alone', async () => {
    const response = await t.server.app.server.inject({
      url: '/api/scheduler/events',
      headers: { authorization: `Bearer ${kestrel.token}` },
      payloadAsStream: true,
    })
    await osprey.call('POST', `/api/scheduler/tasks/${osprey.ids.task}/run`, {})
    await osprey.call('PATCH', `/api/scheduler/tasks/${osprey.ids.task}`, { description: 'osprey again' })
    await kestrel.call('PATCH', `/api/scheduler/tasks/${kestrel.ids.task}`, { description: 'kestrel again' })
    let text = ''
    for await (const chunk of response.stream()) {
      text += chunk
      if (text.includes(kestrel.ids.task)) break
    }
    response.raw.res.destroy()
    expect(text).not.toContain('osprey')
    expect(text).not.toContain(osprey.ids.task)
  })
})

async function started(call: StagedTenant['call'], taskId: string): Promise<void> {
  await expect
    .poll(async () => (await call('GET', `/api/scheduler/tasks/${taskId}/executions?status=running`)).json.total)
    .toBe(1)
}

describe('an administrator above tenants', () => {
  const inTenant = (tenant: string) => ({
    get: (url: string) => t.call('GET', url, { as: 'admin', headers: { 'rota-tenant': tenant } }),
    post: (url: string, body: unknown) =>
      t.call('POST', url, { as: 'admin', body, headers: { 'rota-tenant': tenant } }),
  })

  test('sees all with whose it is, or what one chosen tenant sees', async () => {
    const all = await t.call('GET', '/api/scheduler/tasks?limit=1000', { as: 'admin' })
    const tenants = new Set(all.json.tasks.map(({ tenant_id }: { tenant_id: string }) => tenant_id))
    expect([...tenants]).toEqual(expect.arrayContaining(['kestrel', 'osprey']))
    for (const list of ['tasks', 'executions', 'users', 'user-groups', 'grants', 'tokens?all=true']) {
      const chosen = await inTenant('kestrel').get(`/api/scheduler/${list}`)
      const own = await kestrel.call('GET', `/api/scheduler/${list}`)
      expect(withoutUse(chosen.json), list).toEqual(withoutUse(own.json))
      expect(chosen.text, list).not.toContain('osprey')
    }
    expect((await inTenant('kestrel').get('/api/auth/me')).json.tenant).toEqual({
      id: 'kestrel',
      name: 'kestrel limited',
    })
    const unknown = await inTenant('nobody').get('/api/scheduler/tasks')
    expect([unknown.status, unknown.json.errors[0].path]).toEqual([422, 'Rota-Tenant'])
  })

  test('makes what belongs to the tenant that is chosen, and takes nobody in from another', async () => {
    const made = await inTenant('kestrel').post('/api/scheduler/users', { username: 'zoe', password: TENANT_PASSWORD })
    expect(made.json.tenant_id).toBe('kestrel')
    expect((await inTenant('osprey').get(`/api/scheduler/users/${made.json.id}`)).status).toBe(404)
    const subject = { kind: 'user', id: osprey.ids.user }
    const grant = { subject, role: 'viewer', scope: { kind: 'global' } }
    const given = await inTenant('kestrel').post('/api/scheduler/grants', grant)
    expect([given.status, given.json.errors[0].path]).toEqual([422, 'subject.id'])
    const ofTask = { ...grant, scope: { kind: 'task', id: kestrel.ids.task } }
    const crossed = await t.call('POST', '/api/scheduler/grants', { as: 'admin', body: ofTask })
    expect([crossed.status, crossed.json.errors[0].path]).toEqual([422, 'scope.id'])
    const members = `/api/scheduler/user-groups/${kestrel.ids.userGroup}/members`
    for (const id of [osprey.ids.user, 'admin', 'osprey/osprey-user']) {
      const taken = await t.call('POST', members, { as: 'admin', body: { kind: 'user', id } })
      expect([taken.status, taken.json.errors[0].path], id).toEqual([422, 'id'])
    }
  })

  test('makes tokens for one tenant, which reach no other and nothing that all share', async () => {
    const made = await inTenant('kestrel').post('/api/scheduler/tokens', { name: 'for kestrel' })
    expect(made.json.tenant_id).toBe('kestrel')
    const ask = (url: string, headers = {}) => t.call('GET', url, { as: made.json.token, headers })
    expect((await ask(`/api/scheduler/tasks/${kestrel.ids.task}`)).status).toBe(200)
    expect((await ask(`/api/scheduler/tasks/${osprey.ids.task}`)).status).toBe(404)
    expect((await ask('/api/scheduler/tasks', { 'rota-tenant': 'osprey' })).status).toBe(403)
    for (const url of ['/status', '/metrics', '/api/scheduler/config', '/api/scheduler/tenants']) {
      expect((await ask(url)).status, url).toBe(403)
    }
  })

  test('disables a tenant, so that nobody of it is let in, and deletes one that has nothing', async () => {
    const small = await stageTenant(t, 'wren')
    const made = await inTenant('wren').post('/api/scheduler/tokens', { name: 'for wren' })
    const own = await small.call('POST', '/api/scheduler/tokens', { name: 'own' })
    const change = (body: object) => t.call('PUT', '/api/scheduler/tenants/wren', { as: 'admin', body })
    const statuses = async () => [
      (await small.call('GET', '/api/scheduler/tasks')).status,
      (await small.browser.call('GET', '/api/scheduler/tasks')).status,
      (await t.call('GET', '/api/scheduler/tasks', { as: own.json.token })).status,
      (await t.call('GET', '/api/scheduler/tasks', { as: made.json.token })).status,
      (await t.call('POST', '/api/auth/login', { body: { username: 'wren/wren-boss', password: TENANT_PASSWORD } }))
        .status,
    ]
    expect(await statuses()).toEqual([200, 200, 200, 200, 200])
    expect((await change({ disabled: true })).json.disabled).toBe(true)
    expect(await statuses()).toEqual([401, 401, 401, 401, 401])
    expect((await change({ disabled: false, name: 'Wren' })).json.name).toBe('Wren')
    expect((await statuses())[0]).toBe(200)
    const remove = (id: string) => t.call('DELETE', `/api/scheduler/tenants/${id}`, { as: 'admin' })
    const refused = await remove('wren')
    expect([refused.status, refused.json.detail]).toEqual([
      409,
      'The tenant wren still has 4 tasks (deleted ones count until they are purged), 2 users, 1 user groups, 1 roles, 1 grants, 1 secrets; delete these first.',
    ])
    const create = (id: string) => t.call('POST', '/api/scheduler/tenants', { as: 'admin', body: { id } })
    expect((await create('empty')).status).toBe(201)
    expect((await create('empty')).json.errors[0].path).toBe('id')
    expect((await remove('empty')).status).toBe(204)
    expect((await remove('empty')).status).toBe(404)
    const again = await create('empty')
    expect([again.status, again.json.detail]).toEqual([
      409,
      'There was a tenant empty once, of which histories still tell; choose another id.',
    ])
    for (const id of ['Big', 'a/b', '-a', '', 'a'.repeat(41), 'a:b']) expect((await create(id)).status, id).toBe(422)
  })
})
