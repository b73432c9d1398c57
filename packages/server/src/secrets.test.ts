import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CallOptions, startTestServer, type TestServer } from './testing/test-server.ts'

const SECRETS = '/api/scheduler/secrets'
const TASKS = '/api/scheduler/tasks'
const EXECUTIONS = '/api/scheduler/executions'
const PASSWORD = `pa's $w"ord-${randomBytes(6).toString('hex')}`
const PEM = Array.from({ length: 5 }, () => randomBytes(48).toString('base64')).join('\n')

let t: TestServer
beforeAll(async () => {
  t = await startTestServer({ 'http_tasks.allow': '127.0.0.1' })
  await made('DB_PASSWORD', PASSWORD)
  await made('KEY', PEM)
}, 60_000)
afterAll(() => t.stop())

const admin = (method: string, url: string, body?: unknown, more: CallOptions = {}) =>
  t.call(method, url, { as: 'admin', ...(body !== undefined && { body }), ...more })
const ref = (name: string) => `\${secret:${name}}`
let count = 0
const nameOf = () => `task ${++count}`

async function made(name: string, value: string) {
  const reply = await admin('POST', SECRETS, { name, value })
  expect(reply.status, reply.text).toBe(201)
  return reply.json
}

async function taskOf(more: object, as = 'admin') {
  return t.call('POST', TASKS, { as, body: { name: nameOf(), type: 'shell', command: 'true', ...more } })
}

/** Runs a task to its end; answers the execution as it is told, and everything that is kept of its output. */
async function ran(more: object) {
  const task = await taskOf(more)
  expect(task.status, task.text).toBe(201)
  const run = await admin('POST', `${TASKS}/${task.json.id}/run`)
  expect(run.status, run.text).toBeLessThan(300)
  return ended(run.json.execution_id)
}

async function ended(id: string) {
  const live = await admin('GET', `${EXECUTIONS}/${id}/logs/stream`)
  const log = await admin('GET', `${EXECUTIONS}/${id}/logs/export`)
  const execution = await admin('GET', `${EXECUTIONS}/${id}`)
  const explained = await admin('GET', `${EXECUTIONS}/${id}/explain`)
  return { ...execution.json, kept: [live.text, log.text, execution.text, explained.text].join('\n') }
}

/** What nobody may find of a value, whoever wrote it. */
function tracesOf(value: string): string[] {
  const bytes = Buffer.from(value)
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), bytes.toString('hex')].concat(
    bytes.toString('base64').replaceAll('=', '').slice(0, -1),
    value.split('\n')[0]!,
  )
}

function expectHidden(text: string, value = PASSWORD) {
  for (const trace of tracesOf(value)) expect(text).not.toContain(trace)
}

