import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const TASKS = '/api/scheduler/tasks'
let silent: Server
let url: string
let t: TestServer

beforeAll(async () => {
  silent = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => silent.once('listening', resolve))
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
  t = await startTestServer({
    'execution.timeout_seconds': '3600',
    'execution.retry': 'max_attempts=2,delay_seconds=7',
    'execution.max_concurrent': '5',
    'execution.types.http.timeout_seconds': '0.2',
    'execution.types.http.retry': 'max_attempts=1',
    'http_tasks.allow': '127.0.0.1',
  })
})
afterAll(async () => {
  await t.stop()
  silent.closeAllConnections()
  silent.close()
})

async function save(more: object) {
  const body = { name: `d ${Math.random()}`, type: 'shell', command: 'true', ...more }
  const { status, json } = await t.call('POST', TASKS, { as: 'editor', body })
  expect(status).toBe(201)
  return json
}

test('a task that says nothing keeps saying nothing, and shows what holds', async () => {
  const task = await save({ timeout_seconds: null, retry: null })
  expect(task).toMatchObject({
    timeout_seconds: null,
    retry: null,
    concurrency: { max: null },
    effective: { timeout_seconds: 3600, retry: { max_attempts: 2, delay_seconds: 7 }, max_concurrent: 5 },
  })
  const job = await t.call('GET', `/api/v1/jobs/${task.id}`, { as: 'viewer' })
  expect(job.json).toMatchObject({ max_instances: 5, timeout_seconds: null })
  const { json } = await t.call('PATCH', `${TASKS}/${task.id}`, { as: 'editor', body: { retry: { max_attempts: 1 } } })
  expect(json).toMatchObject({ retry: { max_attempts: 1 }, effective: { retry: { max_attempts: 1 } } })
  const back = await t.call('PATCH', `${TASKS}/${task.id}`, { as: 'editor', body: { retry: null } })
  expect(back.json).toMatchObject({ retry: null, effective: { retry: { max_attempts: 2 } } })
})

test('what a task says itself goes before the defaults', async () => {
  const task = await save({ timeout_seconds: 9, retry: { max_attempts: 4 }, concurrency: { max: 1 } })
  expect(task.effective).toMatchObject({ timeout_seconds: 9, retry: { max_attempts: 4 }, max_concurrent: 1 })
  const { json } = await t.call('POST', `${TASKS}/${task.id}/run`, { as: 'operator', body: {} })
  const execution = await t.call('GET', `/api/scheduler/executions/${json.execution_id ?? json.id}`, { as: 'viewer' })
  expect(execution.json).toMatchObject({ timeout_seconds: 9, max_attempts: 4 })
})

test('an HTTP task and an HTTP job without a limit end at the default of their type', async () => {
  const task = await save({ type: 'http', command: undefined, http: { url } })
  expect(task.effective).toMatchObject({ timeout_seconds: 0.2, retry: { max_attempts: 1 } })
  const run = await t.call('POST', `${TASKS}/${task.id}/run`, { as: 'operator', body: {} })
  const job = await t.call('POST', '/api/scheduler/executions', {
    as: 'editor',
    body: { type: 'http', payload: { http: { url } }, timeout_seconds: null, retry: null },
  })
  for (const { json } of [run, job]) {
    const id = json.execution_id ?? json.id
    const ended = async () => (await t.call('GET', `/api/scheduler/executions/${id}`, { as: 'viewer' })).json
    await expect
      .poll(ended, { timeout: 30_000 })
      .toMatchObject({ status: 'failed', failure: 'timeout', timeout_seconds: 0.2, max_attempts: 1 })
    expect((await ended()).error).toContain('0.2 s')
  }
})
