import { RotaError } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import type { ExecutionStore, Settlement, SettleResult } from '../ports/executions.ts'
import { createCompleter } from './completer.ts'
import { createPulse } from './pulse.ts'
import { createSignals } from './signals.ts'

const diskFull = new RotaError('unavailable', 'The store cannot be written: the disk is full.')

/** A completer over a store that keeps what it is given, unless `settle` says otherwise. */
function scripted(
  settle: (batch: readonly Settlement[]) => Partial<SettleResult> | undefined = () => undefined,
  isStarting = () => false,
) {
  const clock = new ManualClock({ settle: settleTurns })
  const batches: number[][] = []
  const stored: Settlement[] = []
  const fenced: string[] = []
  const told: unknown[] = []
  const executions = {
    async settle(batch: readonly Settlement[]) {
      batches.push(batch.map(({ seq }) => seq))
      const result = settle(batch) ?? {}
      stored.push(...batch)
      return { fenced: [], freed: false, happened: [], ...result }
    },
  } as Partial<ExecutionStore> as ExecutionStore
  const signals = createSignals()
  signals.addedFrom.hear(() => told.push('freed'))
  signals.added.hear((retries) => told.push(seqsOf(retries as Settlement[])))
  signals.fenced.hear((attempts) => fenced.push(...attempts.map(({ id }) => id)))
  const completer = createCompleter({
    clock,
    executions,
    pulse: createPulse(clock, () => undefined),
    isStarting,
    signals,
  })
  return { clock, completer, batches, stored, fenced, told }
}

async function settleTurns() {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const end = (seq: number): Settlement => ({
  kind: 'give_back',
  seq,
  claimSeq: 1,
  begun: { id: String(seq), taskId: null, attempt: 1, startedAt: 0 },
})
const seqsOf = (settlements: readonly Settlement[]) => settlements.map(({ seq }) => seq)

test('ends of the same moment are written together', async () => {
  const { clock, completer, batches } = scripted()
  for (const seq of [1, 2, 3]) completer.settle(end(seq))
  expect(completer.backlog).toBe(3)
  await clock.advance(0)
  expect(batches).toEqual([[1, 2, 3]])
  expect(completer.backlog).toBe(0)
})

test('ends that come while a batch is written join the next one', async () => {
  const { clock, completer, batches } = scripted((batch) => {
    if (batch[0]!.seq === 1) for (const seq of [2, 3]) completer.settle(end(seq))
    return undefined
  })
  completer.settle(end(1))
  await clock.advance(0)
  expect(batches).toEqual([[1], [2, 3]])
})

test('a huge backlog is written in slices', async () => {
  const { clock, completer, batches } = scripted()
  for (let seq = 0; seq < 12_000; seq++) completer.settle(end(seq))
  await clock.advance(0)
  expect(batches.map((batch) => batch.length)).toEqual([5000, 5000, 2000])
})

test('whoever claims is told when a slot became free, something went back, or waits for its next attempt', async () => {
  const { clock, completer, told } = scripted((batch) => ({ freed: batch[0]!.seq === 1 }))
  const retry = { kind: 'retry', claimSeq: 1, runAt: 0, rank: 0, attempts: '[]' } as const
  for (const settlement of [{ ...retry, seq: 1 }, { ...retry, seq: 2 }, end(3)]) {
    completer.settle(settlement)
    await clock.advance(0)
  }
  expect(told).toEqual(['freed', [1], [2], 'freed'])
})

test('results that came too late are told of', async () => {
  const { clock, completer, fenced } = scripted(() => ({ fenced: [2] }))
  completer.settle(end(1))
  completer.settle(end(2))
  await clock.advance(0)
  expect(fenced).toEqual(['2'])
})

test('while the store refuses, ends are kept and tried again with growing pauses; none is lost, none doubled', async () => {
  let isFull = true
  const { clock, completer, batches, stored } = scripted(() => {
    if (isFull) throw diskFull
    return undefined
  })
  completer.settle(end(1))
  await clock.advance(60_000)
  const tries = batches.length
  expect(tries).toBeGreaterThan(5)
  expect(tries).toBeLessThan(25)
  completer.settle(end(2))
  expect(completer.backlog).toBe(2)
  isFull = false
  await clock.advance(5000)
  expect(seqsOf(stored)).toEqual([1, 2])
})

test('an end that cannot be stored as it is does not hold up the others, and leaves a bare one', async () => {
  const { clock, completer, stored } = scripted((batch) => {
    if (batch.some((s) => s.kind === 'finish' && s.output === 'bad')) throw new Error('cannot store REAL in INTEGER')
    return undefined
  })
  const bad = { status: 'success', failure: null, reason: null, startedAt: 1, finishedAt: 2, exitCode: 0 } as const
  const rest = { error: null, output: 'bad', result: null, cpuMs: null, maxRssBytes: null, droppedLogBytes: 0 }
  for (const seq of [1, 2, 3, 4]) completer.settle(end(seq))
  completer.settle({ kind: 'finish', seq: 5, claimSeq: 1, keep: true, ...bad, ...rest })
  for (const seq of [6, 7]) completer.settle(end(seq))
  await clock.advance(0)
  expect(seqsOf(stored).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(stored.find(({ seq }) => seq === 5)).toMatchObject({
    kind: 'finish',
    status: 'failed',
    failure: 'error',
    error: 'Its end could not be stored: cannot store REAL in INTEGER',
  })
})

test('drained() resolves when everything settled before is durable, also after failures', async () => {
  let isFull = true
  const { clock, completer } = scripted(() => {
    if (isFull) throw diskFull
    return undefined
  })
  await completer.drained()
  completer.settle(end(1))
  let isDrained = false
  const drained = completer.drained().then(() => {
    isDrained = true
  })
  await clock.advance(10_000)
  expect(isDrained).toBe(false)
  isFull = false
  await clock.advance(5000)
  await drained
})

test('ends let starts go first, for a second at most, and not those that somebody waits for', async () => {
  let isStarting = true
  const { clock, completer, batches } = scripted(undefined, () => isStarting)
  completer.settle(end(1))
  await clock.advance(900)
  await clock.advance(200)
  expect(batches).toEqual([])
  await clock.advance(0)
  expect(batches).toEqual([[1]])
  completer.settle(end(2))
  await clock.advance(0)
  expect(batches).toHaveLength(1)
  await completer.drained()
  expect(batches).toEqual([[1], [2]])
  completer.settle(end(3))
  isStarting = false
  await clock.advance(0)
  expect(batches).toHaveLength(3)
})
