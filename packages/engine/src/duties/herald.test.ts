import { RotaError } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import type { EngineEvent } from '../api/events.ts'
import type { ExecutionStore } from '../ports/executions.ts'
import type { Ended, Retried, WorkFacts } from '../ports/happenings.ts'
import { announcedExecutions, createHerald } from './herald.ts'
import { createPulse } from './pulse.ts'
import { createSignals } from './signals.ts'

const SHELL: WorkFacts = { taskId: 'id of nightly', type: 'shell' }

const about = {
  tenantId: 'acme',
  taskSeq: 7,
  work: SHELL,
  trigger: 'schedule',
  attempt: 2,
  dueAt: 1,
  startedAt: 2,
  finishedAt: 5,
  instanceId: 'one',
} as const
const ended = (id: string, more: Partial<Ended> = {}): Ended => ({
  ...{ ...about, kind: 'execution_finished', id, status: 'failed', failure: 'timeout', reason: null, ranMs: 3 },
  ...more,
})
const retried = (id: string): Retried => ({ ...about, kind: 'execution_retried', id, runAt: 9 })

function heralded(tasks: (seqs: Iterable<number>) => Promise<Map<number, WorkFacts>> = async () => new Map()) {
  const events: EngineEvent[] = []
  const tailsEnded: string[] = []
  let wakes = 0
  const signals = createSignals()
  signals.happened.hear(() => wakes++)
  const herald = createHerald({
    workbook: { tasks },
    pulse: createPulse(new ManualClock(), (event) => events.push(event)),
    tails: { end: (id) => tailsEnded.push(id) },
    signals,
  })
  return { herald, events, tailsEnded, wakes: () => wakes }
}

test('what has happened is told with its task, and its watchers look again', () => {
  const { herald, events, tailsEnded, wakes } = heralded()
  herald.tell([retried('a'), ended('b')])
  herald.tell([])
  expect(events).toEqual([
    { type: 'execution_retried', id: 'a', taskId: SHELL.taskId, tenantId: 'acme', attempt: 2, runAt: 9 },
    {
      type: 'execution_finished',
      ...{ id: 'b', taskId: SHELL.taskId, tenantId: 'acme', taskType: 'shell', trigger: 'schedule', attempt: 2 },
      ...{ status: 'failed', failure: 'timeout', reason: null, durationMs: 3 },
    },
  ])
  expect([tailsEnded, wakes()]).toEqual([['a', 'b'], 1])
})

test('the task of what ended unrun is looked up, and where it cannot be the end is told without it', async () => {
  const unrun = ended('a', { work: null, status: 'skipped' })
  const known = heralded(async (seqs) => new Map([...seqs].map((seq) => [seq, SHELL])))
  known.herald.tell([unrun])
  await new Promise(setImmediate)
  expect(known.events).toMatchObject([{ id: 'a', taskId: SHELL.taskId, taskType: 'shell' }])
  const failing = heralded(() => Promise.reject(new RotaError('unavailable', 'down')))
  failing.herald.tell([unrun, ended('of a job', { work: null, taskSeq: null })])
  await new Promise(setImmediate)
  expect(failing.events).toMatchObject([
    { id: 'a', taskId: null, taskType: '' },
    { id: 'of a job', taskId: null },
  ])
})

test('a verb is followed by the word of what happened by it, once it is done and before its answer', async () => {
  const { herald, events } = heralded()
  const order: string[] = []
  const store = {
    async settle() {
      order.push(`written, ${events.length} told`)
      return { fenced: [], freed: false, happened: [ended('a')] }
    },
    claim: () => Promise.reject(new RotaError('unavailable', 'down')),
    nudge: async () => 3,
  } as Partial<ExecutionStore> as ExecutionStore
  const announced = announcedExecutions(store, herald)
  const result = announced.settle([], 0).then(() => order.push(`answered, ${events.length} told`))
  await result
  expect(order).toEqual(['written, 0 told', 'answered, 1 told'])
  await expect(announced.claim({} as never)).rejects.toThrow('down')
  expect(await announced.nudge()).toBe(3)
  expect(events).toHaveLength(1)
})
