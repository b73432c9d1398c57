import type { Json } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { describe, expect, test } from 'vitest'
import type { RunRequest } from './executor.ts'
import { HandlerExecutor } from './handler-executor.ts'
import { createHandlerRegistry, type HandlerFunction } from './handler-registry.ts'
import { attempt, RecordingSink } from './testing/attempt.ts'

function setUp(fn: HandlerFunction) {
  const clock = new ManualClock()
  const sink = new RecordingSink()
  const executor = new HandlerExecutor(createHandlerRegistry({ work: fn }), { clock, maxResultBytes: 1000 })
  const start = (more: Partial<RunRequest> = {}) => executor.start(attempt({ handler: 'work' }, more), sink)
  return { clock, sink, executor, start }
}

describe('a handler task', () => {
  test('calls the function with its arguments and returns its value', async () => {
    const { start } = setUp((args, kwargs, { attempt: number, taskName }) => ({ args, kwargs, number, taskName }))
    const outcome = await start({ attempt: 3, params: { args: [1, 'x'], kwargs: { deep: [true] } } }).done
    expect(outcome).toMatchObject({
      status: 'success',
      result: { args: [1, 'x'], kwargs: { deep: [true] }, number: 3, taskName: 'nightly' },
    })
  })

  test.each([
    [undefined, null],
    [null, null],
    [0, 0],
    ['text', 'text'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [{ a: undefined, b: 1 }, { b: 1 }],
  ])('returning %j has the result %j', async (returned, result) => {
    expect(await setUp(() => returned).start().done).toMatchObject({ status: 'success', result })
    expect(await setUp(async () => returned).start().done).toMatchObject({ status: 'success', result })
  })

  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  test.each([
    ['a cycle', cyclic, 'is not JSON'],
    ['a bigint', 1n, 'is not JSON'],
    ['a function', () => {}, 'is a function'],
    ['too much', 'x'.repeat(1001), 'is larger than 1000 bytes'],
  ])('returning %s fails with the reason', async (_, returned, error) => {
    const outcome = await setUp(() => returned).start().done
    expect(outcome).toMatchObject({ status: 'failed', failure: 'error', error: expect.stringContaining(error) })
  })

  test.each([
    [new TypeError('bad'), 'TypeError: bad'],
    ['text', 'The handler threw text'],
    [{ code: 5 }, 'The handler threw {"code":5}'],
    [undefined, 'The handler threw undefined'],
    [{ toJSON: () => BigInt(1) }, 'cannot be shown'],
  ])('throwing %s fails with what was thrown, at once or later', async (thrown, error) => {
    const now = await setUp(() => {
      throw thrown
    }).start().done
    const later = await setUp(() => Promise.reject(thrown)).start().done
    for (const outcome of [now, later]) {
      expect(outcome).toMatchObject({ status: 'failed', failure: 'error', error: expect.stringContaining(error) })
    }
  })

  test('logs and reports progress', async () => {
    const { start, sink } = setUp((_args, _kwargs, context) => {
      context.log('one\ntwo')
      context.log('oops', 'stderr')
      context.progress(250, 'done')
    })
    expect(await start().done).toMatchObject({ status: 'success', outputTail: 'one\ntwo\noops\n' })
    expect(sink.texts('stdout')).toEqual(['one', 'two'])
    expect(sink.texts('stderr')).toEqual(['oops'])
    expect(sink.reports).toEqual([[100, 'done']])
  })

  test('is told to stop by its signal, on cancel and on timeout', async () => {
    const waits: HandlerFunction = (_args, _kwargs, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(String(signal.reason))))
    const first = setUp(waits)
    const run = first.start()
    run.cancel('Not now.')
    run.cancel('Again.')
    expect(await run.done).toMatchObject({ status: 'cancelled', failure: null, error: 'Not now.', result: null })
    expect(first.clock.pendingTimers).toBe(0)
    const second = setUp(waits)
    const timed = second.start({ timeoutMs: 5000 })
    await second.clock.advance(5000)
    expect(await timed.done).toMatchObject({ failure: 'timeout', error: 'Timed out after 5 s.' })
    expect(second.clock.pendingTimers).toBe(0)
  })

  test('that ignores its signal is given up on after the grace', async () => {
    const { start, clock } = setUp(() => new Promise(() => {}))
    const run = start({ killGraceMs: 3000 })
    run.cancel('Stop.')
    await clock.advance(3000)
    expect(await run.done).toMatchObject({
      status: 'cancelled',
      error: expect.stringContaining('did not stop within 3 s'),
    })
  })

  test('leaves no timer behind', async () => {
    const { start, clock } = setUp(async () => 1)
    await start({ timeoutMs: 60_000 }).done
    expect(clock.pendingTimers).toBe(0)
  })

  test('of an unknown name fails as such, naming the one that was meant', async () => {
    const { executor, sink } = setUp(() => {})
    const outcome = await executor.start(attempt({ handler: 'wrk' }), sink).done
    expect(outcome).toMatchObject({
      failure: 'unknown_handler',
      error: 'There is no handler wrk. Did you mean work?',
    })
  })
})

describe('validation of a handler task', () => {
  test.each([
    [{}, 'Is required.'],
    [{ handler: 'wrok' }, 'There is no handler wrok. Did you mean work?'],
    [{ handler: 'zzzzzz' }, 'Known handlers: work.'],
    [{ handler: '__proto__' }, 'There is no handler __proto__.'],
  ] as [Record<string, Json>, string][])('%j is refused', async (payload, message) => {
    const { executor } = setUp(() => {})
    expect(await executor.validate(payload)).toMatchObject([
      { path: 'handler', message: expect.stringContaining(message) },
    ])
  })
})

describe('a handler registry', () => {
  test('refuses a name that is taken, until it is removed', () => {
    const registry = createHandlerRegistry()
    const remove = registry.register('a', () => {})
    expect(() => registry.register('a', () => {})).toThrow(expect.objectContaining({ code: 'conflict' }))
    remove()
    registry.register('a', () => {})
    remove()
    expect(registry.names()).toEqual(['a'])
  })

  test('refuses malformed names and what is no function', () => {
    const registry = createHandlerRegistry()
    expect(() => registry.register('a b', () => {})).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(() => registry.register('a', 5 as never)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
