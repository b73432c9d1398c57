import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Order } from '@rota/core'
import { MockServer, type MockServerOptions, orderOf } from '@rota/testkit/nodes'
import { expect, onTestFinished, test } from 'vitest'
import { type Worker, type WorkerOptions, worker } from './worker.ts'

async function serverFor(options: MockServerOptions = {}) {
  const server = await new MockServer({ joinTokens: ['join-1'], ...options }).start()
  onTestFinished(() => server.close().catch(() => undefined))
  return server
}

async function started(prepare: (made: Worker) => void, more: Partial<WorkerOptions> = {}) {
  const server = await serverFor()
  const made = worker({ url: server.url, token: 'join-1', name: 'w1', ...more })
  prepare(made)
  onTestFinished(() => made.stop({ graceMs: 0 }))
  await made.start()
  return { server, made, ...(await server.greeted()) }
}

const call = (
  executionId: string,
  handler: string,
  kwargs: Order['params']['kwargs'] = {},
  more: Partial<Order> = {},
) => orderOf(executionId, '', { type: 'handler', payload: { handler }, params: { args: [1], kwargs }, ...more })

test('a worker joins as a node whose handlers are its functions', async () => {
  const { hello } = await started((made) =>
    made.handle('resize', () => null, { concurrency: 3 }).handle('crop', () => null),
  )
  expect(hello.node).toMatchObject({ id: 'w1', types: ['handler'], handlers: ['resize', 'crop'], capacity: 4 })
})

test('a function gets its input and context; what it logs and returns is told', async () => {
  const { connection } = await started((made) =>
    made.handle<{ width: number }, { area: number }>('resize', async ({ width }, { args, log, attempt }) => {
      // A context can be taken apart.
      log(`width ${width}`)
      return { area: width * 2 + attempt + Number(args[0]) }
    }),
  )
  connection.order(call('e', 'resize', { width: 20 }))
  const { news } = await connection.news('ended')
  expect(news.outcome).toMatchObject({ status: 'success', result: { area: 42 }, outputTail: 'width 20\n' })
})

test('log and progress are told in order', async () => {
  const { connection } = await started((made) =>
    made.handle('talk', (_, context) => {
      context.log('one\ntwo')
      context.progress(40, 'far')
      context.log('three', 'stderr')
    }),
  )
  connection.order(call('e', 'talk'))
  expect((await connection.news('lines')).news.lines.map(({ text }) => text)).toEqual(['one', 'two'])
  expect((await connection.news('progress')).news).toMatchObject({ percent: 40, message: 'far' })
  expect((await connection.news('lines')).news).toMatchObject({ from: 2, lines: [{ stream: 'stderr', text: 'three' }] })
  expect((await connection.news('ended')).news.outcome.outputTail).toBe('one\ntwo\nthree\n')
})

test.each([
  ['what it throws', () => Promise.reject(new Error('no such picture')), 'no such picture'],
  ['a result that is not JSON', () => () => 1, 'is a function'],
  ['a result that is too large', () => 'x'.repeat(70_000), 'larger than 65536 bytes'],
] as [string, () => unknown, string][])('a function fails by %s', async (_, fn, said) => {
  const { connection } = await started((made) => made.handle('f', fn))
  connection.order(call('e', 'f'))
  const { outcome } = (await connection.news('ended')).news
  expect(outcome).toMatchObject({ status: 'failed', failure: 'error' })
  expect(outcome.error).toContain(said)
})

test('an input that does not parse fails the attempt before the function is called', async () => {
  let calls = 0
  const parse = (value: unknown) => {
    if (typeof (value as { width?: unknown }).width !== 'number') throw new Error('width must be a number')
    return value as { width: number }
  }
  const { connection } = await started((made) => made.handle('f', () => ++calls, { parse }))
  connection.order(call('e', 'f', { width: 'wide' }))
  expect((await connection.news('ended')).news.outcome.error).toContain('width must be a number')
  expect(calls).toBe(0)
})

