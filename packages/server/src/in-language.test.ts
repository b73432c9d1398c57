import { globSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { ERROR_CATALOGUE } from '@rota/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/tasks'
const TASK = { name: 'x', type: 'shell', command: 'true' }
const CHINESE = /[\u4e00-\u9fff]/
const headers = { 'accept-language': 'zh-CN,zh;q=0.9' }
let t: TestServer

beforeAll(async () => {
  t = await startTestServer()
}, 60_000)
afterAll(() => t.stop())

test('every refusal is said in Chinese to whoever asks for it, and its code stays', async () => {
  const calls: [string, string, unknown?][] = [
    ['POST', BASE, '{"name":'],
    ['POST', BASE, { ...TASK, type: 'shel' }],
    ['POST', BASE, { ...TASK, priority: 'high', nmae: 1 }],
    ['POST', BASE, { ...TASK, timeout_seconds: -1, name: '' }],
    ['POST', BASE, { ...TASK, schedule: '61 * * * *' }],
    ['POST', BASE, { ...TASK, schedule: '0 2 * * *', timezone: 'Mars/Olympus' }],
    ['GET', `${BASE}/00000000-0000-7000-8000-000000000000`],
    ['GET', '/api/scheduler/executions?status=nonsense'],
    ['GET', `${BASE}?limit=many`],
    ['PATCH', '/health'],
    ['GET', '/api/nowhere'],
    ['GET', `/${'x'.repeat(400)}`],
    ['POST', '/api/auth/login', { username: 'nobody', password: 'wrong-password' }],
  ]
  for (const [method, url, body] of calls) {
    const reply = await t.call(method, url, { as: 'admin', body, headers })
    expect(reply.status, url).toBeGreaterThanOrEqual(400)
    expect(reply.json.type).toMatch(/^urn:rota:problem:[a-z_]+$/)
    expect(reply.json.title, reply.text).toMatch(CHINESE)
    expect(reply.json.detail, reply.text).toMatch(CHINESE)
    for (const error of reply.json.errors) expect(error.message, reply.text).toMatch(CHINESE)
    expect(reply.headers['content-language']).toBe('zh-CN')
    expect(reply.headers.vary).toMatch(/Accept-Language/)
  }
})

test('a refused status names the statuses there are, not a pattern', async () => {
  const reply = await t.call('GET', '/api/scheduler/executions?status=nonsense', { as: 'viewer' })
  expect(reply.text).not.toMatch(/\^\(|\|/)
  expect(reply.json.errors[0].message).toMatch(/^must be one or several of pending, running/)
})

test('sentences in replies of success are said in Chinese, names are not', async () => {
  const body = { ...TASK, name: 'task', schedule: 'nonsense' }
  const reply = await t.call('POST', `${BASE}/validate`, { as: 'editor', body, headers })
  expect(reply.status).toBe(200)
  expect(reply.json.errors[0].message).toMatch(CHINESE)
  const made = await t.call('POST', BASE, { as: 'editor', body: { ...TASK, name: 'There is no task x.' }, headers })
  expect(made.json.name).toBe('There is no task x.')
})

test('what was stored in English is read in Chinese, and an output is not', async () => {
  const job = { type: 'shell', payload: { command: 'echo The task is not deleted.; sleep 60' }, timeout_seconds: 0.3 }
  const { id } = (await t.call('POST', '/api/scheduler/executions', { as: 'admin', body: job })).json
  await t.call('GET', `/api/scheduler/executions/${id}/logs/stream`, { as: 'viewer' })
  const read = async (more: object = {}) =>
    (await t.call('GET', `/api/scheduler/executions/${id}`, { as: 'viewer', ...more })).json
  const [plain, chinese] = [await read(), await read({ headers })]
  expect([plain.status, plain.error]).toEqual(['failed', expect.stringMatching(/^[A-Z][\x20-\x7e]+$/)])
  expect(chinese.error).toMatch(CHINESE)
  expect({ ...chinese, error: null }).toEqual({ ...plain, error: null })
})

test('an error of a batch names the job by its index, in both languages', async () => {
  const good = { type: 'shell', payload: { command: 'true' } }
  const body = [good, good, good, { type: 'shell', payload: { command: '' } }]
  const plain = await t.call('POST', '/api/scheduler/executions', { as: 'admin', body })
  const chinese = await t.call('POST', '/api/scheduler/executions', { as: 'admin', body, headers })
  expect([plain.status, plain.json.errors[0].path]).toEqual([422, '[3].payload.command'])
  expect(plain.json.detail).toMatch(/^\[3\]\.payload\.command: /)
  expect(chinese.json.errors[0]).toEqual({ path: '[3].payload.command', message: expect.stringMatching(CHINESE) })
})

test('what never becomes a request is refused in the language that its head names', async () => {
  const said = async (head: string) => {
    const socket = connect(Number(new URL(t.server.url).port), '127.0.0.1')
    socket.end(`GET /health HTTP/1.1\r\nHost: x\r\n${head}broken header\r\n\r\n`)
    return text(socket)
  }
  expect(await said('Accept-Language: zh-CN\r\n')).toMatch(/Content-Language: zh-CN.*请求不是有效的 HTTP。/s)
  expect(await said('')).toContain('The request is not valid HTTP.')
})

test('every code that a refusal is made with stands in the catalogue and on the page of errors, with its status', () => {
  const root = new URL('../../../', import.meta.url).pathname
  const codes = new Set<string>()
  for (const path of globSync('packages/*/src/**/*.ts', { cwd: root })) {
    if (/\.test\.ts$|\/cli\/|\/web\/|\/sdk\//.test(path)) continue
    const source = readFileSync(`${root}${path}`, 'utf8')
    const made = /(?:new RotaError|super|fromCatalogue)\(\s*'([a-z_]+)'/g
    for (const [, code] of source.matchAll(made)) codes.add(code!)
  }
  const page = readFileSync(`${root}docs/reference/errors.md`, 'utf8')
  expect(codes.size).toBeGreaterThan(10)
  for (const [code, { status, title }] of Object.entries(ERROR_CATALOGUE)) {
    expect(page).toContain(`| \`${code}\` | ${status} | ${title} |`)
  }
  for (const code of codes) expect(Object.keys(ERROR_CATALOGUE), code).toContain(code)
})
