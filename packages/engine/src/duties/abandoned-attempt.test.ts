import type { Executor, RunOutcome, RunSink } from '@rota/executors'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createMemoryTails } from '../hot/memory/tails.ts'
import type { Settlement } from '../ports/executions.ts'
import { createPulse } from './pulse.ts'
import { createRunner, type Held } from './runner.ts'

const OUTCOME = { status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null } as const
const REST = { outputTail: '', cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 } as const
const LINE = { at: 0, stream: 'stdout', text: 'x' } as const

function rig() {
  const attempts: { sink: RunSink; end(): void; cancelledFor: string | null }[] = []
  const settled: Settlement[] = []
  const logged: string[] = []
  const places: Held[] = []
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
  const runner = createRunner({
    clock: new ManualClock(),
    executors: new Map([['fake', executor]]),
    logs: logs as never,
    tails,
    completer: { settle: (settlement: Settlement) => settled.push(settlement) } as never,
    pulse: createPulse(() => {}),
    random: () => 0,
    priorityStepMs: 1,
    onEnded: (held) => places.push(held),
  })
  const held = (claimSeq: number): Held => ({
    row: { seq: 7, claimSeq, id: 'e', attempt: 1, runAt: 0, dueAt: 0, priority: 0, attempts: null } as never,
    work: { type: 'fake', retry: { max_attempts: 1, on: [] } } as never,
    dropped: false,
  })
  return { runner, held, attempts, settled, logged, places, tails }
}

const turns = () => new Promise((resolve) => setImmediate(resolve))

test('an attempt that somebody else has taken over says nothing any more, and its end counts for nothing', async () => {
  const { runner, held, attempts, settled, logged, places } = rig()
  runner.start(held(1))
  attempts[0]!.sink.lines([LINE])
  runner.abandon(7, 'taken over')
  expect(attempts[0]!.cancelledFor).toBe('taken over')
  attempts[0]!.sink.lines([LINE])
  attempts[0]!.end()
  await turns()
  expect(logged).toHaveLength(1)
  expect(settled).toEqual([])
  expect(places).toHaveLength(1)
})

test('the same execution may run here again while the abandoned attempt is ending', async () => {
  const { runner, held, attempts, settled } = rig()
  runner.start(held(1))
  runner.abandon(7, 'taken over')
  runner.start(held(2))
  attempts[0]!.end()
  await turns()
  expect(runner.claims()).toEqual([{ seq: 7, claimSeq: 2 }])
  attempts[1]!.end()
  await turns()
  expect(settled).toMatchObject([{ kind: 'finish', claimSeq: 2, status: 'success' }])
  expect(runner.claims()).toEqual([])
})

test('a drain waits for abandoned attempts, too: their processes are to end before the server does', async () => {
  const { runner, held, attempts } = rig()
  runner.start(held(1))
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
  const { runner, held, attempts, tails } = rig()
  const line = { stream: 'stdout', text: 'Name? ', since: 0 } as const
  runner.start(held(1))
  attempts[0]!.sink.unfinished!(line)
  expect(tails.unfinished('e')).toEqual(line)
  runner.abandon(7, 'taken over')
  expect(tails.unfinished('e')).toBeNull()
  runner.start(held(2))
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
