import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp, temporaryFolder } from '@rota/testkit/cluster'
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

function run(command: string, file: string, url: string, keyFile = join(temporaryFolder(), 'key')) {
  const env = { PATH: process.env.PATH, ROTA_SERVER: url, ROTA_JOIN_TOKEN: 'join-1', ROTA_KEY_FILE: keyFile }
  const child = spawn(command, [join(ROOT, file)], { stdio: 'inherit', env })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

const call = (id: string, handler: string, kwargs: Record<string, string | number>) =>
  orderOf(id, '', { type: 'handler', payload: { handler }, params: { args: [], kwargs } })

test('the example of a worker joins, resizes, and leaves on SIGTERM', async () => {
  const server = await serverFor()
  const child = run(NODE, 'examples/worker/pictures.ts', server.url)
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
  run('python3', 'examples/python-worker/worker.py', server.url)
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
  run('python3', 'examples/python-worker/worker.py', server.url)
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
