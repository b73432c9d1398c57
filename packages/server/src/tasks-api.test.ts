import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/tasks'
let t: TestServer
let serial = 0

beforeAll(async () => {
  t = await startTestServer()
})
afterAll(() => t.stop())

const admin = (method: string, url: string, body?: unknown, headers = {}) =>
  t.call(method, url, { as: 'admin', body, headers })

async function makeTask(input: object = {}) {
  const body = { name: `task ${++serial}`, type: 'shell', command: 'true', ...input }
  const made = await admin('POST', BASE, body)
  expect(made.status, made.text).toBe(201)
  return made.json
}

test('a task is created as the contract shows and read back with its rule', async () => {
  const body = {
    name: 'Daily Backup',
    group: 'backup',
    type: 'shell',
    command: '/usr/bin/backup.sh',
    schedule: { type: 'daily', time: '02:00' },
    enabled: true,
  }
  const made = await admin('POST', BASE, body)
  expect(made.status).toBe(201)
  expect(made.json).toMatchObject({ name: 'Daily Backup', schedule: '0 2 * * *', status: 'active', version: 1 })
  expect(made.json.next_run).toMatch(/T02:00:00\.000Z$/)
  expect(made.headers.location).toBe(`${BASE}/${made.json.id}`)
  expect(made.headers.etag).toBe('"1"')
  const read = await admin('GET', `${BASE}/${made.json.id}`)
  expect(read.json.schedule_rule).toEqual(body.schedule)
  expect(read.json.created_by).toBe('token:admin')
})

