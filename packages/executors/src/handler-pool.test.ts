import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { RunRequest } from './executor.ts'
import { createHandlerPool, type HandlerPool, type HandlerPoolOptions } from './handler-pool.ts'
import { attempt, RecordingSink } from './testing/attempt.ts'

const directory = mkdtempSync(join(tmpdir(), 'rota-pool-'))
const module = join(directory, 'handlers.mjs')
writeFileSync(
  module,
  `export const handlers = {
    echo: (args, kwargs, context) => ({ args, kwargs, attempt: context.attempt, env: process.env }),
    say(args, kwargs, context) { console.log('on the console'); context.log('in the log', 'stderr'); context.progress(5) },
    fail() { throw new TypeError('bad') },
    exit() { process.exit(3) },
    throwLater() { setImmediate(() => { throw new Error('uncaught') }); return new Promise(() => {}) },
    hog() { const all = []; for (;;) all.push(new Array(100000).fill({})) },
    block(args, kwargs, context) { context.log('blocking'); return new Promise(() => setImmediate(() => { for (;;); })) },
    ignore(args, kwargs, context) { context.log('ignoring'); return new Promise(() => setInterval(() => {}, 1000)) },
    obey: (args, kwargs, { signal, log }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    soon: () => new Promise((resolve) => setImmediate(resolve)),
  }`,
)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const pools: HandlerPool[] = []
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())))

async function setUp(options: Partial<HandlerPoolOptions> = {}) {
  const pool = await createHandlerPool({ module, size: 1, ...options })
  pools.push(pool)
  const sink = new RecordingSink()
  const start = (handler: string, more: Partial<RunRequest> = {}) => pool.start(attempt({ handler }, more), sink)
  return { pool, sink, start, run: (handler: string, more?: Partial<RunRequest>) => start(handler, more).done }
}

describe('a handler pool', () => {
  test('calls functions of the module on a thread that has nothing of our environment', async () => {
    process.env.ROTA_TEST_CANARY = 'canary'
    const { run, pool } = await setUp()
    const outcome = await run('echo', { params: { args: [1], kwargs: { a: 'b' } }, attempt: 2 })
    delete process.env.ROTA_TEST_CANARY
    expect(outcome).toMatchObject({ status: 'success', result: { args: [1], kwargs: { a: 'b' }, attempt: 2 } })
    expect(Object.keys((outcome.result as { env: object }).env).sort()).toEqual(['LANG', 'PATH'])
    expect(await pool.validate({ handler: 'eco' })).toMatchObject([{ path: 'handler', suggestion: 'echo' }])
    expect(await run('eco')).toMatchObject({ failure: 'unknown_handler' })
  })

  test('puts console output into the log of the call that made it', async () => {
    const { run, sink } = await setUp()
    expect(await run('say')).toMatchObject({ status: 'success', outputTail: 'on the console\nin the log\n' })
    expect(sink.texts('stderr')).toEqual(['in the log'])
    expect(sink.reports).toEqual([[5, null]])
  })

  test.each([
    ['fail', 'TypeError: bad'],
    ['exit', 'exit code 3'],
    ['throwLater', 'uncaught'],
    ['hog', 'memory'],
  ])('survives a handler that ends badly: %s', async (handler, error) => {
    const { run } = await setUp({ maxHeapMb: 32 })
    expect(await run(handler)).toMatchObject({
      status: 'failed',
      failure: 'error',
      error: expect.stringContaining(error),
    })
    expect(await run('soon')).toMatchObject({ status: 'success' })
  })

  test('stops a handler by its signal', async () => {
    const { start, run } = await setUp()
    const running = start('obey')
    await run('soon')
    running.cancel('Enough.')
    expect(await running.done).toMatchObject({ status: 'cancelled', error: 'Enough.' })
  })

  test.each(['ignore', 'block'])('ends the thread of a handler that does not stop: %s', async (handler) => {
    const { run } = await setUp()
    const outcome = await run(handler, { timeoutMs: 200, killGraceMs: 50 })
    expect(outcome).toMatchObject({ failure: 'timeout', error: expect.stringContaining('did not stop') })
    expect(await run('soon')).toMatchObject({ status: 'success' })
  })

  test('does not fail the neighbours of a handler that does not stop, as long as they can go on', async () => {
    const { start, run, sink } = await setUp()
    const neighbour = start('obey')
    const ignoring = start('ignore', { killGraceMs: 20 })
    await sink.seen(/ignoring/)
    ignoring.cancel('Stop.')
    expect(await ignoring.done).toMatchObject({ status: 'cancelled' })
    expect(await run('soon')).toMatchObject({ status: 'success' })
    neighbour.cancel('And you.')
    expect(await neighbour.done).toMatchObject({ status: 'cancelled', error: 'And you.' })
  })

  test('holds back what no thread has room for; it can be cancelled there', async () => {
    const { start } = await setUp({ callsPerWorker: 2 })
    const runs = Array.from({ length: 4 }, () => start('obey'))
    runs[3]!.cancel('Never began.')
    expect(await runs[3]!.done).toMatchObject({ status: 'cancelled', error: 'Never began.' })
    for (const run of runs.slice(0, 3)) run.cancel('End.')
    expect((await Promise.all(runs.map((run) => run.done))).map(({ status }) => status)).toEqual(
      Array(4).fill('cancelled'),
    )
  })

  test('runs many calls', async () => {
    const { run } = await setUp({ size: 2 })
    const outcomes = await Promise.all(Array.from({ length: 2000 }, () => run('soon')))
    expect(outcomes.every(({ status }) => status === 'success')).toBe(true)
  })

  test('cancels what runs and waits when it is closed, and takes no more', async () => {
    const { pool, start } = await setUp({ callsPerWorker: 1 })
    const runs = [start('obey'), start('obey')]
    await pool.close()
    for (const run of [...runs, start('echo')]) expect(await run.done).toMatchObject({ status: 'cancelled' })
  })
})

describe('a handler module that cannot be used', () => {
  test.each([
    ['is missing', null, 'Cannot find module'],
    ['does not parse', 'export const handlers = {', 'SyntaxError'],
    ['exports nothing', 'export {}', 'must export `handlers`'],
    ['exports no functions', 'export const handlers = { a: 5 }', 'Handler a is no function'],
    ['ends the thread', 'process.exit(4)', 'exit code 4'],
  ])('is an error when the pool is made: it %s', async (_, source, message) => {
    const path = join(directory, `broken-${Math.random()}.mjs`)
    if (source !== null) writeFileSync(path, source)
    await expect(createHandlerPool({ module: path, size: 2 })).rejects.toThrow(message)
  })
})
