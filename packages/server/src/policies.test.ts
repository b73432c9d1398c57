import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
const BASE = '/api/scheduler/policies'
const TASKS = '/api/scheduler/tasks'
let serial = 0

beforeAll(async () => {
  t = await startTestServer()
}, 60_000)
afterAll(() => t.stop())
afterEach(async () => {
  const { policies } = (await call('GET', BASE)).json
  for (const { name } of policies) await call('DELETE', `${BASE}/${name}`)
})

const call = (method: string, url: string, body?: unknown, as = 'admin') => t.call(method, url, { as, body })

async function policy(rules: object, applies_to: object = {}, name = `p${++serial}`) {
  const made = await call('POST', BASE, { name, applies_to, rules })
  expect(made.status, made.text).toBe(201)
  return made.json
}

const shell = (command: string, more: object = {}) => ({
  name: `task ${++serial}`,
  type: 'shell',
  command,
  schedule: { type: 'none' },
  ...more,
})

async function task(command: string, more: object = {}, as = 'admin') {
  const made = await call('POST', TASKS, shell(command, more), as)
  expect(made.status, made.text).toBe(201)
  return made.json as { id: string; name: string; version: number }
}

async function ran(id: string) {
  const made = await call('POST', `${TASKS}/${id}/run`, {})
  expect(made.status, made.text).toBe(202)
  return ended(made.json.execution_id)
}

async function ended(id: string) {
  await call('GET', `/api/scheduler/executions/${id}/logs/stream`)
  return (await call('GET', `/api/scheduler/executions/${id}`)).json
}

const paths = ({ json }: { json: { errors: { path: string }[] } }) => json.errors.map(({ path }) => path)

