import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp, eventually, livingWith, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { MockServer, type MockServerOptions, orderOf } from '@rota/testkit/nodes'
import { afterEach, expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const NODE = join(ROOT, 'node_modules/node/bin/node')
const ROTA = process.env.E2E_ROTA ?? join(ROOT, 'packages/cli/src/main.ts')
const MARK = 'AGENT_TEST'

afterEach(() => cleanUp())

async function serverFor(options: MockServerOptions = {}) {
  const server = await new MockServer({ joinTokens: ['join-1'], heartbeatMs: 500, ...options }).start()
  onTestFinished(() => server.close().catch(() => undefined))
  return server
}

/** A real `rota agent`; its output is kept for whoever asks why it failed. */
class AgentProcess {
  readonly child: ChildProcess
  output = ''
  readonly #exit: Promise<number | null>

  constructor(server: { url: string }, ...args: string[]) {
    const all = [ROTA, 'agent', '--server', server.url, '--name', 'n1', ...args]
    this.child = spawn(NODE, all, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } })
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk) => {
        this.output += String(chunk)
      })
    }
    this.#exit = once(this.child, 'exit').then(([code]) => code as number | null)
    onTestFinished(() => void this.child.kill('SIGKILL'))
  }

  exit(): Promise<number | null> {
    return this.#exit
  }
}

test('an agent joins, says on its screen who it is, runs an order, and ends with 0 on SIGTERM', async () => {
  const server = await serverFor()
  const agent = new AgentProcess(server, '--token', 'join-1', '--data', temporaryFolder(), '--label', 'zone=a')
  const { connection } = await server.greeted()
  connection.order(orderOf('e', 'echo hello'))
  expect((await connection.news('lines')).news.lines).toMatchObject([{ stream: 'stdout', text: 'hello' }])
  await connection.news('ended')
  agent.child.kill('SIGTERM')
  expect(await connection.frames.of('leaving')).toMatchObject({ reason: 'The agent on the node was stopped.' })
  expect(await agent.exit()).toBe(0)
  expect(agent.output).toContain('node n1')
  expect(agent.output).toContain('zone=a')
  expect(agent.output).not.toContain('0123456789')
})

test('after kill -9 the next start ends what was left behind, and reports it lost once', async () => {
  const server = await serverFor()
  const data = temporaryFolder()
  const mark = `agent-${process.pid}-${Math.random()}`
  const agent = new AgentProcess(server, '--token', 'join-1', '--data', data)
  const { connection: first } = await server.greeted()
  const env = { [MARK]: mark }
  first.order(orderOf('e', 'setsid sleep 900 & sleep 901 & echo begun; wait', { env }))
  first.order(orderOf('f', 'true', { env }))
  first.confirms = false
  await first.news('lines', 'e')
  await eventually('both sleepers', 10_000, () => livingWith(`${MARK}=${mark}`).length >= 3)
  agent.child.kill('SIGKILL')
  await agent.exit()
  await first.closed

  const again = new AgentProcess(server, '--data', data)
  const { connection: second, hello } = await server.greeted()
  expect(hello.running.map(({ executionId }) => executionId)).toContain('e')
  const { news } = await second.news('ended', 'e')
  expect(news.outcome).toMatchObject({ status: 'failed', failure: 'lost' })
  expect(livingWith(`${MARK}=${mark}`)).toEqual([])
  await second.frames.of('heartbeat')
  again.child.kill('SIGTERM')
  expect(await again.exit()).toBe(0)

  new AgentProcess(server, '--data', data)
  const third = await server.greeted()
  expect(third.hello.running).toEqual([])
})

test('SIGTERM lets running work finish within its grace, and ends the rest with its whole tree', async () => {
  const server = await serverFor()
  const folder = temporaryFolder()
  const mark = `agent-${process.pid}-${Math.random()}`
  const agent = new AgentProcess(server, '--token', 'join-1', '--data', folder, '--grace', '2', '--capacity', '4')
  const { connection } = await server.greeted()
  const gate = join(folder, 'gate')
  connection.order(orderOf('short', `touch ${gate}; sleep 1; echo finished`))
  connection.order(orderOf('long', 'setsid sleep 900 & sleep 901', { env: { [MARK]: mark } }))
  await eventually('begun', 10_000, () => existsSync(gate) && livingWith(`${MARK}=${mark}`).length >= 2)
  agent.child.kill('SIGTERM')
  await connection.frames.of('leaving')
  connection.order(orderOf('late', 'true'))
  expect((await connection.news('refused', 'late')).news.refusal).toBe('draining')
  expect((await connection.news('ended', 'short')).news.outcome.status).toBe('success')
  expect((await connection.news('ended', 'long')).news.outcome.status).toBe('cancelled')
  expect(await agent.exit()).toBe(0)
  expect(livingWith(`${MARK}=${mark}`)).toEqual([])
})

test.each([
  ['no server is named', [], 64],
  ['a flag is unknown', ['--cappacity', '3'], 64],
  ['the token is not valid', ['--token', 'guessed'], 78],
])('an agent ends with an exit code of its own where %s', async (_, args, code) => {
  const server = await serverFor()
  const url = code === 64 && args.length === 0 ? [] : ['--server', server.url]
  const all = [ROTA, 'agent', ...url, '--data', temporaryFolder(), ...args]
  const child = spawn(NODE, all, { stdio: 'ignore', env: { PATH: process.env.PATH } })
  const [exit] = await once(child, 'exit')
  expect(exit).toBe(code)
})

test('a second agent in the same directory ends with 75', async () => {
  const server = await serverFor()
  const data = temporaryFolder()
  new AgentProcess(server, '--token', 'join-1', '--data', data)
  await (await server.connection()).frames.of('heartbeat')
  const second = new AgentProcess(server, '--token', 'join-1', '--data', data)
  expect(await second.exit()).toBe(75)
  expect(second.output).toContain('another agent that runs')
})

interface Execution {
  status: string
  node_id: string | null
}

test('on a real server: a task runs on the node, and survives kill -9 of the server with its output told once', async () => {
  const server = await new ServerProcess().start()
  const made = await server.ask<{ token: string }>('POST', '/api/scheduler/nodes/join-tokens', {})
  const folder = temporaryFolder()
  const gate = join(folder, 'gate')
  const agent = new AgentProcess(server, '--token', made.token, '--data', join(folder, 'data'))
  const command = `echo before; while [ ! -e ${gate} ]; do sleep 0.05; done; seq 1 500; echo after`
  const task = { name: 'on-node', type: 'shell', payload: { command }, target: { kind: 'node', node_id: 'n1' } }
  const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', task)
  const run = await server.ask<{ execution_id: string }>('POST', `/api/scheduler/tasks/${id}/run`, {})
  const logsAt = `/api/scheduler/executions/${run.execution_id}/logs?limit=1000`
  const logs = async () => {
    const page = await server.ask<{ logs: { message: string }[] }>('GET', logsAt)
    return page.logs.map(({ message }) => message)
  }
  await eventually('first line', 20_000, async () => (await logs()).includes('before'))
  await server.kill()
  writeFileSync(gate, '')
  await server.start()
  const at = `/api/scheduler/executions/${run.execution_id}`
  await eventually('end', 60_000, async () => (await server.ask<Execution>('GET', at)).status === 'success')
  expect(await server.ask<Execution>('GET', at)).toMatchObject({ status: 'success', node_id: 'n1' })
  expect(await logs()).toEqual(['before', ...Array.from({ length: 500 }, (_, i) => `${i + 1}`), 'after'])
  agent.child.kill('SIGTERM')
  expect(await agent.exit()).toBe(0)
})