test('lists are filtered and paged, by page and by cursor', async () => {
  for (let at = 0; at < 5; at++) await makeTask({ group: 'paged', tags: [at % 2 ? 'odd' : 'even'] })
  const page = await admin('GET', `${BASE}?group=paged&limit=2&page=2`)
  expect(page.json).toMatchObject({ total: 5, page: 2, limit: 2 })
  expect(page.json.tasks).toHaveLength(2)
  const seen = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const reply = await admin('GET', `${BASE}?group=paged&limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    seen.push(...reply.json.tasks.map((task: { name: string }) => task.name))
    cursor = reply.json.next_cursor
  }
  expect(new Set(seen).size).toBe(5)
  expect((await admin('GET', `${BASE}?group=paged&tag=odd`)).json.total).toBe(2)
  expect((await admin('GET', `${BASE}?limit=0`)).status).toBe(422)
  expect((await admin('GET', `${BASE}?limti=5`)).json.errors[0]).toMatchObject({ path: 'limti', suggestion: 'limit' })
})

test('PUT and PATCH replace what is given and keep the rest', async () => {
  const { id } = await makeTask({ description: 'kept', schedule: '0 3 * * *' })
  const put = await admin('PUT', `${BASE}/${id}`, { command: 'date', schedule: { type: 'daily', times: ['04:00'] } })
  expect(put.json).toMatchObject({ command: 'date', schedule: '0 4 * * *', description: 'kept', version: 2 })
  const patch = await admin('PATCH', `${BASE}/${id}`, { description: 'new' })
  expect(patch.json).toMatchObject({ command: 'date', description: 'new', version: 3 })
})

test('a change from a stale version answers 412, by ETag or by version in the body', async () => {
  const { id } = await makeTask()
  const first = await admin('PUT', `${BASE}/${id}`, { command: 'a' }, { 'if-match': '"1"' })
  expect([first.status, first.headers.etag]).toEqual([200, '"2"'])
  expect((await admin('PUT', `${BASE}/${id}`, { command: 'b' }, { 'if-match': '"1"' })).status).toBe(412)
  expect((await admin('PATCH', `${BASE}/${id}`, { command: 'b', version: 1 })).status).toBe(412)
  expect((await admin('DELETE', `${BASE}/${id}`, undefined, { 'if-match': 'W/"1"' })).status).toBe(412)
  expect((await admin('PUT', `${BASE}/${id}`, { command: 'b' }, { 'if-match': 'garbage' })).status).toBe(400)
  expect((await admin('PUT', `${BASE}/${id}`, { command: 'b', version: 1 }, { 'if-match': '"2"' })).status).toBe(400)
  expect((await admin('PUT', `${BASE}/${id}`, { command: 'b' }, { 'if-match': '*' })).status).toBe(200)
})

test('of parallel changes from one version exactly one succeeds', async () => {
  const { id } = await makeTask()
  const change = (command: string) => admin('PUT', `${BASE}/${id}`, { command }, { 'if-match': '"1"' })
  const statuses = (await Promise.all(['a', 'b', 'c', 'd'].map(change))).map((reply) => reply.status)
  expect(statuses.toSorted()).toEqual([200, 412, 412, 412])
})

test('a name that is taken answers 409 and names the field', async () => {
  const { name } = await makeTask()
  const again = await admin('POST', BASE, { name, type: 'shell', command: 'true' })
  expect(again.status).toBe(409)
  expect(again.json.type).toBe('urn:rota:problem:conflict')
})

test('a repeated Idempotency-Key answers the first reply, also from parallel requests, and makes one task', async () => {
  const headers = { 'idempotency-key': 'once-only-1' }
  const body = { name: 'made once', type: 'shell', command: 'true' }
  const replies = await Promise.all([1, 2, 3].map(() => admin('POST', BASE, body, headers)))
  expect(replies.every((reply) => [201, 409].includes(reply.status))).toBe(true)
  const [made] = replies.filter((reply) => reply.status === 201)
  const again = await admin('POST', BASE, body, headers)
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
  expect(again.json).toEqual(made!.json)
  expect(again.headers.location).toBe(`${BASE}/${made!.json.id}`)
  expect((await admin('POST', BASE, { ...body, name: 'other' }, headers)).status).toBe(422)
  expect((await admin('GET', `${BASE}?q=made%20once`)).json.total).toBe(1)
})

test('a request that failed leaves its Idempotency-Key free', async () => {
  const headers = { 'idempotency-key': 'try-again-1' }
  const bad = { name: 'retried', type: 'shell', command: 'true', schedule: '99 * * * *' }
  expect((await admin('POST', BASE, bad, headers)).status).toBe(422)
  expect((await admin('POST', BASE, { ...bad, schedule: '9 * * * *' }, headers)).status).toBe(201)
})

test('a task is disabled, enabled, paused, resumed, cloned, deleted, restored and purged', async () => {
  const { id, name } = await makeTask({ schedule: '0 3 * * *' })
  const act = async (action: string, body?: object) => (await admin('POST', `${BASE}/${id}/${action}`, body)).json
  expect((await act('disable')).status).toBe('disabled')
  expect((await act('enable')).status).toBe('active')
  expect((await act('pause')).status).toBe('paused')
  expect((await act('resume', { backlog: 'skip' })).status).toBe('active')
  const copy = await admin('POST', `${BASE}/${id}/clone`, { name: `copy of ${name}` })
  expect([copy.status, copy.json.command]).toEqual([201, 'true'])
  expect((await admin('DELETE', `${BASE}/${id}`)).status).toBe(204)
  expect((await admin('GET', `${BASE}/${id}`)).json.status ?? 'gone').toMatch(/deleted|gone/)
  expect((await act('restore')).status).toBe('active')
  expect((await admin('GET', `${BASE}/${id}/revisions`)).json.revisions.length).toBeGreaterThan(0)
  await admin('DELETE', `${BASE}/${id}`)
  expect((await admin('POST', `${BASE}/${id}/purge`)).status).toBe(204)
  expect((await admin('GET', `${BASE}/${id}`)).status).toBe(404)
})

test('a deleted task whose name is taken comes back under another, and the refusal offers a free one', async () => {
  const { id, name } = await makeTask({ schedule: '0 3 * * *' })
  await admin('DELETE', `${BASE}/${id}`)
  const holder = (await admin('POST', BASE, { name, type: 'shell', command: 'true' })).json
  const refused = await admin('POST', `${BASE}/${id}/restore`)
  const suggestion = `${name} (restored)`
  expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining(JSON.stringify(suggestion))])
  expect(refused.json.errors).toEqual([{ path: 'name', message: `is taken by the task ${holder.id}`, suggestion }])
  const bulk = await admin('POST', `${BASE}/bulk`, { action: 'restore', ids: [id] })
  expect(bulk.json.results[0].error).toContain(suggestion)
  expect((await admin('POST', `${BASE}/${id}/restore`, { name: '' })).status).toBe(422)
  const other = await admin('POST', `${BASE}/${id}/restore`, { name: holder.name })
  expect([other.status, other.json.errors[0].path]).toEqual([409, 'name'])
  const chinese = await t.call('POST', `${BASE}/${id}/restore`, { as: 'admin', headers: { 'accept-language': 'zh' } })
  expect(chinese.json.detail).toMatch(/已被占用，请另起一个，例如/)
  const back = await admin('POST', `${BASE}/${id}/restore`, { name: suggestion })
  expect([back.status, back.json.name, back.json.status]).toEqual([200, suggestion, 'active'])
  expect(back.json.next_run).not.toBeNull()
})

test('one action on many tasks answers each for itself, and needs the permission of the action', async () => {
  const { id } = await makeTask()
  const ids = [id, '01900000-0000-7000-8000-000000000000']
  const reply = await admin('POST', `${BASE}/bulk`, { action: 'disable', ids })
  expect(reply.json).toMatchObject({ succeeded: 1, failed: 1 })
  const body = { action: 'delete', ids }
  expect((await t.call('POST', `${BASE}/bulk`, { as: 'operator', body })).status).toBe(403)
})

test('validation answers what would be wrong and saves nothing', async () => {
  const good = { name: 'only checked', type: 'shell', command: 'true' }
  expect((await admin('POST', `${BASE}/validate`, good)).json).toEqual({ valid: true, errors: [] })
  const bad = await admin('POST', `${BASE}/validate`, { ...good, schedule: '0 25 * * *', comand: 'x' })
  expect(bad.json.valid).toBe(false)
  expect(bad.json.errors.map((error: { path: string }) => error.path)).toContain('comand')
  expect((await admin('GET', `${BASE}?q=only%20checked`)).json.total).toBe(0)
})
