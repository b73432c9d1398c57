import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/executions'
let t: TestServer

beforeAll(async () => {
  t = await startTestServer()
}, 60_000)
afterAll(() => t.stop())

const admin = (method: string, url: string, body?: unknown, headers = {}) =>
  t.call(method, url, { as: 'admin', body, headers })

/** Follows the log, which ends when the execution does; answers the events. */
async function events(id: string, headers = {}) {
  const { text } = await t.call('GET', `${BASE}/${id}/logs/stream`, { as: 'viewer', headers })
  return text.split('\n\n').flatMap((block) => {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.split(': ')[0], line.split(': ').slice(1).join(': ')]),
    )
    return fields.event === undefined ? [] : [{ ...fields, data: JSON.parse(fields.data!) }]
  }) as { id?: string; event: string; data: never }[]
}

async function submit(command: string, extra: object = {}) {
  const made = await admin('POST', BASE, { type: 'shell', payload: { command }, ...extra })
  expect(made.status, made.text).toBe(201)
  return made.json.id as string
}

const messages = (found: { event: string; data: unknown }[]) =>
  found
    .filter((event) => event.event === 'lines')
    .flatMap((event) => (event.data as { message: string }[]).map((line) => line.message))

test('a job without a task runs, its log is followed live to the end, and its result is read', async () => {
  const id = await submit('echo one; sleep 0.3; echo two; echo wrong >&2; exit 3')
  const seen = await events(id)
  expect(messages(seen).toSorted()).toEqual(['one', 'two', 'wrong'])
  expect(seen.at(-1)).toMatchObject({ event: 'end', data: { status: 'failed', failure: 'exit_code', exit_code: 3 } })
  const read = await admin('GET', `${BASE}/${id}`)
  expect(read.json).toMatchObject({
    status: 'failed',
    failure: 'exit_code',
    exit_code: 3,
    trigger: 'api',
    task_id: null,
  })
})

test('after a lost connection Last-Event-ID goes on behind the last line', async () => {
  const id = await submit('for i in 0 1 2 3 4 5; do echo line $i; done')
  await events(id)
  expect(messages(await events(id, { 'last-event-id': '3' }))).toEqual(['line 4', 'line 5'])
})

test('a log is read by page, tail, stream and text, and exported as text and NDJSON', async () => {
  const id = await submit('for i in 1 2 3; do echo out $i; done; echo err >&2')
  await events(id)
  const logs = async (query: string) =>
    (await admin('GET', `${BASE}/${id}/logs?${query}`)).json.logs.map((line: { message: string }) => line.message)
  expect((await logs('')).length).toBe(4)
  expect(await logs('level=error')).toEqual(['err'])
  expect(await logs('q=OUT%202')).toEqual(['out 2'])
  expect(await logs('stream=stdout&tail=1')).toEqual(['out 3'])
  const page = async (query: string) => {
    const { json } = await admin('GET', `${BASE}/${id}/logs?${query}`)
    return [json.logs.map((line: { no: number }) => line.no), json.next, json.total]
  }
  expect(await page('from=1&limit=2')).toEqual([[1, 2], 3, 4])
  expect(await page('from=3&limit=2')).toEqual([[3], null, 4])
  expect(await page('q=nowhere')).toEqual([[], null, 4])
  const text = await admin('GET', `${BASE}/${id}/logs/export?timestamps=true`)
  expect(text.headers['content-disposition']).toBe(`attachment; filename="execution-${id}.log"`)
  expect(text.text).toMatch(/^\d{4}-.+Z stdout out 1$/m)
  const lines = (await admin('GET', `${BASE}/${id}/logs/export?format=ndjson`)).text.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).stream)).toContain('stderr')
})

test('a running execution is cancelled once; afterwards 409', async () => {
  const id = await submit('sleep 30')
  const followed = events(id)
  const cancelled = await admin('POST', `${BASE}/${id}/cancel`)
  expect(cancelled.status).toBe(202)
  await followed
  expect((await admin('GET', `${BASE}/${id}`)).json.status).toBe('cancelled')
  expect((await admin('POST', `${BASE}/${id}/cancel`)).status).toBe(409)
})

test('a batch is all or nothing and answers ids in order', async () => {
  const job = { type: 'shell', payload: { command: 'true' } }
  const made = await admin('POST', BASE, [job, job, job])
  expect([made.status, made.json.executions.length]).toEqual([201, 3])
  const before = (await admin('GET', BASE)).json.total
  expect((await admin('POST', BASE, [job, { type: 'nonsense', payload: {} }])).status).toBe(422)
  expect((await admin('POST', BASE, [])).status).toBe(422)
  expect((await admin('GET', BASE)).json.total).toBe(before)
})

