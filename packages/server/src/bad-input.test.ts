import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/tasks'
const TASK = { name: 'x', type: 'shell', command: 'true' }
let t: TestServer

beforeAll(async () => {
  t = await startTestServer()
})
afterAll(() => t.stop())

const post = (body: unknown, headers = {}) => t.call('POST', BASE, { as: 'editor', body, headers })

/** The paths of the errors of a 422, after checking that nothing was saved. */
async function invalidPaths(body: unknown): Promise<string[]> {
  const reply = await post(body)
  expect(reply.status, reply.text.slice(0, 300)).toBe(422)
  return reply.json.errors.map((error: { path: string }) => error.path)
}

test('what is not JSON, not UTF-8 or not there answers 400 without quoting the body', async () => {
  for (const body of ['{"name":', '{name:1}', '', 'secret-value', '[1,]']) {
    const reply = await post(body)
    expect(reply.status, body).toBe(400)
    expect(reply.text).not.toContain('secret-value')
  }
  expect((await post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))).status).toBe(400)
})

test('another content type, or a compressed body, answers 415', async () => {
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    expect((await post('name=x', { 'content-type': type })).status, type).toBe(415)
  }
  expect((await post(TASK, { 'content-encoding': 'gzip' })).status).toBe(415)
})

test('a body beyond the limit answers 413, a command of 10 MB included', async () => {
  const reply = await post({ ...TASK, command: 'x'.repeat(10 * 1024 * 1024) })
  expect(reply.status).toBe(413)
  expect((await post('['.repeat(2_000_000))).status).toBe(413)
})

test('nesting and counts beyond the limits are refused quickly', async () => {
  const deep = `{"name":"x","type":"shell","command":"true","params":${'{"kwargs":'.repeat(1)}${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
  const many = { ...TASK, tags: Array.from({ length: 100_000 }, () => 'x') }
  for (const body of [deep, many]) {
    const begun = process.threadCpuUsage()
    expect((await post(body)).status).toBe(422)
    const { user, system } = process.threadCpuUsage(begun)
    expect(user + system).toBeLessThan(1_000_000)
  }
})

test('of a body of wrong fields the first are told, and brackets without end are not followed', async () => {
  const wrong = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`field_${at}`, 1]))
  expect((await post({ ...TASK, ...wrong })).json.errors).toHaveLength(50)
  const endless = await post('['.repeat(1_000_000))
  expect(endless.status).toBe(422)
  expect(endless.json.errors[0].message).toContain('32 levels')
  expect((await post(JSON.stringify({ ...TASK, command: `: "\\${'[{'.repeat(300)}` }))).status).toBe(201)
})

test('NUL characters and lone surrogates are refused with their field', async () => {
  expect(await invalidPaths({ ...TASK, command: 'a\u0000b' })).toEqual(['command'])
  expect(await invalidPaths(JSON.stringify({ ...TASK, name: 'x' }).replace('"x"', '"\\ud800"'))).toEqual(['name'])
  expect(await invalidPaths({ ...TASK, env: { 'A\u0000': 'x' } })).toEqual(['env.A\ufffd'])
  expect((await t.call('GET', `${BASE}?q=%00`, { as: 'viewer' })).status).toBe(422)
})

test('keys that reach a prototype are refused, and no prototype is touched', async () => {
  const bodies = [
    '{"name":"x","type":"shell","command":"true","__proto__":{"polluted":1}}',
    '{"name":"x","type":"shell","command":"true","env":{"__proto__":"x"}}',
    '{"name":"x","type":"shell","command":"true","params":{"kwargs":{"constructor":{"prototype":{"polluted":1}}}}}',
    '{"name":"x","type":"http","http":{"url":"http://x","headers":{"prototype":"x"}}}',
  ]
  for (const body of bodies) {
    expect((await post(body)).status, body).toBe(422)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  }
  for (const query of ['__proto__=1', '__proto__[polluted]=1', 'constructor=1', 'toString=1']) {
    expect((await t.call('GET', `${BASE}?${query}`, { as: 'viewer' })).status, query).toBe(422)
  }
})

