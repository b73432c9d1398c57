import { SYSTEM } from '@rota/core'
import { type Role, runInput } from '@rota/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from './testing/test-browser.ts'
import { ROLES, startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
/** How a role calls: with a token of that role, and as a person of that role who has signed in in a browser. */
type Caller = (
  url: string,
  body?: unknown,
) => Promise<{ status: number; json: { detail?: string; errors?: unknown[] } }>
const callers: { name: string; role: Role; call: Caller }[] = []

beforeAll(async () => {
  t = await startTestServer()
  for (const role of ROLES) {
    callers.push({ name: `token of ${role}`, role, call: (url, body) => t.call('POST', url, { as: role, body }) })
    const browser = await openBrowser(t, role)
    callers.push({ name: `session of ${role}`, role, call: (url, body) => browser.call('POST', url, { body }) })
  }
  // An editor's token may be made with fewer rights than its owner has.
  const made = await t.call('POST', '/api/scheduler/tokens', {
    as: 'editor',
    body: { name: 'narrow', scopes: ['view', 'execute'] },
  })
  const as = made.json.token as string
  callers.push({
    name: 'narrow token of editor',
    role: 'operator',
    call: (url, body) => t.call('POST', url, { as, body }),
  })
})
afterAll(() => t.stop())

let tasks = 0
async function makeTask(more: object = {}): Promise<string> {
  const body = {
    name: `overridden ${++tasks}`,
    type: 'shell',
    command: 'true',
    params: { args: ['a', 'b'], kwargs: { day: 'today' } },
    env: { MODE: 'safe', BASH_ENV: '' },
    concurrency: { overlap: 'allow' },
    ...more,
  }
  const made = await t.call('POST', '/api/scheduler/tasks', { as: 'editor', body })
  expect(made.status, made.text).toBe(201)
  return made.json.id
}

/** Every field of a run, with what whoever may execute gets for it, and what whoever may edit gets. */
const CASES: { field: string; body: object; execute: number; edit: number }[] = [
  { field: 'none', body: {}, execute: 202, edit: 202 },
  { field: 'params', body: { params: { kwargs: { day: 'x' } } }, execute: 202, edit: 202 },
  { field: 'params', body: { params: { kwargs: { other: 'x' } } }, execute: 403, edit: 202 },
  { field: 'params', body: { params: { kwargs: { PATH: 'x' } } }, execute: 403, edit: 202 },
  { field: 'params', body: { params: { args: ['x', 'y'] } }, execute: 202, edit: 202 },
  { field: 'params', body: { params: { args: ['x', 'y', 'z'] } }, execute: 403, edit: 202 },
  { field: 'env', body: { env: { MODE: 'x' } }, execute: 202, edit: 202 },
  { field: 'env', body: { env: { OTHER: 'x' } }, execute: 403, edit: 202 },
  { field: 'env', body: { env: { BASH_ENV: '$(id >&2)' } }, execute: 422, edit: 422 },
  { field: 'env', body: { env: { LD_PRELOAD: '/tmp/x.so' } }, execute: 403, edit: 422 },
  { field: 'env', body: { env: { MODE: 'x', PATH: '/tmp' } }, execute: 403, edit: 422 },
  { field: 'priority', body: { priority: 0 }, execute: 202, edit: 202 },
  { field: 'priority', body: { priority: 7 }, execute: 403, edit: 202 },
]

/** Fields of a task that no run can change, whoever asks. */
const NEVER = {
  command: 'id',
  source: 'id',
  interpreter: '/bin/sh',
  handler: 'x',
  http: { url: 'http://x.test' },
  payload: { command: 'id' },
  type: 'python',
  run_as: 'root',
  working_dir: '/',
  timeout_seconds: 1,
  retry: { max_attempts: 3 },
  concurrency: { overlap: 'allow' },
  kill_grace_seconds: 1,
  max_log_bytes: 10_000,
  target: { kind: 'local' },
  limits: {},
  trigger: 'schedule',
  run_at: '2030-01-01T00:00:00Z',
  name: 'x',
}

describe('what a run sets', () => {
  test('is judged field by field for every role, by token and by session', async () => {
    expect(new Set(CASES.map(({ field }) => field))).toEqual(new Set(['none', ...Object.keys(runInput.shape)]))
    const id = await makeTask()
    for (const { name, role, call } of callers) {
      for (const { body, execute, edit } of CASES) {
        const expected = role === 'viewer' ? 403 : role === 'operator' ? execute : edit
        const reply = await call(`/api/scheduler/tasks/${id}/run`, body)
        expect(reply.status, `${name} ${JSON.stringify(body)} ${reply.json.detail}`).toBe(expected)
        if (expected >= 400 && role !== 'viewer') expect(reply.json.errors, name).not.toEqual([])
      }
    }
  })

  test('is nothing but params, env and priority', async () => {
    const id = await makeTask()
    for (const { name, role, call } of callers) {
      for (const [field, value] of Object.entries(NEVER)) {
        const reply = await call(`/api/scheduler/tasks/${id}/run`, { [field]: value })
        expect(reply.status, `${name} ${field}`).toBe(role === 'viewer' ? 403 : 422)
      }
    }
  })

  test('says which field, why, and what the task declares', async () => {
    const id = await makeTask()
    const reply = await t.call('POST', `/api/scheduler/tasks/${id}/run`, {
      as: 'operator',
      body: { env: { MOED: 'x' } },
    })
    expect(reply.json.errors).toEqual([
      {
        path: 'env.MOED',
        message: 'is not declared by the task, whose env has MODE, BASH_ENV. Setting it needs the permission "edit".',
      },
    ])
  })

  test('cannot be given to a job of the jobs interface or to many tasks at once', async () => {
    const id = await makeTask()
    const body = { env: { BASH_ENV: 'x' }, params: { args: ['x'] } }
    for (const { name, role, call } of callers) {
      const expected = role === 'viewer' ? 403 : 422
      // That API answers 400 where the others say 422.
      const ofJobs = expected === 422 ? 400 : expected
      expect((await call(`/api/v1/jobs/${id}/execute`, body)).status, name).toBe(ofJobs)
      const bulk = { action: 'run', ids: [id], ...body }
      expect((await call('/api/scheduler/tasks/bulk', bulk)).status, name).toBe(expected)
    }
  })

  test('of a script reaches no interpreter that reads on after the script’s name', async () => {
    const reply = async (interpreter: string, as: Role) => {
      const id = await makeTask({ type: 'script', command: undefined, source: 'x', interpreter })
      const body = { params: { args: ['-f', '/tmp/x'] } }
      return (await t.call('POST', `/api/scheduler/tasks/${id}/run`, { as, body })).status
    }
    for (const interpreter of ['awk -f', '/usr/bin/make -f', '/usr/bin/env awk -f', 'psql -f', 'php -f', 'perl -e']) {
      expect(await reply(interpreter, 'operator'), interpreter).toBe(403)
      expect(await reply(interpreter, 'editor'), interpreter).toBe(202)
    }
    for (const interpreter of ['/bin/sh', 'bash -euo pipefail', '/usr/bin/env python3', 'python3 -u', 'node']) {
      expect(await reply(interpreter, 'operator'), interpreter).toBe(202)
    }
  })
})

describe('running again', () => {
  const rerun = async (id: string, as: Role) =>
    (await t.call('POST', `/api/scheduler/executions/${id}/rerun`, { as })).status

  test('is asking for the same once more: what the caller may not set is refused', async () => {
    const id = await makeTask()
    const run = async (as: Role, body: object) =>
      (await t.call('POST', `/api/scheduler/tasks/${id}/run`, { as, body })).json.execution_id as string
    const wide = await run('editor', { env: { OTHER: 'x' } })
    expect(await rerun(wide, 'viewer')).toBe(403)
    expect(await rerun(wide, 'operator')).toBe(403)
    expect(await rerun(wide, 'editor')).toBe(202)
    const usual = await run('editor', { env: { MODE: 'x' }, params: { kwargs: { day: 'x' } } })
    expect(await rerun(usual, 'operator')).toBe(202)
  })

  test('of a job without a task is running code of its own', async () => {
    const body = { type: 'shell', payload: { command: 'true' } }
    const made = await t.call('POST', '/api/scheduler/executions', { as: 'editor', body })
    expect(await rerun(made.json.id, 'operator')).toBe(403)
    expect(await rerun(made.json.id, 'editor')).toBe(202)
  })
})

test('a caller of the engine that does not say it may edit only runs what is there', async () => {
  const id = await makeTask()
  const caller = { ...SYSTEM, name: 'somebody', rights: { task: ['view', 'execute'] } } as const
  const { tasks: engine, executions } = t.server.engine
  const nobody = { ...caller, rights: {} }
  await expect(engine.run(nobody, id, {})).rejects.toThrow('needs the permission "execute"')
  await expect(engine.run(caller, id, { env: { OTHER: 'x' } })).rejects.toThrow('needs the permission "edit"')
  await expect(executions.submit(caller, { type: 'shell', payload: { command: 'id' } })).rejects.toThrow(
    'brings its own',
  )
})