test('a cancellation aborts the signal; a function that ignores it is given up on after the grace', async () => {
  const { connection } = await started((made) =>
    made
      .handle('polite', (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)))
      .handle('deaf', () => new Promise(() => {})),
  )
  for (const name of ['polite', 'deaf']) {
    connection.order(call(name, name, {}, { killGraceMs: 10 }))
    await connection.news('acked', name)
    connection.send({ kind: 'cancel', executionId: name, fence: 1, reason: 'by ann' })
    const { outcome } = (await connection.news('ended', name)).news
    expect(outcome.status).toBe('cancelled')
    expect(outcome.error).toContain('by ann')
    expect(outcome.error?.includes('left behind')).toBe(name === 'deaf')
  }
})

test('a function that takes too long is stopped', async () => {
  const { connection } = await started((made) => made.handle('slow', () => new Promise(() => {})))
  connection.order(call('e', 'slow', {}, { timeoutMs: 5, killGraceMs: 5 }))
  expect((await connection.news('ended')).news.outcome).toMatchObject({ status: 'failed', failure: 'timeout' })
})

test('each function has its own room, and what the worker does not have is unsupported', async () => {
  const { connection } = await started((made) =>
    made.handle('one', () => new Promise(() => {})).handle('two', () => 2, { concurrency: 5 }),
  )
  connection.order(call('a', 'one'))
  connection.order(call('b', 'one'))
  connection.order(call('c', 'two'))
  connection.order(call('d', 'three'))
  expect((await connection.news('refused', 'b')).news.refusal).toBe('busy')
  expect((await connection.news('ended', 'c')).news.outcome.result).toBe(2)
  expect((await connection.news('refused', 'd')).news).toMatchObject({ refusal: 'unsupported' })
})

test('a worker with a key file joins once, and is who it was at the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-worker-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const keyFile = join(folder, 'keys', 'w1.json')
  const server = await serverFor()
  for (const token of ['join-1', undefined]) {
    const made = worker({ url: server.url, token, keyFile, name: 'w1' }).handle('f', () => null)
    await made.start()
    const { connection } = await server.greeted()
    expect(connection.key).toBe('key-of-w1-0123456789')
    await made.stop()
  }
  expect(server.joins).toHaveLength(1)
  expect(statSync(keyFile).mode & 0o777).toBe(0o600)
})

test('a stop waits for what runs, and says that it goes', async () => {
  const gate = Promise.withResolvers<void>()
  const { made, connection } = await started((each) => each.handle('f', () => gate.promise.then(() => 'done')))
  connection.order(call('e', 'f'))
  await connection.news('acked')
  const stopped = made.stop()
  await connection.frames.of('leaving')
  gate.resolve()
  expect((await connection.news('ended')).news.outcome.result).toBe('done')
  await stopped
  await connection.closed
})

test.each([
  ['a name with a space', (made: Worker) => made.handle('a b', () => null), 'Handler name'],
  ['a name twice', (made: Worker) => made.handle('a', () => null).handle('a', () => null), 'already a handler a'],
  ['no room', (made: Worker) => made.handle('a', () => null, { concurrency: 0 }), 'concurrency of a'],
])('%s is refused where it is written', (_, write, said) => {
  expect(() => write(worker({ url: 'http://127.0.0.1:1' }))).toThrow(said)
})

test('a worker without a function, or without a token and a key, does not start', async () => {
  await expect(worker({ url: 'http://127.0.0.1:1' }).start()).rejects.toThrow('needs a function')
  await expect(
    worker({ url: 'http://127.0.0.1:1' })
      .handle('f', () => null)
      .start(),
  ).rejects.toThrow('join token')
})

test('a token that is not valid is told as the server tells it', async () => {
  const { url } = await serverFor()
  const made = worker({ url, token: 'guessed' }).handle('f', () => null)
  await expect(made.start()).rejects.toMatchObject({ status: 401 })
})
