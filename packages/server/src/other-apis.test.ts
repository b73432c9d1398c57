import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SYSTEM } from '@rota/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_PASSWORD, startTestServer, type TestServer } from './testing/test-server.ts'

const JOBS = '/api/v1/jobs'
let t: TestServer

beforeAll(async () => {
  t = await startTestServer({ 'auth.login_attempts': '5' })
})
afterAll(() => t.stop())

const admin = (method: string, url: string, body?: unknown) => t.call(method, url, { as: 'admin', body })

test('signing in, refreshing, asking who one is, changing the password and signing out', async () => {
  const user = { username: 'ada', password: 'first long password', role: 'operator', must_change_password: true }
  expect((await admin('POST', '/api/scheduler/users', user)).status).toBe(201)
  const login = await t.call('POST', '/api/auth/login', { body: { username: 'ada', password: user.password } })
  expect(login.json).toMatchObject({ token_type: 'Bearer', expires_in: 900, user: { must_change_password: true } })
  const fresh = (await t.call('POST', '/api/auth/refresh', { body: { refresh_token: login.json.refresh_token } })).json
  const me = await t.call('GET', '/api/auth/me', { as: fresh.access_token })
  expect(me.json).toMatchObject({ permissions: ['view', 'execute', 'use'], credential: { kind: 'session' } })
  const change = { current_password: user.password, new_password: 'second long password' }
  const wrong = { ...change, current_password: 'not the password' }
  expect((await t.call('POST', '/api/auth/password', { as: fresh.access_token, body: wrong })).status).toBe(422)
  const changed = await t.call('POST', '/api/auth/password', { as: fresh.access_token, body: change })
  expect(changed.json.user.must_change_password).toBe(false)
  expect((await t.call('GET', '/api/auth/me', { as: fresh.access_token })).status).toBe(401)
  expect((await t.call('POST', '/api/auth/logout', { as: changed.json.access_token })).status).toBe(204)
  expect((await t.call('GET', '/api/auth/me', { as: changed.json.access_token })).status).toBe(401)
})