describe('a policy', () => {
  test('is made, read, replaced from the version that was seen, and deleted', async () => {
    const made = await policy({ types: ['http'] }, { groups: ['ops'] })
    expect(made).toMatchObject({
      version: 1,
      enabled: true,
      applies_to: { groups: ['ops'], roles: [], user_groups: [] },
    })
    expect(made.rules.commands).toEqual({ allow: null, deny: [] })
    const url = `${BASE}/${made.name}`
    expect((await call('GET', url)).json).toEqual(made)
    const next = { applies_to: {}, rules: { types: ['shell'] } }
    const first = await call('PUT', url, { ...next, version: 1 })
    expect(first.json).toMatchObject({ version: 2, rules: { types: ['shell'] } })
    expect((await call('PUT', url, { ...next, version: 1 })).status).toBe(412)
    expect((await call('POST', BASE, { name: made.name, rules: {} })).status).toBe(409)
    expect((await call('DELETE', url)).status).toBe(204)
    expect((await call('GET', url)).status).toBe(404)
  })

  test('that cannot be meant is refused, each mistake at its place', async () => {
    const bad = async (body: object) => {
      const { status, json } = await call('POST', BASE, { name: 'bad', rules: {}, ...body })
      expect(status).toBe(422)
      return json.errors.map(({ path }: { path: string }) => path)
    }
    expect(await bad({ applies_to: { roles: ['editor', 'nobody'] } })).toEqual(['applies_to.roles[1]'])
    expect(await bad({ applies_to: { user_groups: ['ghosts'] } })).toEqual(['applies_to.user_groups[0]'])
    expect(await bad({ rules: { network: { allow: ['10.0.0.0/8', '10.0.0.0/99', 'a b'] } } })).toEqual([
      'rules.network.allow[1]',
      'rules.network.allow[2]',
    ])
    expect(await bad({ rules: { interpreters: ['../bin/sh'] } })).toEqual(['rules.interpreters[0]'])
    expect(await bad({ rules: { working_dirs: ['/srv/../etc'] } })).toEqual(['rules.working_dirs[0]'])
    expect(await bad({ rules: { working_dirs: ['srv'] } })).toEqual(['rules.working_dirs[0]'])
    expect(await bad({ rules: { commands: { deny: [{ pattern: 'x'.repeat(900_000) }] } } })).toEqual([
      'rules.commands.deny[0].pattern',
    ])
    expect(await bad({ rules: { run_as: { users: ['a'], default: 'b' } } })).toEqual(['rules.run_as.default'])
    expect(await bad({ rules: { requires_aproval: true } })).toEqual(['rules.requires_aproval'])
    expect(await bad({ name: 'No Name' })).toEqual(['name'])
  })

  test('is asked when a task is made, checked, changed, enabled, cloned, moved, restored, imported or submitted', async () => {
    const standing = await task('echo old', { group: 'free' })
    const gone = await task('echo gone', { group: 'kept' })
    await call('DELETE', `${TASKS}/${gone.id}`)
    const off = await task('echo off', { group: 'kept', enabled: false })
    await policy({ commands: { allow: [{ command: 'echo ok' }] } }, { groups: ['kept'] })
    const refused = async (method: string, url: string, body?: object) => {
      const { status, json } = await call(method, url, body)
      expect([url, status, json.errors[0].path]).toEqual([url, 422, 'command'])
      expect(json.detail).toContain('is not in the list of commands')
    }
    await refused('POST', TASKS, shell('echo no', { group: 'kept/below' }))
    await refused('PATCH', `${TASKS}/${standing.id}`, { group: 'kept' })
    await refused('POST', `${TASKS}/${off.id}/enable`)
    await refused('POST', `${TASKS}/${standing.id}/clone`, { group: 'kept' })
    await refused('POST', `${TASKS}/${gone.id}/restore`)
    const checked = await call('POST', `${TASKS}/validate`, shell('echo no', { group: 'kept' }))
    expect(checked.json).toMatchObject({ valid: false, errors: [{ path: 'command' }] })
    const moved = await call('POST', `${TASKS}/bulk`, { action: 'move', ids: [standing.id], group: 'kept' })
    expect(moved.json).toMatchObject({ succeeded: 0, failed: 1 })
    const documents = [shell('echo ok', { group: 'kept' }), shell('echo no', { group: 'kept' })]
    const imported = await call('POST', `${TASKS}/import`, { tasks: documents })
    expect(
      imported.json.results.map(({ ok, errors }: { ok: boolean; errors: object[] }) => [ok, errors.length]),
    ).toEqual([
      [true, 0],
      [false, 1],
    ])
    await policy({ types: ['http'] })
    const job = await call('POST', '/api/scheduler/executions', { type: 'shell', payload: { command: 'true' } })
    expect([job.status, paths(job)]).toEqual([422, ['type']])
  })

  test('never keeps anybody from switching off what does not comply', async () => {
    const standing = await task('echo x')
    await policy({ types: [] })
    expect((await call('POST', `${TASKS}/${standing.id}/disable`)).status).toBe(200)
    expect((await call('DELETE', `${TASKS}/${standing.id}`)).status).toBe(204)
  })

  test('for a role holds for whoever has it, and not for others', async () => {
    const user = { username: `u${++serial}`, password: 'a long enough password', role: 'editor' }
    await call('POST', '/api/scheduler/users', user)
    const { json } = await t.call('POST', '/api/auth/login', {
      body: { username: user.username, password: user.password },
    })
    await policy({ types: ['http'] }, { roles: ['editor'] })
    const tried = await call('POST', TASKS, shell('true'), json.access_token)
    expect([tried.status, paths(tried)]).toEqual([422, ['type']])
    expect((await call('POST', TASKS, shell('true'))).status).toBe(201)
  })

  test('is asked again with what a run overrides', async () => {
    await policy({ commands: { allow: [{ command: 'echo "$1"', args: ['*'] }] } }, { groups: ['args'] })
    const made = await task('echo "$1"', { group: 'args', params: { args: ['a'] } })
    const run = (arg: string) => call('POST', `${TASKS}/${made.id}/run`, { params: { args: [arg] } })
    expect((await run('b')).status).toBe(202)
    const refused = await run('$(id)')
    expect([refused.status, paths(refused)]).toEqual([422, ['params.args']])
  })

  test('that is tightened ends what waits to start, once, with the reason where one looks for it', async () => {
    const fifo = join(t.folder, `gate${++serial}`)
    execFileSync('mkfifo', [fifo])
    const retry = { max_attempts: 3, delay_seconds: 0 }
    const made = await task(`cat ${fifo}`, { retry, concurrency: { max: 1, overlap: 'queue' } })
    const first = (await call('POST', `${TASKS}/${made.id}/run`, {})).json.execution_id
    const second = (await call('POST', `${TASKS}/${made.id}/run`, {})).json.execution_id
    await policy({ commands: { deny: [{ pattern: 'cat *', reason: 'Nobody reads.' }] } })
    await (await open(fifo, 'w')).close()
    expect(await ended(first)).toMatchObject({ status: 'success' })
    const refused = await ended(second)
    expect(refused).toMatchObject({
      status: 'failed',
      failure: 'policy',
      reason: 'policy',
      attempt: 1,
      exit_code: null,
    })
    expect(refused.error).toMatch(/not started, because policies do not allow it\. command: .*Nobody reads\./)
  })

  test('bounds what a task leaves open when it starts', async () => {
    const made = await task('ulimit -n; echo $(pwd)', { working_dir: '/tmp' })
    await policy({ limits: { open_files: 77, timeout_seconds: 50 } })
    const { output, timeout_seconds } = await ran(made.id)
    expect(output.split('\n')[0]).toBe('77')
    expect(timeout_seconds).not.toBe(77)
  })

  test('of directories is not got round by a link that is laid later', async () => {
    const folder = realpathSync(t.folder)
    mkdirSync(join(folder, 'work', 'in'), { recursive: true })
    symlinkSync('/etc', join(folder, 'work', 'out'))
    await policy({ working_dirs: [join(folder, 'work')] }, { groups: ['dirs'] })
    const inside = await task('pwd', { group: 'dirs', working_dir: join(folder, 'work', 'in') })
    expect((await ran(inside.id)).output).toBe(`${join(folder, 'work', 'in')}\n`)
    const tried = await call('POST', TASKS, shell('pwd', { group: 'dirs', working_dir: join(folder, 'work', 'out') }))
    expect([tried.status, paths(tried)]).toEqual([422, ['working_dir']])
    const none = await call('POST', TASKS, shell('pwd', { group: 'dirs' }))
    expect([none.status, paths(none)]).toEqual([422, ['working_dir']])
    const later = await task('pwd', { group: 'dirs', working_dir: join(folder, 'work', 'later') })
    symlinkSync('/etc', join(folder, 'work', 'later'))
    const run = await call('POST', `${TASKS}/${later.id}/run`, {})
    expect([run.status, paths(run)]).toEqual([422, ['working_dir']])
  })

  test('of hosts holds for the address that is connected to, whatever the name', async () => {
    const http = { type: 'http', http: { url: 'http://198.51.100.7/' }, schedule: { type: 'none' } }
    await policy({ network: { allow: ['*.example.org', '192.0.2.0/24'] } })
    const tried = await call('POST', TASKS, { name: `h${++serial}`, ...http })
    expect([tried.status, paths(tried)]).toEqual([422, ['http.url']])
  })

  test('says before it holds which tasks would not comply', async () => {
    const [one, two] = [await task('echo 1', { group: 'seen' }), await task('echo 2', { group: 'seen' })]
    const draft = {
      name: 'draft',
      applies_to: { groups: ['seen'], roles: ['viewer'] },
      rules: { commands: { allow: [{ command: 'echo 2' }] } },
    }
    const { json } = await call('POST', `${BASE}/check`, { policy: draft })
    expect(json.violating).toBe(1)
    expect(json.tasks).toMatchObject([
      { id: one.id, name: one.name, violations: [{ path: 'command', policy: 'draft' }] },
    ])
    expect((await call('GET', BASE)).json.policies).toEqual([])
    await policy({ types: ['http'] }, { groups: ['seen'] })
    const now = (await call('POST', `${BASE}/check`, {})).json
    expect(now.tasks.map(({ id }: { id: string }) => id).sort()).toEqual([one.id, two.id].sort())
  })
})
