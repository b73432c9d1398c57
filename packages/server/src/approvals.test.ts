import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
const BASE = '/api/scheduler/approvals'
const TASKS = '/api/scheduler/tasks'
const PASSWORD = 'a long enough password'
let serial = 0
/** A second administrator. */
let second: string
let editor: string

beforeAll(async () => {
  t = await startTestServer({ 'approvals.max_pending': '30' })
  second = await person('admin')
  editor = await person('editor')
  await call('POST', '/api/scheduler/policies', {
    name: 'four-eyes',
    applies_to: { groups: ['vault'] },
    rules: { requires_approval: true },
  })
}, 60_000)
afterAll(() => t.stop())

const call = (method: string, url: string, body?: unknown, as = 'admin') => t.call(method, url, { as, body })

async function person(role: string) {
  const username = `person${++serial}`
  await call('POST', '/api/scheduler/users', { username, password: PASSWORD, role })
  return (await t.call('POST', '/api/auth/login', { body: { username, password: PASSWORD } })).json
    .access_token as string
}

const document = (more: object = {}) => ({
  name: `task ${++serial}`,
  type: 'shell',
  command: 'echo 1',
  schedule: { type: 'none' },
  group: 'vault',
  ...more,
})

/** Asks for something, which must wait. */
async function held(method: string, url: string, body?: unknown, as = 'admin') {
  const { status, json } = await call(method, url, body, as)
  expect([status, json.type]).toEqual([202, 'urn:rota:problem:approval_pending'])
  return json.approval as { id: string; task_id: string | null; before: unknown; after: Record<string, unknown> | null }
}

const approve = (id: string, as = second) => call('POST', `${BASE}/${id}/approve`, {}, as)

/** A task of the protected group, which two people have made. */
async function task(more: object = {}) {
  const body = document(more)
  const { id } = await held('POST', TASKS, body)
  expect((await approve(id)).json).toMatchObject({ state: 'approved' })
  const { tasks } = (await call('GET', `${TASKS}?q=${encodeURIComponent(body.name)}`)).json
  return tasks[0] as { id: string; name: string; version: number; command: string }
}

