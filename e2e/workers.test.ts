import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp, eventually, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { MockServer, orderOf } from '@rota/testkit/nodes'
import { afterEach, expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const NODE = join(ROOT, 'node_modules/node/bin/node')

afterEach(() => cleanUp())

async function serverFor(port = 0) {
  const server = await new MockServer({ joinTokens: ['join-1'], port }).start()
  onTestFinished(() => server.close().catch(() => undefined))
  return server
}

function run(command: string, file: string, { url, token = 'join-1' }: { url: string; token?: string }) {
  const keyFile = join(temporaryFolder(), 'key')
  const env = { PATH: process.env.PATH, ROTA_SERVER: url, ROTA_JOIN_TOKEN: token, ROTA_KEY_FILE: keyFile }
  const child = spawn(command, [join(ROOT, file)], { stdio: 'inherit', env })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

const call = (id: string, handler: string, kwargs: Record<string, string | number>) =>
  orderOf(id, '', { type: 'handler', payload: { handler }, params: { args: [], kwargs } })

test('the example of a worker joins, resizes, and leaves on SIGTERM', async () => {
  const server = await serverFor()
  const child = run(NODE, 'examples/worker/pictures.ts', server)
  const { connection, hello } = await server.greeted()
  expect(hello.node).toMatchObject({ handlers: ['resize'], capacity: 2 })
  connection.order(call('e', 'resize', { name: 'cat', width: 20 }))
  expect((await connection.news('lines')).news.lines).toMatchObject([{ text: 'resizing cat to 20' }])
  expect((await connection.news('ended')).news.outcome).toMatchObject({ status: 'success', result: { bytes: 400 } })
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('the worker in Python has fewer than a hundred lines, and does what an agent does', async () => {
  const source = readFileSync(join(ROOT, 'examples/python-worker/worker.py'), 'utf8')
  expect(source.trimEnd().split('\n').length).toBeLessThan(100)
  const server = await serverFor()
  run('python3', 'examples/python-worker/worker.py', server)
  const { connection, hello } = await server.greeted()
  expect(hello.node).toMatchObject({ id: 'python-1', handlers: ['word_count'], types: ['handler'] })
  connection.order(call('e', 'word_count', { text: 'a b c' }))
  await connection.news('acked', 'e')
  expect((await connection.news('lines', 'e')).news).toMatchObject({
    from: 0,
    lines: [{ text: 'counting 5 characters' }],
  })
  expect((await connection.news('progress', 'e')).news).toMatchObject({ percent: 50 })
  const { outcome } = (await connection.news('ended', 'e')).news
  expect(outcome).toMatchObject({ status: 'success', result: { words: 3 } })
  connection.order(call('f', 'word_count', { wrong: 1 }))
  const failed = (await connection.news('ended', 'f')).news.outcome
  expect(failed).toMatchObject({ status: 'failed', failure: 'error' })
  expect(failed.error).toContain('unexpected keyword')
  connection.order(call('g', 'unheard_of', {}))
  expect((await connection.news('refused', 'g')).news.refusal).toBe('unsupported')
})

test('the worker in Python says again what a server that was restarted has not confirmed', async () => {
  const server = await serverFor()
  run('python3', 'examples/python-worker/worker.py', server)
  const { connection } = await server.greeted()
  connection.confirms = false
  connection.order(call('e', 'word_count', { text: 'a b' }))
  await connection.news('ended', 'e')
  const { port } = server
  await server.close()
  const again = await serverFor(port)
  const next = await again.greeted()
  expect(next.hello.running).toMatchObject([{ executionId: 'e', fence: 1 }])
  expect((await next.connection.news('ended', 'e')).news.outcome.result).toEqual({ words: 2 })
})

test.each([
  [
    NODE,
    'examples/worker/pictures.ts',
    'pictures',
    { handler: 'resize', kwargs: { name: 'cat', width: 3 } },
    { bytes: 9 },
  ],
  [
    ...(['python3', 'examples/python-worker/worker.py', 'python-1'] as const),
    ...[{ handler: 'word_count', kwargs: { text: 'a b c' } }, { words: 3 }],
  ],
] as [string, string, string, { handler: string; kwargs: object }, object][])(
  'on a real server %s %s runs what is placed there',
  async (command, file, node, { handler, kwargs }, result) => {
    const server = await new ServerProcess().start()
    const { token } = await server.ask<{ token: string }>('POST', '/api/scheduler/nodes/join-tokens', {})
    run(command, file, { url: server.url, token })
    const nodeAt = `/api/scheduler/nodes/${node}`
    await eventually('node', 20_000, async () => (await server.api('GET', nodeAt)).status === 200)
    const task = {
      ...{ name: 'call', type: 'handler', payload: { handler }, params: { args: [], kwargs } },
      target: { kind: 'node', node_id: node },
    }
    const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', task)
    const run1 = await server.ask<{ execution_id: string }>('POST', `/api/scheduler/tasks/${id}/run`, {})
    const at = `/api/scheduler/executions/${run1.execution_id}`
    await eventually('end', 30_000, async () => (await server.ask<{ status: string }>('GET', at)).status === 'success')
    expect(await server.ask('GET', at)).toMatchObject({ result, node_id: node })
  },
)
