import { RotaError } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { newExecution } from '../planning/new-execution.ts'
import type { ExecutionStore, NewExecution } from '../ports/executions.ts'
import { createEnqueuer } from './enqueuer.ts'
import { createPulse } from './pulse.ts'
import { createSignals } from './signals.ts'

function scripted(enqueue: (rows: readonly NewExecution[]) => Promise<void> = async () => undefined) {
  const batches: string[][] = []
  const keys: string[][] = []
  const told: string[][] = []
  const executions = {
    async enqueue(rows, options) {
      batches.push(rows.map(({ id }) => id))
      keys.push((options.keys ?? []).map(({ key }) => key))
      await enqueue(rows)
      return { earlier: null, claimed: [] }
    },
  } as Partial<ExecutionStore> as ExecutionStore
  const signals = createSignals()
  signals.submitted.hear((rows) => told.push(rows.map(({ id }) => id)))
  const clock = new ManualClock()
  const enqueuer = createEnqueuer({
    clock,
    executions,
    pulse: createPulse(clock, () => undefined),
    takeNew: async (_count, write) => void (await write(undefined)),
    signals,
  })
  return { enqueuer, batches, keys, told }
}

const row = (id: string, runAt = 1000) =>
  newExecution({ id, tenantId: null, trigger: 'api', dueAt: runAt, createdAt: 0 }, 1)

test('callers of the same moment share one commit, and each is answered after it', async () => {
  const { enqueuer, batches, keys, told } = scripted()
  const limit = { key: 'db', max: 1 }
  await Promise.all([enqueuer.add([row('a', 3000)], [limit]), enqueuer.add([row('b', 2000), row('c')], [])])
  expect(batches).toEqual([['a', 'b', 'c']])
  expect(keys).toEqual([['db']])
  expect(told).toEqual([['a', 'b', 'c']])
})

test('nobody is answered before the commit', async () => {
  const gate = Promise.withResolvers<void>()
  const { enqueuer } = scripted(() => gate.promise)
  let isAnswered = false
  const added = enqueuer.add([row('a')], []).then(() => {
    isAnswered = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isAnswered).toBe(false)
  gate.resolve()
  await added
})

test('callers that come during a commit join the next one', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let commits = 0
  const { enqueuer, batches } = scripted(() => gates[commits++]!.promise)
  const first = enqueuer.add([row('a')], [])
  await new Promise((resolve) => setImmediate(resolve))
  const rest = [enqueuer.add([row('b')], []), enqueuer.add([row('c')], [])]
  gates[0]!.resolve()
  gates[1]!.resolve()
  await Promise.all([first, ...rest])
  expect(batches).toEqual([['a'], ['b', 'c']])
})

test('a batch is bounded, but no submission is torn apart', async () => {
  const { enqueuer, batches } = scripted()
  const many = (name: string, count: number) => Array.from({ length: count }, (_, n) => row(`${name}${n}`))
  await Promise.all([
    enqueuer.add(many('a', 6000), []),
    enqueuer.add(many('b', 6000), []),
    enqueuer.add(many('c', 20_000), []),
  ])
  expect(batches.map((batch) => batch.length)).toEqual([6000, 6000, 20_000])
})

test('when the store refuses, every caller learns so, and the next batch is tried', async () => {
  let isFull = true
  const { enqueuer } = scripted(async () => {
    if (isFull) throw new RotaError('unavailable', 'the disk is full')
  })
  const both = await Promise.allSettled([enqueuer.add([row('a')], []), enqueuer.add([row('b')], [])])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  isFull = false
  await enqueuer.add([row('c')], [])
})

test('a submission that cannot be stored is refused alone', async () => {
  const { enqueuer } = scripted(async (rows) => {
    if (rows.some(({ id }) => id === 'bad')) throw new Error('NOT NULL constraint failed')
  })
  const all = await Promise.allSettled(['a', 'bad', 'b'].map((id) => enqueuer.add([row(id)], [])))
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
