import { meets, ROLE_RIGHTS, withinTenant } from '@rota/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from './route.ts'
import { allRoutes } from './routes/index.ts'
import { callsTo, type RouteCall } from './testing/route-calls.ts'
import { type StagedTenant, stageTenant, TENANT_PASSWORD, withoutUse } from './testing/tenant-stage.ts'
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
  '/api/auth/oidc/:provider/callback',
  '/api/auth/oidc/:provider/start',
  '/api/auth/second-factor',
  '/api/auth/sessions',
  '/api/auth/ways',
  '/api/scheduler/approvals',
  '/api/scheduler/approvals/:id',
  '/api/scheduler/audit/checkpoints',
  '/api/scheduler/events',
  '/api/scheduler/executions/:id/explain',
  '/api/scheduler/ledger',
  '/api/scheduler/metrics',
  '/api/scheduler/nodes/:node/events',
  '/api/scheduler/nodes/connect',
  '/api/scheduler/stats',
  '/api/scheduler/stats/lateness',
  '/api/scheduler/stats/timeseries',
  '/api/scheduler/tasks/:id/stats',
  '/health',
  '/metrics',
  '/openapi.json',
  '/ready',
  '/status',
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

  test('assigns nothing that a body has no field for: whose something is, who made it, what it is worth', async () => {
    const fields = ['tenant_id', 'tenant', 'owner', 'user_id', 'created_by', 'made_by', 'session_epoch', 'rank']
    // A provider's form may hold more than we read (Back-Channel Logout 1.0, section 2.5).
    const closed = ROUTES.filter(({ hasBody, takesForm }) => hasBody && takesForm !== true)
    for (const { method, url, body, ...route } of closed) {
      const call = callsTo({ method, url, ...route }, kestrel).at(-1)!
      const shape = (body as { shape?: object }).shape ?? {}
      for (const field of fields.filter((each) => !Object.hasOwn(shape, each))) {
        const sent = { ...(call.body as object), [field]: 'osprey' }
        const reply = await kestrel.call(method, call.path, sent)
        // Nobody of a tenant gets so far with those that all share.
        const refusals = /tenants|policies/.test(url) ? [403] : [400, 422]
        if (reply.json?.valid === false) continue
        expect(refusals, `${field} in ${placeOf({ ...call, body: sent }, reply)}`).toContain(reply.status)
      }
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
