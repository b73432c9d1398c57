import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/tasks'
let t: TestServer
let http: string
let handler: string

beforeAll(async () => {
  t = await startTestServer()
  const make = async (body: object) => (await t.call('POST', BASE, { as: 'editor', body })).json.id as string
  http = await make({
    name: 'call',
    type: 'http',
    http: {
      url: 'https://api.test/x?token=hidden-1',
      headers: { 'X-Api-Key': 'hidden-2' },
      query: { sig: 'hidden-3' },
      auth: { type: 'basic', username: 'hidden-4', password: 'hidden-5' },
      method: 'POST',
      body: 'hidden-6',
    },
    concurrency: { overlap: 'allow' },
  })
  handler = await make({
    name: 'work',
    type: 'shell',
    command: 'true',
    env: { DB: 'hidden-8' },
    params: { kwargs: { api_token: 'hidden-9', password: 'hidden-7', day: 'monday' } },
    schedule: '0 0 1 1 *',
    concurrency: { overlap: 'allow' },
  })
})
afterAll(() => t.stop())

/** Every reply that tells of a task, its versions, or what ran of it. */
async function replies(as: 'viewer' | 'operator' | 'editor') {
  const run = await t.call('POST', `${BASE}/${handler}/run`, { as: 'editor' })
  const places = [
    BASE,
    ...[http, handler].flatMap((id) => [`${BASE}/${id}`, `${BASE}/${id}/revisions`, `${BASE}/${id}/executions`]),
    `${BASE}/export`,
    `${BASE}/export?format=json&ids=${http},${handler}`,
    '/api/v1/jobs',
    `/api/v1/jobs/${http}`,
    `/api/v1/jobs/${handler}`,
    '/api/v1/jobs/history',
    '/api/scheduler/executions',
    `/api/scheduler/executions/${run.json.execution_id}`,
    `/api/scheduler/executions/${run.json.execution_id}/explain`,
    '/api/scheduler/forecast',
    '/api/scheduler/timeline',
    '/api/scheduler/ledger',
    '/api/scheduler/stats/failures',
    '/api/scheduler/events',
  ]
  const read: [string, string][] = []
  for (const place of places) read.push([place, (await t.call('GET', place, { as })).text])
  return read
}

test('who may not edit reads no secret of a task anywhere', async () => {
  for (const as of ['viewer', 'operator'] as const) {
    for (const [place, text] of await replies(as)) expect(text, `${place} as ${as}`).not.toContain('hidden-')
  }
  const seen = (await replies('editor')).map(([, text]) => text).join()
  for (let i = 1; i <= 9; i++) expect(seen).toContain(`hidden-${i}`)
})

test('what an operator does to a task answers no secret either', async () => {
  for (const action of ['pause', 'resume']) {
    for (const url of [`${BASE}/${handler}/${action}`, `/api/v1/jobs/${handler}/${action}`]) {
      expect((await t.call('POST', url, { as: 'operator' })).text, url).not.toContain('hidden-')
    }
  }
})

test('a document with masks that is saved changes no secret, and is refused where there was none', async () => {
  const exported = await t.call('GET', `${BASE}/export?ids=${http}`, { as: 'viewer' })
  const [masked] = parseYaml(exported.text).tasks
  const before = (await t.call('GET', `${BASE}/${http}`, { as: 'editor' })).json.http
  const put = await t.call('PUT', `${BASE}/${http}`, { as: 'editor', body: { ...masked, description: 'new' } })
  expect(put.status, put.text).toBe(200)
  expect(put.json).toMatchObject({ description: 'new', http: before })
  const made = await t.call('POST', BASE, { as: 'editor', body: { ...masked, name: 'copy' } })
  expect(made.status).toBe(422)
  expect(made.json.errors.map(({ path }: { path: string }) => path)).toContain('http.headers.X-Api-Key')
  const jobs = { kwargs: { api_token: '***', password: '***', day: 'friday' } }
  expect((await t.call('PUT', `/api/v1/jobs/${handler}`, { as: 'editor', body: jobs })).status).toBe(200)
  const after = (await t.call('GET', `${BASE}/${handler}`, { as: 'editor' })).json.params.kwargs
  expect(after).toEqual({ api_token: 'hidden-9', password: 'hidden-7', day: 'friday' })
})

test('a mask that an operator sends back with a run means the value of the task', async () => {
  const body = { params: { kwargs: { api_token: '***' } }, env: { DB: '***' } }
  const run = await t.call('POST', `${BASE}/${handler}/run`, { as: 'operator', body })
  expect(run.status, run.text).toBe(202)
  const seen = await t.call('GET', `/api/scheduler/executions/${run.json.execution_id}`, { as: 'editor' })
  expect(seen.json.params.kwargs).toEqual({ api_token: 'hidden-9', password: 'hidden-7', day: 'friday' })
})