test('a task is run with other parameters, its executions and figures are listed, one is run again and deleted', async () => {
  const body = { name: 'greet', type: 'shell', command: 'echo "args $ROTA_ARGS"', params: { args: ['a'] } }
  const { id } = (await admin('POST', '/api/scheduler/tasks', body)).json
  const run = await admin('POST', `/api/scheduler/tasks/${id}/run`, { params: { args: ['b'] } })
  expect([run.status, run.json.status]).toEqual([202, 'pending'])
  const first = run.json.execution_id
  await events(first)
  expect((await admin('GET', `${BASE}/${first}`)).json).toMatchObject({
    status: 'success',
    task_id: id,
    params: { args: ['b'] },
  })
  const again = await admin('POST', `${BASE}/${first}/rerun`)
  expect(again.status).toBe(202)
  await events(again.json.execution_id)
  const list = await admin('GET', `/api/scheduler/tasks/${id}/executions?status=success,failed`)
  expect(list.json.total).toBe(2)
  const stats = await admin('GET', `/api/scheduler/tasks/${id}/stats?start_date=2020-01-01&end_date=2099-12-31`)
  expect(stats.json).toMatchObject({ total_executions: 2, success: 2, success_rate: 100 })
  expect((await admin('GET', `${BASE}/${first}/explain`)).json.summary.zh).toBeTypeOf('string')
  expect((await admin('DELETE', `${BASE}/${first}`)).status).toBe(204)
  expect((await admin('GET', `${BASE}/${first}`)).status).toBe(404)
})

test('a repeated Idempotency-Key starts one execution', async () => {
  const headers = { 'idempotency-key': 'job-1' }
  const body = { type: 'shell', payload: { command: 'true' } }
  const first = await admin('POST', BASE, body, headers)
  expect((await admin('POST', BASE, body, headers)).json.id).toBe(first.json.id)
})

test('running code of one’s own needs the right to edit, running a task the right to execute', async () => {
  const body = { type: 'shell', payload: { command: 'true' } }
  expect((await t.call('POST', BASE, { as: 'operator', body })).status).toBe(403)
})

test('preview, forecast, ledger and statistics answer', async () => {
  const preview = await t.call('POST', '/api/scheduler/schedules/preview', {
    as: 'viewer',
    body: { schedule: { type: 'weekly', days: ['mon'], times: ['09:30'] }, timezone: 'Asia/Shanghai', count: 2 },
  })
  expect(preview.json).toMatchObject({ cron: '30 9 * * 1', next: [expect.any(String), expect.any(String)] })
  const wrong = { schedule: '61 * * * *' }
  expect((await t.call('POST', '/api/scheduler/schedules/preview', { as: 'viewer', body: wrong })).status).toBe(422)
  await admin('POST', '/api/scheduler/tasks', { name: 'soon', type: 'shell', command: 'true', schedule: '*/5 * * * *' })
  expect((await admin('GET', '/api/scheduler/forecast?limit=3')).json.occurrences).toHaveLength(3)
  expect((await admin('GET', '/api/scheduler/ledger?from=2020-01-01')).json.entries).toBeInstanceOf(Array)
  const { json } = await admin('GET', '/api/scheduler/stats')
  expect(json).toMatchObject({ total_tasks: expect.any(Number), allocations: { total: 0, active: 0 } })
  expect((await admin('GET', '/api/scheduler/stats/timeseries?bucket=day')).json.bucket).toBe('day')
  expect((await admin('GET', '/api/scheduler/stats/timeseries?from=2000-01-01')).status).toBe(422)
  expect((await admin('GET', '/api/scheduler/stats/top?by=failing')).status).toBe(200)
})

test('an unfinished line is shown live and in the execution while it stands, and in the log once it has ended', async () => {
  const go = join(t.folder, 'go')
  const id = await submit(`printf '10 %%\\r20 %%'; while [ ! -e '${go}' ]; do sleep 0.05; done; echo ' done'`)
  const followed = events(id)
  const unfinished = async () => (await admin('GET', `${BASE}/${id}`)).json.unfinished
  await vi.waitFor(async () => expect(await unfinished()).not.toBeNull(), { timeout: 15_000, interval: 50 })
  const stands = await unfinished()
  expect(stands).toEqual({ stream: 'stdout', message: '20 %', since: expect.stringMatching(/Z$/) })
  expect((await admin('GET', `${BASE}/${id}/logs`)).json.logs).toEqual([])
  writeFileSync(go, '')
  const told = (await followed).map(({ event, data }) => [event, data] as const)
  expect(told.slice(0, 2)).toEqual([
    ['unfinished', stands],
    ['unfinished', null],
  ])
  expect(told.slice(2)).toMatchObject([
    ['lines', [{ no: 0, message: '20 % done' }]],
    ['end', { status: 'success' }],
  ])
  expect(await unfinished()).toBeNull()
})

test('a preview of a draft with jitter shows when it starts where it has a name, and says so where it has none', async () => {
  const draft = { schedule: '0 * * * *', timezone: 'UTC', count: 2, jitter_seconds: 900 }
  const preview = async (body: object) =>
    (await t.call('POST', '/api/scheduler/schedules/preview', { as: 'viewer', body })).json
  const nameless = await preview(draft)
  expect(nameless.jittered).toBeNull()
  expect(nameless.notes[0]).toMatchObject({
    at: null,
    en: expect.stringContaining('Give a name'),
    zh: expect.any(String),
  })
  const named = await preview({ ...draft, name: 'jittery' })
  expect(named.notes).toEqual([])
  const body = { name: 'jittery', type: 'shell', command: 'true', ...draft, count: undefined }
  const { json: task } = await t.call('POST', '/api/scheduler/tasks', { as: 'editor', body })
  expect([task.next_due, task.next_run]).toEqual([named.next[0], named.jittered[0]])
})
