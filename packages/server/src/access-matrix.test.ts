import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '@rota/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLE_PERMISSIONS } from './roles.ts'
import type { RoutePermission } from './route.ts'
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

function mayRoleDo(role: Role, permission: RoutePermission): boolean {
  return permission === 'public' || permission === 'authenticated' || ROLE_PERMISSIONS[role].includes(permission)
}

describe('every route', () => {
  test('names a permission, and only these are open to anybody', () => {
    const open = routes().filter((route) => route.permission === 'public' && !route.url.startsWith('/docs'))
    expect(open.map((route) => `${route.method} ${route.url}`).sort()).toEqual([
      'GET /',
      'GET /assets/*',
      'GET /health',
      'GET /openapi.json',
      'GET /ready',
      'HEAD /',
      'HEAD /assets/*',
      'HEAD /health',
      'HEAD /openapi.json',
      'HEAD /ready',
      'POST /api/auth/login',
      'POST /api/auth/refresh',
    ])
  })

  test('refuses anonymous callers and bad credentials with 401, whatever the body', async () => {
    const bad = [
      undefined,
      'nonsense',
      'a.b.c',
      `rota_${'0'.repeat(24)}.${'x'.repeat(43)}`,
      t.tokens.admin.slice(0, -1),
    ]
    for (const { method, path, permission } of routes()) {
      if (permission === 'public') continue
      for (const as of bad) {
        const reply = await t.call(method, path, { as, ...(method !== 'GET' && method !== 'HEAD' && { body: '{bad' }) })
        expect(reply.status, `${method} ${path} as ${as}`).toBe(401)
        expect(reply.headers['www-authenticate']).toBe('Bearer realm="rota"')
      }
    }
  })

  test('lets exactly the roles through that have its permission', async () => {
    for (const { method, path, permission } of routes()) {
      for (const role of ROLES) {
        const reply = await t.call(method, path, { as: role })
        const place = `${method} ${path} as ${role}: ${reply.status} ${reply.text.slice(0, 200)}`
        if (mayRoleDo(role, permission)) {
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
      for (const { method, path, permission } of routes()) {
        if (permission === 'public') continue
        const place = `${method} ${path} as ${role}`
        expect((await browser.call(method, path, { headers: foreign })).status, `${place} from elsewhere`).toBe(403)
        if (method !== 'GET' && method !== 'HEAD') {
          const forged = await t.call(method, path, { headers: { cookie: browser.cookie } })
          expect(forged.status, `${place} without the header`).toBe(403)
        }
        const reply = await browser.call(method, path)
        if (mayRoleDo(role, permission)) {
          expect(reply.text, place).not.toContain('needs the permission')
          expect(reply.status, place).not.toBe(401)
        } else expect(reply.status, place).toBe(403)
        expect(reply.status, place).toBeLessThan(500)
        if (path === '/api/auth/logout') browser = await openBrowser(t, role)
      }
    }
  })

  test('is in the OpenAPI document with its permission, and nothing else is', () => {
    const paths = t.server.app.document.paths as Record<string, Record<string, { 'x-permission': string }>>
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => `${method} ${path} ${operation['x-permission']}`),
    )
    const served = routes()
      .filter((route) => route.method !== 'HEAD' && !/^\/(docs.*|assets\/.*)?$/.test(route.url))
      .map(
        ({ method, url, permission }) => `${method.toLowerCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')} ${permission}`,
      )
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
  for (const { method, path, permission } of routes()) {
    if (permission === 'public') continue
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
