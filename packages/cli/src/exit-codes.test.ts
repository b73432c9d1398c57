import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EXIT_CODES, type ExitName } from './exit.ts'
import { FakeApi, problem } from './testing/fake-api.ts'
import { type RunResult, run } from './testing/run.ts'

const answering = (status: number) => {
  const api = new FakeApi()
  api.overrides.set('GET /api/scheduler/tasks', () => problem(status, 'x', 'No.'))
  return run(['task', 'list'], { fetch: api.fetch })
}

function failedRun(): Promise<RunResult> {
  const api = new FakeApi()
  const task = api.addTask({ name: 'nightly' })
  const execution = api.addExecution({ status: 'cancelled', task_id: task.id })
  const reply = { execution_id: execution.id, status: 'pending', task_id: task.id }
  api.overrides.set(`POST /api/scheduler/tasks/${task.id}/run`, () => Response.json(reply, { status: 202 }))
  return run(['task', 'run', 'nightly', '--wait'], { fetch: api.fetch })
}

/** A change that waits for a second person. */
function waiting(): Promise<RunResult> {
  const api = new FakeApi()
  api.addTask({ name: 'nightly' })
  const problem = {
    type: 'urn:rota:problem:approval_pending',
    title: 'x',
    status: 202,
    detail: 'It waits.',
    errors: [],
  }
  const headers = { 'content-type': 'application/problem+json' }
  const reply = () => Response.json({ ...problem, request_id: 'r' }, { status: 202, headers })
  const [task] = api.tasks.values()
  api.overrides.set(`DELETE /api/scheduler/tasks/${task!.id}`, reply)
  return run(['task', 'delete', 'nightly', '--yes'], { fetch: api.fetch })
}

/** A data directory whose database is gone. */
function emptiedDirectory(): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'rota-doctor-'))
  mkdirSync(join(folder, 'keys'))
  return run(['doctor', '--data', folder]).finally(() => rmSync(folder, { recursive: true }))
}

/** For every documented code something that ends with it; the table of the documentation is made from the same codes. */
const CASES: Record<ExitName, (() => Promise<RunResult>)[]> = {
  ok: [() => run(['next', '0 2 * * *']), () => run(['--help']), () => run(['--version'])],
  error: [() => answering(500)],
  usage: [
    () => run(['task', 'list', '--nope']),
    () => run(['nope']),
    () => run(['next', 'nonsense']),
    () => answering(422),
  ],
  partial: [
    () =>
      run(['import', 'crontab', '-', '--user', 'bob', '--tz', 'UTC'], {
        stdin: '99 * * * * wrong\n0 1 * * * right\n',
        fetch: new FakeApi().fetch,
      }),
  ],
  notFound: [() => run(['task', 'show', 'nothing'], { fetch: new FakeApi().fetch }), () => answering(404)],
  auth: [() => answering(401), () => answering(403)],
  conflict: [() => answering(409), () => answering(412)],
  unreachable: [() => run(['task', 'list']), () => answering(503)],
  failed: [failedRun],
  unsound: [emptiedDirectory],
  pending: [waiting],
  interrupted: [() => run(['task', 'list'], { signal: AbortSignal.abort() })],
}

test.each(Object.entries(CASES))('what is documented as %s ends with its code', async (name, cases) => {
  const { code } = EXIT_CODES[name as ExitName]
  expect(await Promise.all(cases.map(async (each) => (await each()).code))).toEqual(cases.map(() => code))
})

test('wrong usage of the server ends with 64, as systemd expects, wherever on the line it stands', async () => {
  const lines = [
    ['server', '--nope'],
    ['server', 'surplus'],
    ['--nope', 'server'],
    ['--data', 'x', 'server', '--port'],
    ['server', '--lang', 'xx'],
  ]
  for (const line of lines) expect([line, (await run(line)).code]).toEqual([line, 64])
  expect((await run(['server', '--help'])).code).toBe(0)
})