test('guessing passwords is answered with 429 and when to come back', async () => {
  const guess = () => t.call('POST', '/api/auth/login', { body: { username: 'nobody', password: 'wrong' } })
  const statuses = []
  for (let at = 0; at < 7; at++) statuses.push((await guess()).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  expect(Number((await guess()).headers['retry-after'])).toBeGreaterThan(0)
})

test('two credentials at once answer 400', async () => {
  const headers = { cookie: 'rota_session=x' }
  expect((await t.call('GET', '/api/scheduler/tasks', { as: 'admin', headers })).status).toBe(400)
})

test('an API token is shown once, listed without its secret, and ends when revoked', async () => {
  const made = await admin('POST', '/api/scheduler/tokens', { name: 'ci', scopes: ['view'], expires_in_days: 30 })
  expect(made.json.token).toMatch(/^rota_pat_[0-9A-Za-z]{36}$/)
  const list = await admin('GET', '/api/scheduler/tokens')
  expect(list.text).not.toContain(made.json.token.split('.')[1])
  expect((await t.call('GET', '/api/scheduler/tasks', { as: made.json.token })).status).toBe(200)
  expect((await t.call('POST', '/api/scheduler/tasks', { as: made.json.token, body: {} })).status).toBe(403)
  expect((await admin('DELETE', `/api/scheduler/tokens/${made.json.id}`)).status).toBe(204)
  expect((await t.call('GET', '/api/scheduler/tasks', { as: made.json.token })).status).toBe(401)
})

test('users are listed, changed and deleted by those who may manage, but the last administrator stays', async () => {
  const made = (await admin('POST', '/api/scheduler/users', { username: 'bob', password: 'a long enough one' })).json
  expect(made.role).toBe('viewer')
  const url = `/api/scheduler/users/${made.id}`
  expect((await admin('PATCH', url, { role: 'editor', disabled: true })).json).toMatchObject({
    role: 'editor',
    disabled: true,
  })
  const login = await t.call('POST', '/api/auth/login', { body: { username: 'bob', password: 'a long enough one' } })
  expect(login.status).toBe(401)
  expect((await admin('DELETE', url)).status).toBe(204)
  expect((await admin('GET', url)).status).toBe(404)
  const { users } = (await admin('GET', '/api/scheduler/users')).json
  const [only] = users.filter((user: { role: string }) => user.role === 'admin')
  expect((await admin('DELETE', `/api/scheduler/users/${only.id}`)).status).toBe(409)
})

test('a job is a task in other words: created, changed, paused, resumed, run and deleted', async () => {
  const task = {
    name: 'shell task',
    type: 'shell',
    command: 'true',
    schedule: { type: 'interval', every: 5, unit: 'minutes' },
  }
  const { id } = (await admin('POST', '/api/scheduler/tasks', task)).json
  const read = await admin('GET', `${JOBS}/${id}`)
  expect(read.json).toMatchObject({
    job_type: 'interval',
    interval_seconds: 300,
    func: null,
    type: 'shell',
    status: 'active',
  })
  const changed = await admin('PUT', `${JOBS}/${id}`, { cron_expression: '0 6 * * *' })
  expect(changed.json).toMatchObject({ job_type: 'cron', cron_expression: '0 6 * * *' })
  expect((await admin('POST', `${JOBS}/${id}/pause`)).json.status).toBe('paused')
  expect((await admin('GET', `${JOBS}?status=paused`)).json.total).toBe(1)
  expect((await admin('POST', `${JOBS}/${id}/resume`)).json.status).toBe('active')
  const run = await admin('POST', `${JOBS}/${id}/execute`)
  expect([run.status, run.json.job_id]).toEqual([202, id])
  expect((await admin('GET', `${JOBS}/history?job_id=${id}`)).json.history[0].job_id).toBe(id)
  expect((await admin('DELETE', `${JOBS}/${id}`)).status).toBe(204)
})

test('a fresh server has functions to try, and a job shows what they returned under both names of its instants', async () => {
  const job = { name: 'tried', job_type: 'manual', func: 'echo', args: ['all'], kwargs: { detailed: true } }
  const made = await admin('POST', JOBS, { ...job, priority: 3, retry: { max_attempts: 2 }, dependencies: [] })
  expect(made.json).toMatchObject({ priority: 3, retry: { max_attempts: 2 } })
  const { execution_id } = (await admin('POST', `${JOBS}/${made.json.id}/execute`)).json
  const ended = t.server.engine.executions.follow(SYSTEM, execution_id, {
    from: 0,
    signal: new AbortController().signal,
  })
  for await (const _ of ended);
  const [row] = (await admin('GET', `${JOBS}/history?job_id=${made.json.id}`)).json.history
  expect(row).toMatchObject({ status: 'success', result: { args: ['all'], kwargs: { detailed: true } } })
  expect([row.start_time, row.end_time]).toEqual([row.started_at, row.finished_at])
  const own = (await admin('GET', `/api/scheduler/tasks/${made.json.id}/executions`)).json.executions[0]
  expect(own).toHaveProperty('output')
  expect(own).not.toHaveProperty('result')
  const listed = (await admin('GET', `/api/scheduler/executions?task_id=${made.json.id}&fields=result`)).json
  expect(listed.executions[0]).toMatchObject({ result: { args: ['all'] } })
  for (const left of ['output', 'progress', 'params']) expect(listed.executions[0]).not.toHaveProperty(left)
  const much = await admin('GET', '/api/scheduler/executions?fields=output&limit=500')
  expect([much.status, much.json.errors[0].path]).toEqual([422, 'limit'])
})

test('wrong input to jobs answers 400, and a job that is gone 404, in the word of its callers', async () => {
  const job = { name: 'gone soon', job_type: 'manual', func: 'sleep', args: [0] }
  const wrong = await admin('POST', JOBS, { ...job, func: 'nobody' })
  expect(wrong.status).toBe(400)
  expect(wrong.json.errors[0]).toMatchObject({ path: 'func' })
  expect(wrong.json.errors[0].message).toContain('handlers.module')
  expect((await admin('POST', JOBS, { ...job, dependencies: ['x'] })).status).toBe(400)
  for (const query of ['limit=0', 'status=asleep', 'colour=red']) {
    expect((await admin('GET', `${JOBS}?${query}`)).status, query).toBe(400)
  }
  const { id } = (await admin('POST', JOBS, job)).json
  await admin('POST', `/api/scheduler/tasks/${id}/disable`)
  expect((await admin('GET', `${JOBS}/${id}`)).json.status).toBe('paused')
  const paused = (await admin('GET', `${JOBS}?status=paused`)).json.jobs
  expect(paused.map((each: { id: string }) => each.id)).toContain(id)
  expect((await admin('DELETE', `${JOBS}/${id}`)).status).toBe(204)
  for (const [method, at] of [
    ['GET', id],
    ['PUT', id],
    ['DELETE', id],
    ['POST', `${id}/execute`],
    ['POST', `${id}/pause`],
    ['POST', `${id}/resume`],
    ['GET', `history?job_id=${id}`],
  ]) {
    const reply = await admin(method!, `${JOBS}/${at}`, method === 'PUT' ? {} : undefined)
    expect([reply.status, reply.json.detail], `${method} ${at}`).toEqual([404, `There is no job ${id}.`])
  }
})

test('errors of a job name its own fields', async () => {
  const paths = async (body: object) =>
    (await admin('POST', JOBS, body)).json.errors.map((error: { path: string }) => error.path)
  expect(await paths({ name: 'j', job_type: 'cron', func: 'f' })).toEqual(['cron_expression'])
  expect(await paths({ name: 'j', job_type: 'date', func: 'nobody', run_date: '2099-01-01T00:00:00Z' })).toContain(
    'func',
  )
})

test('no sentence of a refused job names a field or thing of another API', async () => {
  const job = { name: 'own words', job_type: 'interval', func: 'report', interval_seconds: 60 }
  const made = await admin('POST', '/api/scheduler/tasks', { name: 'own words', type: 'shell', command: 'true' })
  const id = made.json.id
  const { interval_seconds: _, ...dated } = { ...job, name: 'other', job_type: 'date' }
  const refused = [
    await admin('POST', JOBS, job),
    await admin('POST', JOBS, { ...job, name: 'other', interval_seconds: 0.5 }),
    await admin('POST', JOBS, { ...job, name: ' ' }),
    await admin('POST', JOBS, { ...dated, run_date: 'tomorrow' }),
    await admin('POST', JOBS, { ...job, name: 'other', func: 'nobody' }),
    await admin('PUT', `${JOBS}/${id}`, { cron_expression: '61 * * * *' }),
  ]
  const texts = refused.map(({ status, json }) => {
    const said = json.errors.map((error: { path: string; message: string }) => `${error.path} ${error.message}`)
    return [status, json.detail, ...said].join(' · ')
  })
  const others = /\btask|\bschedule\b|\bschedule\.|\bevery is\b|\bat is\b|payload|\bhandler:/
  expect(texts.filter((text) => others.test(text) || !/^40[09]/.test(text))).toEqual([])
  expect(texts.join('\n')).toMatch(
    /interval_seconds must be a whole number.*run_date must be an instant.*cron_expression:/s,
  )
})

test('health, readiness, status, metrics and the configuration answer', async () => {
  expect((await t.call('GET', '/health')).json).toMatchObject({ status: 'ok', service: 'rota' })
  expect((await t.call('GET', '/ready')).json).toEqual({ ready: true, state: 'running', reason: null })
  expect((await t.call('GET', '/status', { as: 'viewer' })).json.scheduler).toMatchObject({
    kind: 'embedded',
    state: 'running',
  })
  for (const url of ['/metrics', '/api/scheduler/metrics']) {
    const { text } = await t.call('GET', url, { as: 'viewer' })
    expect(text).toMatch(/^scheduler_tasks \d+$/m)
    expect(text).toContain('scheduler_http_request_seconds_count{method="GET",route="/health",status="200"}')
  }
  const config = await admin('GET', '/api/scheduler/config')
  expect(config.json).toMatchObject({ scheduling_algorithm: 'random', port: 0, database: { url: null } })
})

test('the documentation is served by this server alone', async () => {
  const page = await t.call('GET', '/docs')
  expect(page.text).not.toMatch(/https?:\/\/(?!127)/)
  expect((await t.call('GET', '/openapi.json')).json.openapi).toBe('3.1.0')
})

test('the command line finds a token in the data directory that ends with the server', async () => {
  const other = await startTestServer()
  const path = join(other.folder, 'cli-token')
  const { url, token } = JSON.parse(readFileSync(path, 'utf8'))
  expect(url).toBe(other.server.url)
  expect((await other.call('GET', '/api/scheduler/config', { as: token })).status).toBe(200)
  await other.server.stop({ graceMs: 0 })
  expect(existsSync(path)).toBe(false)
  await other.stop()
})

test('the database keeps no password and no token in clear', () => {
  const files = ['state.db', 'state.db-wal'].map((name) => join(t.folder, name)).filter((path) => existsSync(path))
  const bytes = files.map((path) => readFileSync(path, 'latin1')).join('')
  for (const secret of [ADMIN_PASSWORD, ...Object.values(t.tokens).map((token) => token.split('.')[1]!)]) {
    expect(bytes).not.toContain(secret)
  }
})