describe('a change of what is protected', () => {
  test('waits, whoever asks for it, and is made by a second person only', async () => {
    const body = document()
    const asked = await held('POST', TASKS, body)
    expect(asked).toMatchObject({ state: 'pending', action: 'create', is_own: true, may_decide: false, before: null })
    expect(asked.after).toMatchObject({ name: body.name, command: 'echo 1' })
    expect((await call('GET', `${TASKS}?q=${encodeURIComponent(body.name)}`)).json.total).toBe(0)
    expect((await approve(asked.id, 'admin')).status).toBe(403)
    expect((await approve(asked.id, editor)).status).toBe(403)
    const done = await approve(asked.id)
    expect(done.json).toMatchObject({ state: 'approved', is_own: false })
    const found = (await call('GET', `${TASKS}?q=${encodeURIComponent(body.name)}`)).json
    expect([found.total, found.tasks[0].created_by]).toEqual([1, `token:admin, ${done.json.decided_by}`])
    expect((await approve(asked.id)).status).toBe(409)
  })

  test('is each of: change, enable, move in or out, clone, delete, restore, purge, bulk, import, and the job API', async () => {
    const made = await task()
    const free = (await call('POST', TASKS, document({ group: 'free' }))).json
    const url = `${TASKS}/${made.id}`
    const change = await held('PATCH', url, { command: 'echo 2', env: { KEY: 'secret' } })
    expect(change.before).toMatchObject({ command: 'echo 1' })
    expect(change.after).toMatchObject({ command: 'echo 2', env: { KEY: '***' } })
    await held('POST', `${url}/disable`)
    await held('PATCH', url, { group: 'free' })
    await held('PATCH', `${TASKS}/${free.id}`, { group: 'vault/inner' })
    await held('POST', `${url}/clone`, {})
    await held('PUT', `/api/v1/jobs/${made.id}`, { name: 'renamed' })
    const bulk = (await call('POST', `${TASKS}/bulk`, { action: 'disable', ids: [made.id, free.id] })).json
    expect([bulk.succeeded, bulk.results[0].error]).toEqual([1, expect.stringContaining('waits for the approval')])
    const imported = (await call('POST', `${TASKS}/import`, { tasks: [document(), document({ group: 'free' })] })).json
    expect(imported.results.map(({ code }: { code: string | null }) => code)).toEqual(['approval_pending', null])
    expect((await call('GET', url)).json).toMatchObject({ version: made.version, command: 'echo 1', group: 'vault' })
    const gone = await held('DELETE', url)
    expect((await approve(gone.id)).status).toBe(200)
    expect((await call('GET', url)).json.status).toBe('deleted')
    const back = await held('POST', `${url}/restore`)
    expect((await approve(back.id)).status).toBe(200)
    expect((await call('GET', url)).json.status).toBe('active')
  })

  test('leaves what runs a task alone: it is run, paused and stopped at once', async () => {
    const { id } = await task()
    expect((await call('POST', `${TASKS}/${id}/pause`)).status).toBe(200)
    expect((await call('POST', `${TASKS}/${id}/resume`, {})).status).toBe(200)
    expect((await call('POST', `${TASKS}/${id}/run`, {})).status).toBe(202)
  })

  test('is refused when the task has changed since', async () => {
    const made = await task()
    const [one, other] = [
      await held('PATCH', `${TASKS}/${made.id}`, { command: 'echo 2' }),
      await held('PATCH', `${TASKS}/${made.id}`, { command: 'echo 3' }),
    ]
    expect((await approve(other.id)).status).toBe(200)
    expect((await approve(one.id)).status).toBe(409)
    expect((await call('GET', `${TASKS}/${made.id}`)).json.command).toBe('echo 3')
    expect((await call('GET', `${BASE}/${one.id}`)).json.state).toBe('pending')
  })

  test('is approved once, however many do so at the same time', async () => {
    const body = document()
    const { id } = await held('POST', TASKS, body)
    const third = await person('admin')
    const answers = await Promise.all([approve(id), approve(id, third), approve(id), approve(id, third)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    expect((await call('GET', `${TASKS}?q=${encodeURIComponent(body.name)}`)).json.total).toBe(1)
  })

  test('asked for twice is one, can be withdrawn by its maker and rejected by others, and not both', async () => {
    const body = document()
    const [one, again] = [await held('POST', TASKS, body), await held('POST', TASKS, body)]
    expect(again.id).toBe(one.id)
    expect((await call('POST', `${BASE}/${one.id}/withdraw`, {}, second)).status).toBe(403)
    expect((await call('POST', `${BASE}/${one.id}/reject`, {}, second)).status).toBe(422)
    const rejected = await call('POST', `${BASE}/${one.id}/reject`, { reason: 'No.' }, second)
    expect(rejected.json).toMatchObject({ state: 'rejected', reason: 'No.' })
    expect((await call('POST', `${BASE}/${one.id}/withdraw`, {})).status).toBe(409)
    const anew = await held('POST', TASKS, body)
    expect((await call('POST', `${BASE}/${anew.id}/withdraw`, {})).json.state).toBe('withdrawn')
  })

  test('is shown to whoever asked and whoever may decide, and to nobody else', async () => {
    const asked = await held('POST', TASKS, document(), editor)
    const other = await person('editor')
    const ids = async (as: string) =>
      (await call('GET', `${BASE}?state=pending&limit=1000`, undefined, as)).json.approvals.map(
        ({ id }: { id: string }) => id,
      )
    expect(await ids(editor)).toEqual([asked.id])
    expect(await ids(second)).toContain(asked.id)
    expect(await ids(other)).toEqual([])
    expect((await call('GET', `${BASE}/${asked.id}`, undefined, other)).status).toBe(404)
    expect((await approve(asked.id, other)).status).toBe(403)
  })

  test('cannot be got round by switching the policy off', async () => {
    const url = '/api/scheduler/policies/four-eyes'
    const asked = await held('DELETE', url)
    expect((await call('GET', url)).status).toBe(200)
    await held('PUT', url, { rules: { requires_approval: false } })
    expect((await approve(asked.id, editor)).status).toBe(403)
    expect((await call('POST', `${BASE}/${asked.id}/reject`, { reason: 'It stays.' }, second)).json.state).toBe(
      'rejected',
    )
  })

  test('waits for no more than so many at once', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 31; i++) statuses.push((await call('POST', TASKS, document())).status)
    expect(statuses.at(-1)).toBe(409)
  })
})
