import {
  compactTask,
  createExecutionDefaults,
  type ExecutionDefaultSettings,
  readTask,
  type TaskInput,
} from '@rota/core'
import { describe, expect, test } from 'vitest'
import type { Claimed } from './ports/executions.ts'
import type { TaskRow, TaskStore } from './ports/tasks.ts'
import { createWorkbook } from './work.ts'

const definition = compactTask(
  readTask(
    { name: 'nightly', type: 'shell', command: 'true', env: { PATH: '/opt/bin', MODE: 'safe' } },
    { defaultTimezone: 'UTC' },
  ),
)
const row = { seq: 1, id: 't', name: 'nightly', version: 1, definition } as TaskRow
const workbook = createWorkbook({ bySeqs: async () => [row] } as unknown as TaskStore, createExecutionDefaults())

async function workOf(env: Record<string, string>) {
  const claimed = { taskSeq: 1, taskVersion: 1, job: JSON.stringify({ env }) } as Claimed
  const [work] = await workbook.find([claimed])
  return work!
}

test('a stored run that sets a variable of a loader does not start, whoever let it in', async () => {
  expect(await workOf({ LD_PRELOAD: '/tmp/x.so' })).toMatchObject({
    message: expect.stringContaining('env.LD_PRELOAD'),
  })
  expect(await workOf({ PATH: '/tmp' })).toBeInstanceOf(Error)
  expect(await workOf({ PATH: '/opt/bin', MODE: 'fast' })).toMatchObject({ env: { PATH: '/opt/bin', MODE: 'fast' } })
})

describe('what a task or job leaves to the server', () => {
  /** What holds at the start of a task and of a job that say this. */
  async function held(says: Partial<TaskInput>, settings: ExecutionDefaultSettings) {
    const input = { name: 'a', type: 'shell', command: 'true', ...says }
    const stored = compactTask(readTask(input, { defaultTimezone: 'UTC' }))
    const tasks = { bySeqs: async () => [{ ...row, type: input.type, definition: stored }] }
    const book = createWorkbook(tasks as unknown as TaskStore, createExecutionDefaults(settings))
    const job = JSON.stringify({ type: input.type, payload: {}, ...says })
    const claims = [
      { taskSeq: 1, taskVersion: 1, job: null },
      { taskSeq: null, job },
    ] as Claimed[]
    return (await book.find(claims)).map((work) =>
      work instanceof Error ? work : { timeoutMs: work.timeoutMs, attempts: work.retry.max_attempts },
    )
  }
  const both = (expected: object) => [expected, expected]

  test('is unlimited and one attempt where nothing is set, but for HTTP a minute', async () => {
    expect(await held({}, {})).toEqual(both({ timeoutMs: null, attempts: 1 }))
    expect(await held({ type: 'http' }, {})).toEqual(both({ timeoutMs: 60_000, attempts: 1 }))
  })

  test('is what is set for all, and before that what is set for its type', async () => {
    const settings = { timeout_seconds: 5, retry: { max_attempts: 3 }, types: { http: { timeout_seconds: 0 } } }
    expect(await held({}, settings)).toEqual(both({ timeoutMs: 5000, attempts: 3 }))
    expect(await held({ type: 'http' }, settings)).toEqual(both({ timeoutMs: null, attempts: 3 }))
    const general = { timeout_seconds: 5 }
    expect(await held({ type: 'http' }, general)).toEqual(both({ timeoutMs: 5000, attempts: 1 }))
  })

  test('is nothing that it says itself, also where that is as usual', async () => {
    const settings = { timeout_seconds: 5, retry: { max_attempts: 3 } }
    const own = { timeout_seconds: 7, retry: { max_attempts: 1 } }
    expect(await held(own, settings)).toEqual(both({ timeoutMs: 7000, attempts: 1 }))
    expect(await held({ timeout_seconds: null, retry: null }, settings)).toEqual(both({ timeoutMs: 5000, attempts: 3 }))
  })
})
