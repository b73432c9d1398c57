import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KINDS, meets, ROLE_RIGHTS } from '@rota/core'
import { bulkInput, permission as permissions, type Role } from '@rota/protocol'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardRoutes } from './http/access-hook.ts'
import type { RouteNeed } from './route.ts'
import type { Services } from './services.ts'
import { routeAnswers } from './testing/route-answers.ts'
import { openBrowser } from './testing/test-browser.ts'
import { ROLES, startTestServer, type TestServer } from './testing/test-server.ts'

const NOBODY_ID = '01900000-0000-7000-8000-000000000000'
let t: TestServer

beforeAll(async () => {
  // An interface that is still being built: what its page answers must not depend on what this machine has built.
  t = await startTestServer({
    'http.web_dir': join(tmpdir(), 'rota-interface-to-come'),
    'auth.login_attempts': '10000',
  })
})
afterAll(() => t.stop())

/** Everything that listens, with paths that name nothing. */
function routes() {
  return t.server.app.registered.map((route) => ({
    ...route,
    path: route.url.replaceAll(/:[A-Za-z]+/g, NOBODY_ID).replace('*', 'nothing.js'),
  }))
}

function mayRoleDo(role: Role, needs: RouteNeed): boolean {
  return typeof needs === 'string' || meets({ rights: ROLE_RIGHTS[role], grants: [] }, needs)
}

/** As the document and the reference say it. */
function told(needs: RouteNeed): string {
  return typeof needs === 'string' ? needs : `${needs.may} ${needs.on}`
}

/** Nobody, each role, and an administrator's tokens for one permission each. */
async function everyKindOfCaller(): Promise<(string | undefined)[]> {
  const narrow = permissions.options.map(async (scope) => {
    const made = await t.call('POST', '/api/scheduler/tokens', { as: 'admin', body: { name: scope, scopes: [scope] } })
    return made.json.token as string
  })
  return [undefined, ...ROLES, ...(await Promise.all(narrow))]
}

describe('every route', () => {
  test('answers each role, and each permission alone, as is written down', async () => {
    const callers = await everyKindOfCaller()
    const answers: string[] = []
    const ask = async (name: string, path: string, body?: object) => {
      const statuses: number[] = []
      for (const as of callers) statuses.push((await t.call(name.split(' ')[0]!, path, { as, body })).status)
      answers.push(`${statuses.join(' ')}  ${name}`)
    }
    for (const { method, url, path } of routes()) if (method !== 'HEAD') await ask(`${method} ${url}`, path)
    // These ask for more by what they are told.
    await ask('GET /api/scheduler/tokens?all=true', '/api/scheduler/tokens?all=true')
    for (const action of bulkInput.shape.action.options) {
      const group = action === 'move' ? { group: 'a' } : {}
      await ask(`POST /api/scheduler/tasks/bulk ${action}`, '/api/scheduler/tasks/bulk', {
        action,
        ids: [NOBODY_ID],
        ...group,
      })
    }
    expect(answers.toSorted()).toEqual(routeAnswers().toSorted())
  })

  test('says what it needs, and only these are open to anybody', () => {
    const open = routes().filter((route) => route.needs === 'public' && !route.url.startsWith('/docs'))
    expect(open.map((route) => `${route.method} ${route.url}`).sort()).toEqual([
      'GET /',
      'GET /api/auth/oidc/:provider/callback',
      'GET /api/auth/oidc/:provider/start',
      'GET /api/auth/ways',
      'GET /assets/*',
      'GET /health',
      'GET /openapi.json',
      'GET /ready',
      'HEAD /',
      'HEAD /api/auth/ways',
      'HEAD /assets/*',
      'HEAD /health',
      'HEAD /openapi.json',
      'HEAD /ready',
      'POST /api/auth/invitation',
      'POST /api/auth/invitation/accept',
      'POST /api/auth/login',
      'POST /api/auth/oidc/:provider/logout',
      'POST /api/auth/refresh',
      'POST /api/scheduler/nodes/join',
    ])
  })

  test('that does not say what it needs keeps the server from being ready', async () => {
    const app = fastify()
    guardRoutes(app, {} as Services)
    app.get('/forgotten', () => 'open')
    await expect(async () => app.ready()).rejects.toThrow('GET /forgotten does not say what it needs.')
  })

  test('refuses anonymous callers and bad credentials with 401, whatever the body', async () => {
    const bad = [
      undefined,
      'nonsense',
      'a.b.c',
      `rota_${'0'.repeat(24)}.${'x'.repeat(43)}`,
      t.tokens.admin.slice(0, -1),
    ]
    for (const { method, path, needs } of routes()) {
      if (needs === 'public') continue
      for (const as of bad) {
        const reply = await t.call(method, path, { as, ...(method !== 'GET' && method !== 'HEAD' && { body: '{bad' }) })
        expect(reply.status, `${method} ${path} as ${as}`).toBe(401)
        expect(reply.headers['www-authenticate']).toBe('Bearer realm="rota"')
      }
    }
  })

  test('lets exactly the roles through that have what it needs', async () => {
    for (const { method, path, needs } of routes()) {
      for (const role of ROLES) {
        const reply = await t.call(method, path, { as: role })
        const place = `${method} ${path} as ${role}: ${reply.status} ${reply.text.slice(0, 200)}`
        if (mayRoleDo(role, needs)) {
          expect(reply.text, place).not.toContain('needs the permission')
          expect(reply.status, place).not.toBe(401)
        } else expect(reply.status, place).toBe(403)
        expect(reply.status, place).toBeLessThan(500)
      }
    }
  })

  test('lets a browser through as it lets a token through, and nothing that another site makes a browser send', async () => {
    for (const role of ROLES) {
      let browser = await openBrowser(t, role)
      const foreign = { 'sec-fetch-site': 'cross-site' }
      for (const { method, path, needs } of routes()) {
        if (needs === 'public') continue
        const place = `${method} ${path} as ${role}`
        expect((await browser.call(method, path, { headers: foreign })).status, `${place} from elsewhere`).toBe(403)
        if (method !== 'GET' && method !== 'HEAD') {
          const forged = await t.call(method, path, { headers: { cookie: browser.cookie } })
          expect(forged.status, `${place} without the header`).toBe(403)
        }
        const reply = await browser.call(method, path)
        if (mayRoleDo(role, needs)) {
          expect(reply.text, place).not.toContain('needs the permission')
          expect(reply.status, place).not.toBe(401)
        } else expect(reply.status, place).toBe(403)
        expect(reply.status, place).toBeLessThan(500)
        if (path === '/api/auth/logout') browser = await openBrowser(t, role)
      }
    }
  })

  test('asks for what some role has, and roles have nothing that no route asks for', () => {
    const asked = new Set(routes().map(({ needs }) => told(needs)))
    // Asked for by whoever wants to see the tokens of others.
    asked.add('manage token')
    // Asked for when a task is to run in a pool.
    asked.add('use pool')
    const granted = KINDS.flatMap((kind) => (ROLE_RIGHTS.admin[kind] ?? []).map((may) => `${may} ${kind}`))
    expect([...asked].filter((need) => need.includes(' ')).sort()).toEqual(granted.sort())
  })

  test('is in the OpenAPI document with what it needs, and nothing else is', async () => {
    const paths = (await t.server.app.document()).paths as Record<
      string,
      Record<string, { 'x-permission': string; 'x-kind'?: string }>
    >
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) =>
        [method, path, operation['x-permission'], operation['x-kind']].filter(Boolean).join(' '),
      ),
    )
    const served = routes()
      .filter((route) => route.method !== 'HEAD' && !/^\/(docs.*|assets\/.*)?$/.test(route.url))
      .map(({ method, url, needs }) => `${method.toLowerCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')} ${told(needs)}`)
    expect(documented.sort()).toEqual(served.sort())
  })
})

