import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const isRoot = process.getuid?.() === 0
const TASKS = '/api/scheduler/tasks'
let t: TestServer
let serial = 0

beforeAll(async () => {
  t = await startTestServer()
}, 60_000)
afterAll(() => t.stop())

const call = (method: string, url: string, body?: unknown) => t.call(method, url, { as: 'admin', body })
const shell = (command: string, more: object = {}) => ({
  ...{ name: `task ${++serial}`, type: 'shell', command, schedule: { type: 'none' } },
  ...more,
})

async function ran(command: string, more: object = {}) {
  const made = await call('POST', TASKS, shell(command, more))
  expect(made.status, made.text).toBe(201)
  const { execution_id: id } = (await call('POST', `${TASKS}/${made.json.id}/run`, {})).json
  await call('GET', `/api/scheduler/executions/${id}/logs/stream`)
  return (await call('GET', `/api/scheduler/executions/${id}`)).json
}

/** What docs/security.md says that a task of the server's own user reaches; each line tells whether it does. */
const reaching = (folder: string) => {
  const tries = {
    database: `cat ${folder}/*.db`,
    keys: `cat ${folder}/keys/signing.key`,
    token: `cat ${folder}/cli-token`,
    environment: `cat /proc/${process.pid}/environ`,
    memory: `head -c1 /proc/${process.pid}/mem; cat /proc/${process.pid}/maps`,
    descriptors: `ls /proc/${process.pid}/fd`,
    signals: `kill -0 ${process.pid}`,
    programs: `ls ${folder}/programs`,
  }
  return Object.entries(tries)
    .map(([name, command]) => `(${command}) >/dev/null 2>&1 && echo ${name}`)
    .join('; ')
}

test('a user that is not there, or that the server cannot become, is refused when the task is saved', async () => {
  const { status, json } = await call('POST', TASKS, shell('true', { run_as: 'no-such-user-of-rota' }))
  expect([status, json.errors[0].path]).toEqual([422, 'run_as'])
  expect(json.detail).toContain('There is no user')
  const { status: other } = await call('POST', TASKS, shell('true', { run_as: 'nobody' }))
  expect(other).toBe(isRoot ? 201 : 422)
})

describe('what a task reaches of the server', () => {
  test('as the server’s own user: all that is the server’s', async () => {
    const { output } = await ran(reaching(t.folder))
    expect(output.trim().split('\n').sort()).toEqual(
      ['database', 'descriptors', 'environment', 'keys', 'memory', 'programs', 'signals', 'token'].sort(),
    )
  })

  test('as another user: nothing, under a policy that lets nobody be the server', async () => {
    const rules = { run_as: { users: ['nobody'], default: 'nobody', not_server: true } }
    expect((await call('POST', '/api/scheduler/policies', { name: 'own-user', rules })).status).toBe(201)
    if (!isRoot) {
      // Nobody but root becomes somebody else: then nothing starts, which reaches nothing either.
      expect(await ran(reaching(t.folder))).toMatchObject({ status: 'failed', failure: 'dispatch' })
      return
    }
    // The directory of a test lies in /tmp, the server's in one of its own; its files are shut in either case.
    chmodSync(t.folder, 0o755)
    expect((await ran(`${reaching(t.folder)}; id -un; id -Gn`)).output).toBe('nobody\nnogroup\n')
    const own = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()
    const refused = await call('POST', TASKS, shell('true', { run_as: own }))
    expect([refused.status, refused.json.errors[0].path]).toEqual([422, 'run_as'])
  })
})
