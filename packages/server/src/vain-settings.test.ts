import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { translate } from '@rota/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkConfig } from './index.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/tasks'
let t: TestServer
let id: string
let allowed: string

beforeAll(async () => {
  t = await startTestServer({ 'programs.allowed_working_dirs': '/srv/jobs' })
  allowed = '/srv/jobs'
  id = (await save({})).json.id
})
afterAll(() => t.stop())

const save = (more: object) =>
  t.call('POST', BASE, {
    as: 'editor',
    body: { name: `vain ${Math.random()}`, type: 'shell', command: 'true', ...more },
  })

/** The fields that are refused. */
async function refused(reply: ReturnType<typeof save>): Promise<string[]> {
  const { status, json } = await reply
  expect(status).toBe(422)
  return json.errors.map(({ path }: { path: string }) => path)
}

test('a reference to a secret that there is not is refused wherever it stands', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what is written.
  const text = 'x ${secret:DB} y'
  expect(await refused(save({ env: { A: text } }))).toEqual(['env.A'])
  expect(await refused(save({ params: { args: [text], kwargs: { deep: [{ a: text }] } } }))).toEqual([
    'params.args[0]',
    'params.kwargs.deep[0].a',
  ])
  const http = {
    url: `http://x.test/?a=${text}`,
    headers: { B: text },
    auth: { type: 'bearer', token: text },
    body: text,
  }
  const paths = await refused(save({ type: 'http', command: undefined, http: { ...http, method: 'POST' } }))
  expect(paths.toSorted()).toEqual(['http.auth.token', 'http.body', 'http.headers.B', 'http.url'])
  expect(await refused(t.call('PATCH', `${BASE}/${id}`, { as: 'editor', body: { env: { A: text } } }))).toEqual([
    'env.A',
  ])
  expect(await refused(t.call('POST', `${BASE}/${id}/run`, { as: 'editor', body: { env: { A: text } } }))).toEqual([
    'env.A',
  ])
  const job = { type: 'shell', payload: { command: 'true' }, env: { A: text } }
  expect(await refused(t.call('POST', '/api/scheduler/executions', { as: 'editor', body: job }))).toEqual(['env.A'])
  // A shell reads this as a piece of a variable: it is the command's own text.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what is written.
  const command = 'echo "${secret:0:3}"'
  expect((await save({ command })).status).toBe(201)
})

test('a working directory outside the allowed ones is refused when it is saved, one that is yet to be made is not', async () => {
  for (const working_dir of ['/', '/srv', '/srv/jobs2', '/srv/jobs/../other', 'srv/jobs']) {
    expect(await refused(save({ working_dir })), working_dir).toEqual(['working_dir'])
  }
  for (const working_dir of [allowed, '/srv/jobs/to-come', '/srv/jobs/a/../b']) {
    expect((await save({ working_dir })).status, working_dir).toBe(201)
  }
})

test('a link out of an allowed directory does not lead to one', async () => {
  const root = join(t.folder, 'allowed')
  mkdirSync(root)
  symlinkSync('/', join(root, 'out'))
  const other = await startTestServer({ 'programs.allowed_working_dirs': root })
  try {
    const body = { name: 'linked', type: 'shell', command: 'true', working_dir: join(root, 'out', 'tmp') }
    expect(await refused(other.call('POST', BASE, { as: 'editor', body }))).toEqual(['working_dir'])
  } finally {
    await other.stop()
  }
})

test('what has no effect on the type of a task is refused', async () => {
  expect(await refused(save({ source: 'print()', interpreter: 'sh', handler: 'x' }))).toEqual([
    'source',
    'interpreter',
    'handler',
  ])
  const http = { type: 'http', command: undefined, http: { url: 'http://x.test/' } }
  expect(await refused(save({ ...http, env: { A: '1' }, working_dir: '/srv/jobs', run_as: 'root' }))).toEqual([
    'env',
    'working_dir',
    'run_as',
  ])
  expect(await refused(save({ ...http, params: { args: [1] } }))).toEqual(['params'])
  expect(await refused(save({ ...http, params: { kwargs: { a: 1 } } }))).toEqual(['params'])
  const params = { args: [], kwargs: {} }
  const made = await save({ ...http, env: {}, working_dir: null, run_as: null, params })
  expect(made.status).toBe(201)
  const run = t.call('POST', `${BASE}/${made.json.id}/run`, { as: 'editor', body: { params: { args: ['x'] } } })
  expect(await refused(run)).toEqual(['params'])
  const job = { type: 'http', payload: { http: http.http }, params: { args: ['x'] } }
  expect(await refused(t.call('POST', '/api/scheduler/executions', { as: 'editor', body: job }))).toEqual(['params'])
})

test('a setting of the configuration that does nothing yet is refused at its place, in the language asked for', () => {
  const message = 'does nothing in this version. Leave it out.'
  expect(checkConfig('port: 1\nplacement:\n  strategy: random\nauto_scaling: {}\n').problems).toEqual([
    { path: 'placement.strategy', message, line: 3, column: 3 },
    { path: 'auto_scaling', message, line: 4, column: 1 },
  ])
  expect(checkConfig('', { ROTA_AUTO_SCALING_ENABLED: 'true' }).problems).toEqual([
    { path: 'ROTA_AUTO_SCALING_ENABLED', message, line: null, column: null },
  ])
  expect(checkConfig('port: 1\n', { ROTA_AUTO_SCALING_ENABLED: '' })).toEqual({ problems: [], warnings: [] })
  expect(translate(message, 'zh')).toBe('在本版本中不起作用。请去掉。')
})
