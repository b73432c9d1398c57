import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { SYSTEM } from '@rota/core'
import { expect, onTestFinished, test } from 'vitest'
import { createLogger, createServer, loadConfig } from './index.ts'
import { CHEAP } from './testing/test-server.ts'

const silent = createLogger('silent')

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rota-life-'))
}

async function open(folder: string, set: Record<string, string> = {}, port = 0, logger = silent) {
  const { config } = loadConfig({ data: folder, port, set }, {}, folder)
  const server = await createServer(config, { logger, adminPassword: 'correct horse battery', passwordCost: CHEAP })
  onTestFinished(() => server.stop({ graceMs: 0 }))
  return server
}

const failure = (exitCode: number, message: RegExp) =>
  expect.objectContaining({ name: 'StartFailure', exitCode, message: expect.stringMatching(message) })

async function get(url: string, token: string) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  return response.json() as Promise<Record<string, never>>
}

test('the first start makes the examples, runs one, and later starts do not bring deleted ones back', async () => {
  const folder = newFolder()
  const server = await open(folder)
  expect((await server.start()).isFirstStart).toBe(true)
  const { token } = JSON.parse(readFileSync(join(folder, 'cli-token'), 'utf8'))
  const list = (await get(`${server.url}/api/scheduler/tasks?group=examples`, token)) as never as {
    tasks: { id: string; name: string }[]
  }
  expect(list.tasks).toHaveLength(3)
  const hello = list.tasks.find((task) => task.name === 'Hello, Rota')!
  const runs = (await get(`${server.url}/api/scheduler/tasks/${hello.id}/executions`, token)) as never as {
    executions: { id: string }[]
  }
  const stream = await fetch(`${server.url}/api/scheduler/executions/${runs.executions[0]!.id}/logs/stream`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(await stream.text()).toMatch(/Hello from Rota[\s\S]*event: end\ndata: \{"status":"success"/)
  const headers = { authorization: `Bearer ${token}` }
  for (const { id } of list.tasks) await fetch(`${server.url}/api/scheduler/tasks/${id}`, { method: 'DELETE', headers })
  await server.stop({ graceMs: 0 })
  const second = await open(folder)
  expect((await second.start()).isFirstStart).toBe(false)
  expect((await second.engine.tasks.list(SYSTEM, {})).total).toBe(0)
})

test('a server is not ready before its administrator can sign in and the command line has its token', async () => {
  const folder = newFolder()
  const server = await open(folder, { examples: 'false' })
  const started = server.start()
  const refusals: string[] = []
  for (;;) {
    const engineState = server.engine.status().state
    const reply = await server.app.server.inject('/ready')
    if (reply.statusCode === 200) break
    expect(reply.statusCode).toBe(503)
    refusals.push(`${reply.json().state} while the engine is ${engineState}`)
    // Asking from inside never waits for the network: without this the start would get no turn.
    await setImmediate()
  }
  expect(existsSync(join(folder, 'cli-token'))).toBe(true)
  const body = { username: 'admin', password: 'correct horse battery' }
  expect((await server.app.server.inject({ method: 'POST', url: '/api/auth/login', body })).statusCode).toBe(200)
  expect(refusals).toContain('starting while the engine is running')
  await started
})

test('a port in use, a folder in use and a folder that cannot be written each say what to do', async () => {
  const blocker = createTcpServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const { port } = blocker.address() as AddressInfo
  const server = await open(newFolder(), {}, port)
  await expect(server.start()).rejects.toEqual(failure(69, /is in use.*--port/))
  blocker.close()
  const folder = newFolder()
  await open(folder)
  await expect(open(folder)).rejects.toEqual(failure(75, /in use by process \d+/))
  await expect(open('/proc/nowhere')).rejects.toEqual(failure(73, /cannot be written.*--data/))
})

test('a key that others can read, or a handler module that cannot be loaded, stops the start', async () => {
  const folder = newFolder()
  const first = await open(folder)
  await first.start()
  await first.stop({ graceMs: 0 })
  chmodSync(join(folder, 'keys', 'signing.key'), 0o644)
  await expect(open(folder)).rejects.toEqual(failure(78, /chmod 600/))
  const missing = open(newFolder(), { 'handlers.module': '/nowhere/handlers.js' })
  await expect(missing).rejects.toEqual(failure(78, /handlers\.module/))
})

test('handlers of a module are callable by name', async () => {
  const folder = newFolder()
  const module = join(folder, 'handlers.mjs')
  writeFileSync(module, 'export const handlers = { add: (args) => args.reduce((sum, each) => sum + each, 0) }\n')
  const server = await open(join(folder, 'data'), {
    'handlers.module': module,
    'handlers.threads': '1',
    examples: 'false',
  })
  await server.start()
  const caller = { ...SYSTEM, name: 'test' }
  const task = await server.engine.tasks.create(caller, {
    name: 'sum',
    type: 'handler',
    handler: 'add',
    params: { args: [2, 3] },
  })
  const run = await server.engine.tasks.run(caller, task.id)
  for await (const _ of server.engine.executions.follow(caller, run.id, {
    from: 0,
    signal: AbortSignal.timeout(10_000),
  }));
  expect(await server.engine.executions.get(caller, run.id)).toMatchObject({ status: 'success', result: 5 })
})

test('stopping lets running work finish within its grace, ends live streams, and can be hastened', async () => {
  const folder = newFolder()
  const server = await open(folder, { examples: 'false' })
  await server.start()
  const caller = { ...SYSTEM, name: 'test' }
  const job = (command: string) => server.engine.executions.submit(caller, { type: 'shell', payload: { command } })
  const { id } = await job('echo started; sleep 60')
  const { token } = JSON.parse(readFileSync(join(folder, 'cli-token'), 'utf8'))
  const stream = await fetch(`${server.url}/api/scheduler/executions/${id}/logs/stream`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = stream.text()
  await expect.poll(async () => (await server.engine.executions.logs(caller, id, {})).total).toBe(1)
  const stopped = server.stop({ graceMs: 30_000 })
  await expect.poll(() => server.engine.status().state).toBe('draining')
  await server.stop({ graceMs: 0 })
  await stopped
  expect(await text).toContain('still here')
  expect(existsSync(join(folder, 'cli-token'))).toBe(false)
})

test('what is not HTTP gets a problem document, and a request that stays unfinished is ended', async () => {
  const server = await open(newFolder(), { examples: 'false', 'http.headers_timeout_seconds': '1' })
  await server.start()
  const { port } = new URL(server.url)
  const talk = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = ''
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
      socket.on('data', (chunk) => {
        answer += chunk
      })
      socket.on('close', () => resolve(answer))
    })
  expect(await talk('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400[\s\S]*problem\+json/)
  expect(await talk('GET / HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1\.1 408/)
  expect(await talk(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/)
})

test('the log is JSON with request ids and without secrets', async () => {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const logger = createLogger('trace', sink)
  const server = await open(newFolder(), { examples: 'false', 'log.requests': 'true' }, 0, logger)
  await server.start()
  const body = JSON.stringify({ username: 'admin', password: 'correct horse battery' })
  const headers = { 'content-type': 'application/json', 'x-request-id': 'my-request-1' }
  const { access_token: token } = (await (
    await fetch(`${server.url}/api/auth/login`, { method: 'POST', headers, body })
  ).json()) as { access_token: string }
  await fetch(`${server.url}/api/scheduler/tasks?token=query-secret`, { headers: { authorization: `Bearer ${token}` } })
  logger.info({ password: 'p-secret', user: { token: 't-secret' }, headers: { authorization: 'a-secret' } }, 'test')
  await expect.poll(() => lines.filter((line) => line.includes('"request"')).length).toBe(2)
  const text = lines.join('')
  expect(text).toContain('"request_id":"my-request-1"')
  for (const secret of ['correct horse', token, 'query-secret', 'p-secret', 't-secret', 'a-secret']) {
    expect(text).not.toContain(secret)
  }
  for (const line of lines) JSON.parse(line)
})

test('beyond the rate limit a caller gets 429, but probes are always answered', async () => {
  const server = await open(newFolder(), { examples: 'false', 'http.rate_limit_per_minute': '5' })
  await server.start()
  const statuses = []
  for (let at = 0; at < 7; at++) statuses.push((await fetch(`${server.url}/api/scheduler/tasks`)).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

test('a stop during the start waits for it, and both may be asked for twice', async () => {
  const server = await open(newFolder())
  const started = server.start()
  const stopped = server.stop({ graceMs: 0 })
  expect(await server.start()).toBe(await started)
  await stopped
  await server.stop()
  expect(server.engine.status().state).toBe('stopped')
})
