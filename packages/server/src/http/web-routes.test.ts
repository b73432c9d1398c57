import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const folder = join(mkdtempSync(join(tmpdir(), 'rota-web-')), 'built')
const SCRIPT = 'export const answer = 42\n'.repeat(100)
const PAGE = '<!doctype html><title>Rota</title><script type="module" src="/assets/index-x1.js"></script>'
const HTML = { accept: 'text/html,application/xhtml+xml' }
let t: TestServer

beforeAll(async () => {
  t = await startTestServer({ 'http.web_dir': folder })
})
afterAll(async () => {
  await t.stop()
  rmSync(join(folder, '..'), { recursive: true })
})
beforeEach(() => build(PAGE))

function build(page: string) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'assets/index-x1.js'), SCRIPT)
  writeFileSync(join(folder, 'assets/index-x1.js.br'), brotliCompressSync(SCRIPT))
  writeFileSync(join(folder, 'assets/index-x1.js.gz'), gzipSync(SCRIPT))
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>')
  writeFileSync(join(folder, 'notes.secret'), 'not a part of the interface')
  writeFileSync(join(folder, '../beside.js'), 'outside')
  symlinkSync('/etc/hostname', join(folder, 'assets/link.js'))
  writeFileSync(join(folder, 'index.html'), page)
}

const get = (url: string, headers: Record<string, string> = {}) => t.call('GET', url, { headers })

test('the page comes at / and at every path that is nobody else’s, for whoever visits it', async () => {
  for (const path of ['/', '/tasks/123', '/executions?status=failed', '/settings/a.b', '/health/']) {
    const reply = await get(path, HTML)
    expect([reply.status, reply.text], path).toEqual([200, PAGE])
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
  }
})

test('what is no visit, and what the server answers itself, gets no page', async () => {
  expect((await get('/tasks/123')).status).toBe(404)
  expect((await t.call('POST', '/tasks/123', { headers: HTML })).status).toBe(404)
  for (const path of ['/api/nothing', '/api', '/assets/nothing.js', '/assets/', '/docs/nothing']) {
    const reply = await get(path, HTML)
    expect([reply.status, reply.json?.type], path).toEqual([404, 'urn:rota:problem:not_found'])
    expect(reply.headers['cache-control'], path).toBe('no-store')
  }
  expect((await get('/health', HTML)).json.status).toBe('ok')
  expect((await t.call('DELETE', '/assets/index-x1.js')).status).toBe(405)
})

test('a page is asked for again each time and sent only when it has changed', async () => {
  const { headers } = await get('/', HTML)
  expect(headers['cache-control']).toBe('no-cache')
  const again = await get('/', { ...HTML, 'if-none-match': String(headers.etag) })
  expect([again.status, again.text]).toEqual([304, ''])
  build(`${PAGE}<!-- next -->`)
  const changed = await get('/', { ...HTML, 'if-none-match': String(headers.etag) })
  expect([changed.status, changed.text]).toEqual([200, `${PAGE}<!-- next -->`])
})

test('an asset is kept for ever, in the smallest form that the browser takes', async () => {
  const path = '/assets/index-x1.js'
  const forms: [string | undefined, string | undefined, number][] = [
    ['gzip, deflate, br, zstd', 'br', brotliCompressSync(SCRIPT).length],
    ['gzip;q=0.5, br;q=0', 'gzip', gzipSync(SCRIPT).length],
    ['identity', undefined, SCRIPT.length],
    [undefined, undefined, SCRIPT.length],
  ]
  for (const [accepted, encoding, length] of forms) {
    const { status, headers } = await get(path, accepted === undefined ? {} : { 'accept-encoding': accepted })
    expect([status, headers['content-encoding'], headers['content-length']]).toEqual([200, encoding, String(length)])
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect([headers.vary, headers['content-type']]).toEqual(['Accept-Encoding', 'text/javascript; charset=utf-8'])
  }
})

test('HEAD tells the size and sends nothing', async () => {
  const { status, headers, text } = await t.call('HEAD', '/assets/index-x1.js')
  expect([status, headers['content-length'], text]).toEqual([200, String(SCRIPT.length), ''])
  expect((await t.call('HEAD', '/', { headers: HTML })).headers['content-length']).toBe(String(PAGE.length))
  expect((await get('/favicon.svg')).headers['content-type']).toBe('image/svg+xml')
})

test('nothing but the files of the interface can be had, however a path is written', async () => {
  const paths = ['/beside.js', '/assets/../beside.js', '/assets/..%2f..%2fbeside.js', '/assets/%2e%2e/%2e%2e/beside.js']
  paths.push('/assets/link.js', '/notes.secret', '/assets/index-x1.js.br', '/assets//index-x1.js', '/assets/x%00.js')
  paths.push('/assets/....//beside.js', '/assets/..\\..\\beside.js', '//assets/index-x1.js', '/assets/__proto__')
  for (const path of paths) {
    const { status, text } = await get(path)
    expect([400, 404], `${path}: ${text}`).toContain(status)
  }
})

test('the page runs only scripts of this server and stands in no frame', async () => {
  const policy = String((await get('/', HTML)).headers['content-security-policy'])
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/script-src[^;]*unsafe/)
})

test('before the first build is there the page says so and reloads; after a failed one it says that', async () => {
  rmSync(folder, { recursive: true })
  const coming = await get('/tasks', HTML)
  expect(coming.status).toBe(202)
  expect(coming.text).toMatch(/http-equiv="refresh"[\s\S]*being built[\s\S]*正在构建/)
  writeFileSync(`${folder}.failed`, '')
  const failed = await get('/', HTML)
  expect(failed.text).toMatch(/could not be built[\s\S]*构建失败/)
  expect([failed.status, failed.text.includes('refresh')]).toEqual([503, false])
  rmSync(`${folder}.failed`)
  build(PAGE)
  expect((await get('/', HTML)).text).toBe(PAGE)
})

test('with the interface switched off there is nothing at /', async () => {
  const bare = await startTestServer({ 'http.web': 'false', 'http.web_dir': folder })
  const reply = await bare.call('GET', '/', { headers: HTML })
  expect(reply.status).toBe(404)
  await bare.stop()
})
