import type { TaskInput } from '@rota/core'
import { ANN, EngineRig, RIG_START } from '@rota/testkit/engine-rig'
import { describe, expect, test } from 'vitest'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** An engine with one execution under way. */
async function running(input: Partial<TaskInput> = {}, options: ConstructorParameters<typeof EngineRig>[0] = {}) {
  const rig = new EngineRig(options)
  await rig.start()
  const { id } = await rig.addTask({ schedule: { type: 'none' }, ...input })
  await rig.ask((engine) => engine.tasks.run(ANN, id))
  return { rig, id }
}

const retry = { max_attempts: 3, delay_seconds: 10, backoff: 'exponential' } as const
const exits = (exitCode: number) => ({ status: 'failed', failure: 'exit_code', exitCode, error: null }) as const

describe('retries', () => {
  test('a failed attempt is followed by the next after its delay, until they are used up', async () => {
    const { rig } = await running({ retry })
    rig.runs[0]!.end(exits(1))
    await rig.advance(10 * SECOND - 1)
    expect(rig.runs).toHaveLength(1)
    await rig.advance(1)
    expect(rig.runs).toHaveLength(2)
    rig.runs[1]!.end(exits(2))
    await rig.advance(20 * SECOND)
    rig.runs[2]!.end(exits(3))
    await rig.advance(MINUTE)
    expect(rig.runs.map(({ request, startedAt }) => [request.attempt, startedAt - RIG_START])).toEqual([
      [1, 0],
      [2, 10 * SECOND],
      [3, 30 * SECOND],
    ])
    expect(rig.history()).toMatchObject([{ status: 'failed', failure: 'exit_code', attempt: 3 }])
    const [row] = rig.history()
    expect(JSON.parse(row!.attempts as string)).toMatchObject([
      { attempt: 1, exit_code: 1, failure: 'exit_code', started_at: '2026-01-05T12:00:00.000Z' },
      { attempt: 2, exit_code: 2 },
    ])
  })

  test('each attempt runs under a claim of its own', async () => {
    const { rig } = await running({ retry: { ...retry, delay_seconds: 0 } })
    rig.runs[0]!.end(exits(1))
    await rig.advance(SECOND)
    expect(rig.runs[1]!.request.fence).toBeGreaterThan(rig.runs[0]!.request.fence!)
  })

  test('an attempt that succeeds ends the execution', async () => {
    const { rig } = await running({ retry })
    rig.runs[0]!.end(exits(1))
    await rig.advance(10 * SECOND)
    rig.runs[1]!.end({ result: { rows: 3 }, outputTail: 'done', cpuSeconds: 0.25, maxRssBytes: 1024.5 })
    await rig.advance(MINUTE)
    expect(rig.history()).toMatchObject([{ status: 'success', attempt: 2 }])
    expect(rig.disk.select('SELECT result, output, cpu_ms, max_rss_bytes FROM execution_history')).toMatchObject([
      { result: '{"rows":3}', output: 'done', cpu_ms: 250 },
    ])
  })

  test('only what the policy names is tried again', async () => {
    const { rig } = await running({ retry: { ...retry, on: ['timeout'], exit_codes: null } })
    rig.runs[0]!.end(exits(1))
    await rig.advance(MINUTE)
    expect(rig.runs).toHaveLength(1)
    expect(rig.history()).toMatchObject([{ status: 'failed', attempt: 1 }])
  })

  test('what somebody cancels is not tried again', async () => {
    const { rig, id } = await running({ retry })
    await rig.ask((engine) => engine.tasks.stop(ANN, id))
    rig.runs[0]!.end({ status: 'cancelled' })
    await rig.advance(MINUTE)
    expect(rig.runs).toHaveLength(1)
    expect(rig.history()).toMatchObject([{ status: 'cancelled', attempt: 1 }])
  })

  test('a retry on the way can be cancelled', async () => {
    const { rig, id } = await running({ retry })
    rig.runs[0]!.end(exits(1))
    await rig.advance(SECOND)
    await rig.ask((engine) => engine.tasks.stop(ANN, id))
    await rig.advance(MINUTE)
    expect(rig.runs).toHaveLength(1)
    expect(rig.history()).toMatchObject([{ status: 'cancelled', attempt: 2 }])
  })
})

