import type { Order } from '@rota/core'
import type { Executor, RunOutcome, RunSink } from '@rota/executors'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createLocalChannel } from '../channels/local.ts'
import { createMemoryTails } from '../hot/memory/tails.ts'
import type { Report } from '../ports/channel.ts'
import type { Settlement } from '../ports/executions.ts'
import type { Place } from '../ports/placer.ts'
import { createHand } from './hand.ts'
import { createPulse } from './pulse.ts'
import { createRunner } from './runner.ts'

const OUTCOME = { status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null } as const
const REST = { outputTail: '', cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 } as const
const LINE = { at: 0, stream: 'stdout', text: 'x' } as const

function rig() {
  const attempts: { sink: RunSink; end(): void; cancelledFor: string | null }[] = []
  const settled: Settlement[] = []
  const logged: string[] = []
  const hand = createHand()
  let placesLeft = 0
  const executor: Executor = {
    type: 'fake',
    validate: async () => [],
    start(_, sink) {
      const { promise, resolve } = Promise.withResolvers<RunOutcome>()
      const attempt = { sink, end: () => resolve({ ...OUTCOME, ...REST }), cancelledFor: null as string | null }
      attempts.push(attempt)
      return {
        done: promise,
        cancel(reason) {
          attempt.cancelledFor = reason
        },
      }
    },
  }
  const logs = { append: (id: string) => logged.push(id) > 0, flush: async () => 0, drained: async () => {} }
  const tails = createMemoryTails()
  const clock = new ManualClock()
  const runner = createRunner({
    bound: (order) => ({ order, why: null }),
    clock,
    hand,
    logs: logs as never,
    tails,
    completer: { settle: (settlement: Settlement) => settled.push(settlement) } as never,
    pulse: createPulse(clock, () => {}),
    random: () => 0,
    poisonAfter: 5,
    priorityStepMs: 1,
  })
  const place = { channel: createLocalChannel(new Map([['fake', executor]])), release: () => placesLeft++ }
  const start = (claimSeq: number, at: Place = place) => {
    const row = { seq: 7, claimSeq, id: 'e', attempt: 1, runAt: 0, dueAt: 0, priority: 0, attempts: null }
    const work = { type: 'fake', retry: { max_attempts: 1, on: [] }, own: { limits: null } }
    const held = hand.take(row as never, work as never)
    held.place = at
    hand.move(held, 'offered')
    runner.start(held)
  }
  /** The same on a node. */
  const startAway = () => {
    const told: string[] = []
    const channel = {
      offer: (_: Order, report: Report) => report.acked(),
      cancel: () => void told.push('cancel'),
      forget: () => void told.push('forget'),
    }
    const onNode = { node: 'n1', lease: 'l', leaseFence: '1', fence: 1, waits: false, linesBefore: 0, why: {} }
    start(1, { ...place, channel, onNode })
    return told
  }
  return { runner, start, startAway, attempts, settled, logged, placesLeft: () => placesLeft, tails }
}

const turns = () => new Promise((resolve) => setImmediate(resolve))

test('an attempt that somebody else has taken over says nothing any more, and its end counts for nothing', async () => {
  const { runner, start, attempts, settled, logged, placesLeft } = rig()
  start(1)
  attempts[0]!.sink.lines([LINE])
  runner.abandon(7, 'taken over')
  expect(attempts[0]!.cancelledFor).toBe('taken over')
  attempts[0]!.sink.lines([LINE])
  attempts[0]!.end()
  await turns()
  expect(logged).toHaveLength(1)
  expect(settled).toEqual([])
  expect(placesLeft()).toBe(1)
})

test('an attempt on a node that somebody else has taken over goes on, and keeps its room', async () => {
  const { runner, startAway, settled, placesLeft } = rig()
  const told = startAway()
  expect(runner.abandon(7, 'taken over')).toMatchObject({ id: 'e', attempt: 1 })
  await turns()
  expect(told).toEqual(['forget'])
  expect(placesLeft()).toBe(0)
  expect(settled).toEqual([])
  expect(runner.claims()).toEqual([])
})

test('the same execution may run here again while the abandoned attempt is ending', async () => {
  const { runner, start, attempts, settled } = rig()
  start(1)
  runner.abandon(7, 'taken over')
  start(2)
  attempts[0]!.end()
  await turns()
  expect(runner.claims()).toEqual([{ seq: 7, claimSeq: 2 }])
  attempts[1]!.end()
  await turns()
  expect(settled).toMatchObject([{ kind: 'finish', claimSeq: 2, status: 'success' }])
  expect(runner.claims()).toEqual([])
})

test('a drain waits for abandoned attempts, too: their processes are to end before the server does', async () => {
  const { runner, start, attempts } = rig()
  start(1)
  runner.abandon(7, 'taken over')
  let isDrained = false
  void runner.drain(1000).then(() => {
    isDrained = true
  })
  await turns()
  expect(isDrained).toBe(false)
  attempts[0]!.end()
  await turns()
  expect(isDrained).toBe(true)
})

test('an unfinished line stands until its attempt ends or is taken over, and nobody else may set it', async () => {
  const { runner, start, attempts, tails } = rig()
  const line = { stream: 'stdout', text: 'Name? ', since: 0 } as const
  start(1)
  attempts[0]!.sink.unfinished!(line)
  expect(tails.unfinished('e')).toEqual(line)
  runner.abandon(7, 'taken over')
  expect(tails.unfinished('e')).toBeNull()
  start(2)
  attempts[0]!.sink.unfinished!(line)
  expect(tails.unfinished('e')).toBeNull()
  attempts[1]!.sink.unfinished!(line)
  expect(tails.unfinished('e')).toEqual(line)
  attempts[1]!.end()
  await turns()
  expect(tails.unfinished('e')).toBeNull()
  attempts[1]!.sink.unfinished!(line)
  expect(tails.unfinished('e')).toBeNull()
})
