import { afterAll, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BULK = '/api/scheduler/tasks/bulk'
const t: TestServer = await startTestServer()
let ids: string[] = []
let serial = 0

afterAll(() => t.stop())
beforeEach(async () => {
  serial++
  ids = []
  for (const name of ['a', 'b', 'c']) {
    const body = { name: `${serial}${name}`, type: 'shell', command: 'true', group: `g${serial}/${name}`, tags: ['x'] }
    ids.push((await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body })).json.id)
  }
})

const bulk = (body: object, as = 'editor') => t.call('POST', BULK, { as, body })
const ours = () => ({ group: `g${serial}/` })
const statuses = () =>
  Promise.all(ids.map(async (id) => (await t.call('GET', `/api/scheduler/tasks/${id}`, { as: 'viewer' })).json.status))

test('a dry run says how many are hit, with the first of them, and changes nothing', async () => {
  const { json } = await bulk({ action: 'disable', filter: ours(), dry_run: true })
  expect(json).toMatchObject({ dry_run: true, total: 3, results: [], succeeded: 0, next_cursor: null })
  expect(json.sample.map(({ name }: { name: string }) => name)).toEqual(['a', 'b', 'c'].map((name) => serial + name))
  const byId = await bulk({ action: 'disable', ids: [ids[1]!, 'nothing'], dry_run: true })
  expect(byId.json).toMatchObject({ total: 2, sample: [{ id: ids[1] }] })
  expect(await statuses()).toEqual(['active', 'active', 'active'])
})

test('a filter is acted on in parts, each answered task by task, until none is left', async () => {
  const first = await bulk({ action: 'disable', filter: ours(), limit: 2 })
  expect(first.json).toMatchObject({ total: 3, succeeded: 2, failed: 0 })
  expect(await statuses()).toEqual(['disabled', 'disabled', 'active'])
  const rest = await bulk({ action: 'disable', filter: ours(), limit: 2, cursor: first.json.next_cursor })
  expect(rest.json).toMatchObject({ succeeded: 1, next_cursor: null, results: [{ id: ids[2], ok: true }] })
  expect(await statuses()).toEqual(['disabled', 'disabled', 'disabled'])
})

test('a part goes on behind the last although the action takes tasks out of the filter', async () => {
  const filter = { ...ours(), status: 'active' }
  const first = await bulk({ action: 'disable', filter, limit: 1 })
  const rest = await bulk({ action: 'disable', filter, limit: 5, cursor: first.json.next_cursor })
  expect(rest.json.succeeded).toBe(2)
})

test('tasks move to a group and out of any, are deleted and come back', async () => {
  const groups = async () =>
    Promise.all(ids.map(async (id) => (await t.call('GET', `/api/scheduler/tasks/${id}`, { as: 'viewer' })).json.group))
  await bulk({ action: 'move', ids: ids.slice(0, 2), group: `n${serial}` })
  expect(await groups()).toEqual([`n${serial}`, `n${serial}`, `g${serial}/c`])
  await bulk({ action: 'move', filter: { group: `n${serial}` }, group: null })
  expect((await groups()).slice(0, 2)).toEqual([null, null])
  await bulk({ action: 'delete', ids })
  expect(await statuses()).toEqual(['deleted', 'deleted', 'deleted'])
  expect((await bulk({ action: 'restore', filter: ours() })).json).toMatchObject({ total: 1, succeeded: 1 })
})

test('what cannot be done to one task does not keep the others from it', async () => {
  const { json } = await bulk({ action: 'run', ids: [ids[0]!, 'nothing'] })
  expect([json.succeeded, json.failed]).toEqual([1, 1])
  expect(json.results[1]).toMatchObject({ id: 'nothing', ok: false, error: expect.stringContaining('nothing') })
})

test('ids and filter exclude each other, and a group belongs to a move', async () => {
  const wrong = [
    { action: 'run' },
    { action: 'run', ids, filter: {} },
    { action: 'run', ids, cursor: 'x' },
    { action: 'run', filter: {}, cursor: 'x' },
    { action: 'move', ids },
    { action: 'run', ids, group: 'g' },
  ]
  for (const body of wrong) expect((await bulk(body)).status, JSON.stringify(body)).toBe(422)
})

test('an action needs its own permission, also when it is only tried', async () => {
  for (const action of ['enable', 'move', 'restore', 'delete']) {
    const body = { action, ids, dry_run: true, ...(action === 'move' && { group: 'g' }) }
    expect((await bulk(body, 'operator')).status, action).toBe(403)
  }
  expect((await bulk({ action: 'pause', ids }, 'operator')).json.succeeded).toBe(3)
})
