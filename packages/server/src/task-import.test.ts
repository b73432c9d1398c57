import { afterAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const IMPORT = '/api/scheduler/tasks/import'
const t: TestServer = await startTestServer()
afterAll(() => t.stop())

const send = (body: object, as = 'editor') => t.call('POST', IMPORT, { as, body })
const shell = (name: string, more: object = {}) => ({ name, type: 'shell', command: 'true', ...more })
const totalOf = async (group: string) =>
  (await t.call('GET', `/api/scheduler/tasks?group=${group}`, { as: 'viewer' })).json.total

test('each document is answered for itself, in the order of the request', async () => {
  const tasks = [
    shell('one', { group: 'mixed', schedule: '0 2 * * *' }),
    shell('one', { group: 'mixed' }),
    shell('two', { group: 'mixed', schedule: '99 * * * *' }),
    { name: 'three', type: 'shell', group: 'mixed', nonsense: 1 },
    'no task',
    shell('four', { group: 'mixed' }),
  ]
  const { status, json } = await send({ tasks })
  expect(status).toBe(200)
  expect(json).toMatchObject({ dry_run: false, imported: 2, refused: 4 })
  expect(json.results.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])).toEqual([
    ['one', true],
    ['one', false],
    ['two', false],
    ['three', false],
    [null, false],
    ['four', true],
  ])
  expect(json.results.map(({ code }: { code: string | null }) => code)).toEqual([
    null,
    'conflict',
    ...Array.from({ length: 3 }, () => 'invalid'),
    null,
  ])
  expect(json.results[1].errors).toEqual([{ path: 'name', message: 'is taken by another task' }])
  expect(json.results[2].errors[0].path).toBe('schedule')
  const made = await t.call('GET', `/api/scheduler/tasks/${json.results[0].id}`, { as: 'viewer' })
  expect(made.json).toMatchObject({ name: 'one', schedule: '0 2 * * *', version: 1, status: 'active' })
  expect(await totalOf('mixed')).toBe(2)
})

test('a dry run says what would become of each and makes nothing', async () => {
  const { json } = await send({ dry_run: true, tasks: [shell('a', { group: 'dry' }), shell('', { group: 'dry' })] })
  expect(json).toMatchObject({
    dry_run: true,
    imported: 1,
    refused: 1,
    results: [{ id: null, ok: true }, { ok: false }],
  })
  expect(await totalOf('dry')).toBe(0)
})

test('what the export writes can be taken in again', async () => {
  await send({ tasks: Array.from({ length: 120 }, (_, at) => shell(`there ${at}`, { group: 'there', tags: ['x'] })) })
  const exported = await t.call('GET', '/api/scheduler/tasks/export?format=json&group=there', { as: 'editor' })
  const tasks = exported.json.tasks.map((task: { name: string }) => ({ ...task, name: `${task.name} again` }))
  expect((await send({ tasks })).json).toMatchObject({ imported: 120, refused: 0 })
  expect(await totalOf('there')).toBe(240)
})

test('a request with the same Idempotency-Key is answered as the first, and makes nothing twice', async () => {
  const request = { as: 'editor', body: { tasks: [shell('once')] }, headers: { 'idempotency-key': 'import-1' } }
  const first = await t.call('POST', IMPORT, request)
  expect((await t.call('POST', IMPORT, request)).json).toEqual(first.json)
})

test('whoever may not edit imports nothing, and more than a thousand documents are refused', async () => {
  expect((await send({ tasks: [shell('x')] }, 'operator')).status).toBe(403)
  expect((await send({ tasks: Array.from({ length: 1_001 }, () => ({})) })).status).toBe(422)
  expect((await send({ tasks: [] })).status).toBe(422)
})