describe('a secret', () => {
  test('reaches its program as a variable and an argument, and nothing that is kept of it', async () => {
    const execution = await ran({
      env: { PW: ref('DB_PASSWORD'), KEY: `<${ref('KEY')}>`, PLAIN: `$${ref('DB_PASSWORD')}` },
      params: { args: [`--password=${ref('DB_PASSWORD')}`] },
      command: [
        '[ "$1" = "--password=$PW" ] && echo same',
        'echo "$PLAIN"; echo "pw $PW"; echo "$KEY" >&2; echo "$KEY" | base64; printf %s "$PW" | od -An -v -tx1 | tr -d " \\n"; echo',
        'printf "::progress:: 50 at %s\\n" "$PW"; printf \'::result:: {"got": "\\\\u0070%s"}\\n\' "$(printf %s "$PW" | base64)"',
        'printf "unended $PW" >&2; echo "$ROTA_ARGS" | wc -c >/dev/null; exit 3',
      ].join('\n'),
    })
    expect(execution).toMatchObject({ status: 'failed', failure: 'exit_code', exit_code: 3 })
    expect(execution.output).toContain(`same\n${ref('DB_PASSWORD')}\npw ***\n`)
    expect(execution.output).toContain('unended ***')
    expectHidden(execution.kept)
    expectHidden(execution.kept, PEM)
  })

  test('reaches a server in URL, headers and body, and no part of what is told of its answer', async () => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        seen.push(`${request.url} ${request.headers['x-key']} ${request.headers.authorization} ${body}`)
        response.setHeader('x-echo', encodeURIComponent(PASSWORD)).setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ echo: PASSWORD, url: request.url, deep: [{ [PASSWORD]: 1 }] }))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const execution = await ran({
        type: 'http',
        command: undefined,
        http: {
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x/${ref('DB_PASSWORD')}`,
          method: 'POST',
          headers: { 'X-Key': `k ${ref('DB_PASSWORD')}` },
          auth: { type: 'bearer', token: ref('DB_PASSWORD') },
          body: `{"deep": "${ref('DB_PASSWORD')}"}`,
          assert: [{ json: 'echo', equals: 'something else' }],
        },
      })
      expect(seen[0]).toContain(`k ${PASSWORD} Bearer ${PASSWORD} {"deep": "${PASSWORD}"}`)
      expect(execution).toMatchObject({ status: 'failed', failure: 'assertion' })
      expect(execution.error).toContain('"***"')
      expect(execution.result.body.echo).toBe('***')
      expectHidden(execution.kept)
    } finally {
      server.close()
    }
  })

  test('of which a URL consists is one when it is saved, and refused by what it leads to when it is used', async () => {
    await made('HOOK', 'http://10.1.2.3/hook/abcdef')
    const execution = await ran({ type: 'http', command: undefined, http: { url: ref('HOOK') } })
    expect(execution).toMatchObject({ status: 'failed', failure: 'error' })
    expectHidden(execution.kept, 'http://10.1.2.3/hook/abcdef')
    await made('LOCAL_FILE', 'file:///etc/passwd')
    expect(await ran({ type: 'http', command: undefined, http: { url: ref('LOCAL_FILE') } })).toMatchObject({
      failure: 'error',
    })
  })

  test('with a new value is used from the next attempt on, and the old one stays hidden', async () => {
    const old = 'first-value-of-it'
    await made('TURNING', old)
    const task = await taskOf({ env: { V: ref('TURNING') }, command: `echo ${old}; echo "now $V" | rev | rev` })
    const rotated = await admin('POST', `${SECRETS}/TURNING/rotate`, { value: 'second-value-of-it' })
    expect(rotated.json).toMatchObject({ version: 2, warnings: [] })
    const { execution_id } = (await admin('POST', `${TASKS}/${task.json.id}/run`)).json
    expect((await ended(execution_id)).output).toBe('***\nnow ***\n')
  })

  test('that is gone fails the attempt before anything starts, with that reason, and retries go by the policy', async () => {
    await made('FLEETING', 'soon-to-be-gone')
    const run_at = new Date(Date.now() + 1_500).toISOString()
    const retry = { max_attempts: 2, delay_seconds: 0 }
    const job = { type: 'shell', payload: { command: 'echo it ran' }, env: { V: ref('FLEETING') }, run_at, retry }
    const { id } = (await admin('POST', EXECUTIONS, job)).json
    expect((await admin('DELETE', `${SECRETS}/FLEETING`)).status).toBe(204)
    const execution = await ended(id)
    expect(execution).toMatchObject({ status: 'failed', failure: 'secret', attempt: 2, output: null })
    expect(execution.error).toContain('rota secret set FLEETING')
    expect(execution.kept).toContain('There is no secret FLEETING')
    expect(execution.kept).not.toContain('it ran')
  })
})

describe('a task that refers to a secret', () => {
  test('is refused, with the place, while that is not there, unless it is disabled', async () => {
    const refused = await taskOf({
      env: { A: ref('NOT_THERE') },
      params: { args: [ref('DB_PASSWORD'), ref('NOR_THIS')] },
    })
    expect(refused.status).toBe(422)
    expect(refused.json.errors.map(({ path }: { path: string }) => path)).toEqual(['params.args[1]', 'env.A'])
    const task = (await taskOf({ env: { A: ref('LATER') }, enabled: false })).json
    expect((await admin('POST', `${TASKS}/${task.id}/enable`)).status).toBe(422)
    await made('LATER', 'what-comes-later')
    expect((await admin('POST', `${TASKS}/${task.id}/enable`)).status).toBe(200)
  })

  test('keeps the secret from being deleted while it is enabled, unless that is forced', async () => {
    await made('NEEDED', 'needed-by-a-task')
    const task = (await taskOf({ params: { kwargs: { deep: [{ v: ref('NEEDED') }] } } })).json
    expect((await admin('GET', `${SECRETS}/NEEDED`)).json).toMatchObject({
      used_by: 1,
      tasks: [{ id: task.id, enabled: true }],
    })
    const refused = await admin('DELETE', `${SECRETS}/NEEDED`)
    expect(refused.status).toBe(409)
    expect(refused.json.detail).toContain(task.name)
    expect((await admin('DELETE', `${SECRETS}/NEEDED?force=true`)).status).toBe(204)
    const run = await admin('POST', `${TASKS}/${task.id}/run`)
    expect(run.json.errors).toMatchObject([{ path: 'params.kwargs.deep[0].v' }])
  })

  test('cannot have it in a command, where every process list shows it, nor where no secret can stand', async () => {
    const command = await taskOf({ command: `curl -u x:${ref('DB_PASSWORD')} y` })
    expect(command.json.errors).toMatchObject([
      { path: 'command', message: expect.stringContaining('env.DB_PASSWORD') },
    ])
    expect((await taskOf({ tags: [ref('DB_PASSWORD')] })).json.errors).toMatchObject([{ path: 'tags[0]' }])
    expect((await taskOf({ env: { A: ref('no name'), B: ref('x').slice(0, -1) } })).json.errors).toHaveLength(2)
    const job = { type: 'shell', payload: { command: `echo ${ref('DB_PASSWORD')}` } }
    expect((await admin('POST', EXECUTIONS, job)).json.errors).toMatchObject([{ path: 'payload.command' }])
  })

  test('shows the reference wherever the task is shown, and never the value', async () => {
    const task = (await taskOf({ env: { A: ref('DB_PASSWORD') } })).json
    await admin('PATCH', `${TASKS}/${task.id}`, { description: 'changed' })
    const shown = await Promise.all(
      [
        `${TASKS}/${task.id}`,
        `${TASKS}/${task.id}/revisions`,
        `${TASKS}/export`,
        SECRETS,
        `${SECRETS}/DB_PASSWORD`,
        '/metrics',
      ].map(async (url) => (await admin('GET', url)).text),
    )
    expect(shown[0]).toContain(ref('DB_PASSWORD'))
    expectHidden(shown.join('\n'))
  })
})

describe('who may not use secrets', () => {
  let runner: string
  beforeAll(async () => {
    await admin('POST', '/api/scheduler/roles', { name: 'plain', rights: { task: ['execute', 'edit'] } })
    const user = { username: 'pat', password: 'quite a long one', role: 'none' }
    const { id } = (await admin('POST', '/api/scheduler/users', user)).json
    const grant = { subject: { kind: 'user', id }, role: 'plain', scope: { kind: 'global' } }
    expect((await admin('POST', '/api/scheduler/grants', grant)).status).toBe(201)
    const login = await t.call('POST', '/api/auth/login', { body: { username: 'pat', password: user.password } })
    runner = login.json.access_token
  })

  test('can neither save nor run a task with one, though what has none', async () => {
    const task = (await taskOf({ env: { A: ref('DB_PASSWORD') } })).json
    const answers = [
      await taskOf({ env: { A: ref('DB_PASSWORD') } }, runner),
      await t.call('PATCH', `${TASKS}/${task.id}`, { as: runner, body: { command: 'env' } }),
      await t.call('POST', `${TASKS}/${task.id}/run`, { as: runner }),
      await t.call('POST', EXECUTIONS, {
        as: runner,
        body: { type: 'shell', payload: { command: 'env' }, env: { A: ref('KEY') } },
      }),
    ]
    for (const { status, json } of answers) {
      expect(status).toBe(403)
      expect(json.detail).toContain('"use"')
    }
    expect((await t.call('POST', `${TASKS}/${task.id}/disable`, { as: runner })).status).toBe(200)
    expect((await taskOf({}, runner)).status).toBe(201)
  })

  test('an operator runs what others have made, and gives it no other secret', async () => {
    const task = (await taskOf({ env: { A: ref('DB_PASSWORD') } })).json
    expect((await t.call('POST', `${TASKS}/${task.id}/run`, { as: 'operator' })).status).toBeLessThan(300)
    const body = { params: { args: [ref('KEY')] } }
    const other = await t.call('POST', `${TASKS}/${task.id}/run`, { as: 'operator', body })
    expect(other.status).toBe(403)
  })
})

test('of a tenant is its own, whatever those of others are called', async () => {
  const of = (tenant: string): CallOptions => ({ headers: { 'rota-tenant': tenant } })
  const run = async (more: CallOptions) => {
    const job = { type: 'shell', payload: { command: 'printf %s "$V" | tr a-z b-za' }, env: { V: ref('SHARED_NAME') } }
    const made = await admin('POST', EXECUTIONS, job, more)
    return made.status === 201 ? (await ended(made.json.id)).output : made.status
  }
  for (const id of ['crane', 'heron']) await admin('POST', '/api/scheduler/tenants', { id })
  await admin('POST', SECRETS, { name: 'SHARED_NAME', value: 'of-crane' }, of('crane'))
  expect(await run(of('heron'))).toBe(422)
  await admin('POST', SECRETS, { name: 'SHARED_NAME', value: 'of-heron' }, of('heron'))
  expect([await run(of('crane')), await run(of('heron')), await run({})]).toEqual(['pg-dsbof\n', 'pg-ifspo\n', 422])
})

describe('a value that cannot be kept', () => {
  test.each([
    ['is empty', ''],
    ['has a NUL byte', 'abc\0defgh'],
    ['is half a character', 'abcdef\ud800'],
    ['is too long', 'x'.repeat(65_537)],
  ])('%s', async (_, value) => {
    const reply = await admin('POST', SECRETS, { name: 'BAD', value })
    expect(reply.status).toBe(422)
    expect(reply.json.errors).toMatchObject([{ path: 'value' }])
    expect(value === '' || !reply.text.includes(value)).toBe(true)
  })

  test('has a megabyte', async () => {
    expect((await admin('POST', SECRETS, { name: 'BAD', value: 'x'.repeat(1_048_576) })).status).toBe(413)
  })

  test.each(['a}b', 'a b', '', '1a', 'ä', 'x'.repeat(129), ref('x')])('under the name %j', async (name) => {
    const { json } = await admin('POST', SECRETS, { name, value: 'long enough' })
    expect(json.errors[0]).toMatchObject({ path: 'name' })
  })

  test('is told of when it is too short to be masked, and kept', async () => {
    expect((await made('SHORT', '12345')).warnings).toHaveLength(1)
  })

  test('belongs to a name that is taken', async () => {
    expect((await admin('POST', SECRETS, { name: 'KEY', value: 'another value' })).status).toBe(409)
  })
})

test('what is done with secrets is told in the audit, without their values', async () => {
  await made('TOLD', 'value-not-told')
  await admin('PUT', `${SECRETS}/TOLD`, { description: 'said' })
  await admin('PUT', `${SECRETS}/TOLD`, { value: 'value-not-told-2' })
  await admin('DELETE', `${SECRETS}/TOLD`)
  const { rows } = await t.server.engine.audit.list(
    { scope: { kind: 'all' } } as never,
    { kind: 'secret', limit: 4 } as never,
  )
  expect(rows.map(({ action }) => action).toSorted()).toEqual(['created', 'deleted', 'rotated', 'updated'])
  expect(JSON.stringify(rows)).not.toContain('value-not-told')
})