test('fields that the server sets cannot be written', async () => {
  for (const field of ['id', 'created_by', 'run_count', 'status', 'deleted_at', 'next_run']) {
    const reply = await post({ ...TASK, [field]: 'x' })
    expect(reply.json.errors, field).toEqual([{ path: field, message: 'is set by the server; leave it out.' }])
  }
  expect(await invalidPaths({ ...TASK, tenant_id: 'x' })).toEqual(['tenant_id'])
  const user = { username: 'eve', password: 'a long enough secret', role: 'viewer' }
  for (const field of ['id', 'session_epoch', 'tenant_id', 'password_hash']) {
    const reply = await t.call('POST', '/api/scheduler/users', { as: 'admin', body: { ...user, [field]: 'x' } })
    expect(reply.status, field).toBe(422)
  }
})

test('an unknown zone, an impossible expression and a rule that never fires say so with field and position', async () => {
  const errorOf = async (extra: object) => (await post({ ...TASK, ...extra })).json.errors[0]
  expect(await errorOf({ timezone: 'Europe/Berlln' })).toMatchObject({ path: 'timezone', suggestion: 'Europe/Berlin' })
  expect(await errorOf({ schedule: '0 25 * * *' })).toMatchObject({ position: 2 })
  expect((await errorOf({ schedule: '0 0 30 2 *' })).path).toMatch(/^schedule/)
  expect(await errorOf({ schedule: { type: 'dialy', time: '02:00' } })).toMatchObject({
    path: 'schedule.type',
    suggestion: 'daily',
  })
})

test('a python source is checked on save, and its line is named', async () => {
  const reply = await post({ name: 'py', type: 'python', source: 'x = 1\ndef broken(:\n  pass\n' })
  expect(reply.status).toBe(422)
  expect(reply.json.errors[0]).toMatchObject({ path: 'source', message: expect.stringContaining('line 2') })
})

test('unknown handlers, types and timeouts that are not above zero are refused', async () => {
  expect((await invalidPaths({ name: 'h', type: 'handler', handler: 'nobody' }))[0]).toMatch(/handler/)
  expect(await invalidPaths({ name: 'h', type: 'shel', command: 'true' })).toEqual(['type'])
  for (const timeout of [0, -1])
    expect(await invalidPaths({ ...TASK, timeout_seconds: timeout })).toEqual(['timeout_seconds'])
  expect((await post('{"name":"x","type":"shell","command":"true","timeout_seconds":1e999}')).status).toBe(422)
})

test('ids that are none, with traversal or anything else in them, answer 404', async () => {
  for (const id of ['1', '..%2f..%2fetc%2fpasswd', '%00', "' OR 1=1--", '%F0%9F%98%80', 'x'.repeat(300)]) {
    const reply = await t.call('GET', `${BASE}/${encodeURI(id).replaceAll('%25', '%')}`, { as: 'admin' })
    expect([404], `${id} ${reply.status}`).toContain(reply.status)
  }
  expect((await t.call('GET', `${BASE}/%zz`, { as: 'admin' })).status).toBe(400)
})

test('errors show neither stack, nor SQL, nor paths of this machine', async () => {
  const replies = [await post('{'), await post({ ...TASK, name: '' }), await t.call('GET', '/nowhere')]
  for (const { text } of replies) expect(text).not.toMatch(/node_modules|\/work\/|SELECT|at \w+ \(/)
})

test('a body for a request that takes none is refused, an empty object is not', async () => {
  const url = `${BASE}/01900000-0000-7000-8000-000000000000/enable`
  expect((await t.call('POST', url, { as: 'admin', body: { x: 1 } })).status).toBe(422)
  expect((await t.call('POST', url, { as: 'admin', body: {} })).status).toBe(404)
})