describe('executors that break their promise', () => {
  test('one that throws ends the attempt, and its place is free again', async () => {
    const rig = new EngineRig({ capacity: { calls: 1 } })
    await rig.start()
    rig.onStart = ({ taskName }) => {
      if (taskName === 'broken') throw new Error('no such library')
    }
    for (const name of ['broken', 'sound']) {
      await rig.ask((engine) => engine.executions.submit(ANN, { type: 'scripted', payload: {}, name }))
    }
    await rig.advance(SECOND)
    expect(rig.history()).toMatchObject([
      { status: 'failed', failure: 'error', error: 'The executor broke down: no such library' },
    ])
    expect(rig.runs).toHaveLength(1)
  })

  test('one whose promise is rejected ends the attempt', async () => {
    const { rig } = await running()
    rig.runs[0]!.breakDown(new Error('the worker is gone'))
    await rig.advance(SECOND)
    expect(rig.history()).toMatchObject([{ status: 'failed', error: 'The executor broke down: the worker is gone' }])
  })

  test('a type that nobody runs any more ends its executions with that reason', async () => {
    const { rig } = await running()
    rig.runs[0]!.end()
    rig.disk.run(`UPDATE tasks SET definition = '{"type":"gone"}'`)
    await rig.restart()
    const [task] = rig.disk.select('SELECT id FROM tasks')
    await rig.ask((engine) => engine.tasks.run(ANN, task!.id as string))
    await rig.advance(SECOND)
    expect(rig.history().at(-1)).toMatchObject({
      status: 'failed',
      failure: 'dispatch',
      error: expect.stringContaining('"gone"'),
    })
  })
})

describe('stopping the server', () => {
  test('what ends within the grace time ends as ever', async () => {
    const { rig } = await running()
    const stopped = rig.engine.stop({ graceMs: 10 * SECOND })
    await rig.advance(5 * SECOND)
    rig.runs[0]!.end()
    await rig.advance(0)
    await stopped
    expect(rig.history()).toMatchObject([{ status: 'success' }])
    expect(rig.clock.pendingTimers).toBe(0)
  })

  test('what runs longer is stopped and handed over to the next server', async () => {
    const { rig } = await running({ retry: { max_attempts: 2, delay_seconds: 0 } })
    const stopped = rig.engine.stop({ graceMs: 10 * SECOND })
    await rig.advance(10 * SECOND)
    expect(rig.runs[0]!.cancelledFor).toContain('shutting down')
    rig.runs[0]!.end({ status: 'cancelled' })
    await rig.advance(0)
    await stopped
    await rig.restart()
    expect(rig.runs.map((run) => run.request.attempt)).toEqual([2])
  })

  test('without a retry left it is lost, not cancelled', async () => {
    const { rig } = await running()
    const stopped = rig.engine.stop({ graceMs: 0 })
    await rig.advance(0)
    rig.runs[0]!.end({ status: 'cancelled' })
    await rig.advance(0)
    await stopped
    expect(rig.history()).toMatchObject([{ status: 'failed', failure: 'lost' }])
  })

  test('what somebody cancelled before stays cancelled', async () => {
    const { rig, id } = await running({ retry: { max_attempts: 2, delay_seconds: 0 } })
    await rig.ask((engine) => engine.tasks.stop(ANN, id))
    const stopped = rig.engine.stop({ graceMs: 0 })
    await rig.advance(0)
    rig.runs[0]!.end({ status: 'cancelled' })
    await rig.advance(0)
    await stopped
    expect(rig.history()).toMatchObject([{ status: 'cancelled' }])
  })

  test('an end that the store refuses is written before the stop is over', async () => {
    const { rig } = await running()
    rig.failing.add('settle')
    rig.runs[0]!.end()
    let isOver = false
    const stopped = rig.engine.stop({ graceMs: 0 }).then(() => {
      isOver = true
    })
    await rig.advance(10 * SECOND)
    expect(isOver).toBe(false)
    rig.failing.clear()
    await rig.advance(10 * SECOND)
    await stopped
    expect(rig.history()).toMatchObject([{ status: 'success' }])
  })
})