test('no spelling of a path gets around access: each answers 401, 404 or 405 to anonymous callers', async () => {
  const variants: ((path: string) => string)[] = [
    (path) => path.toUpperCase(),
    (path) => path.replace('/api/', '/aPi/'),
    (path) => `/${path}`,
    (path) => path.replace(/\/(\w+)/, '//$1'),
    (path) => `${path}/`,
    (path) => `${path}//`,
    (path) => `${path}/.`,
    (path) => `${path}%2f`,
    (path) => path.replace(/^\/(\w)/, (_, first) => `/%${first.charCodeAt(0).toString(16)}`),
    (path) => `/x/..${path}`,
    (path) => `/docs/..${path}`,
    (path) => `/docs/static/..%2f..${path}`,
    (path) => `/health/..;${path}`,
    (path) => `${path};.js`,
    (path) => `${path}%00`,
    (path) => `${path}.json`,
    (path) => `${path}?access_token=x&path=/health`,
    (path) => `${path}#/health`,
  ]
  const headers = { 'x-http-method-override': 'GET', 'x-original-url': '/health', 'x-rewrite-url': '/health' }
  for (const { method, path, needs } of routes()) {
    if (needs === 'public') continue
    for (const variant of variants) {
      const url = variant(path)
      const reply = await t.call(method, url, { headers })
      expect([401, 404, 405], `${method} ${url} → ${reply.status} ${reply.text.slice(0, 100)}`).toContain(reply.status)
    }
  }
})

test('a path with another method answers 405 and says which there are; OPTIONS does too', async () => {
  const wrong = await t.call('DELETE', '/health')
  expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
  const options = await t.call('OPTIONS', '/api/scheduler/tasks')
  expect([options.status, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS, POST'])
  expect(options.headers['access-control-allow-origin']).toBeUndefined()
  expect((await t.call('OPTIONS', '/nowhere')).status).toBe(404)
})

test('HEAD answers like GET without a body', async () => {
  const head = await t.call('HEAD', '/api/scheduler/tasks', { as: 'viewer' })
  expect([head.status, head.text]).toEqual([200, ''])
})

test('no reply lacks the headers that browsers are to obey', async () => {
  for (const url of ['/health', '/docs', '/api/scheduler/tasks', '/nowhere']) {
    const { headers } = await t.call('GET', url)
    expect(headers['content-security-policy'], url).toContain("frame-ancestors 'none'")
    expect(headers['content-security-policy'], url).toContain("script-src 'self'")
    expect(headers['x-content-type-options'], url).toBe('nosniff')
    expect(headers['referrer-policy'], url).toBe('no-referrer')
    expect(headers['x-request-id'], url).toBeDefined()
  }
})
