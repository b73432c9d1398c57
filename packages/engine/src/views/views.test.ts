import type { TaskInput } from '@rota/core'
import { compactTask, createExecutionDefaults, readTask } from '@rota/core'
import { describe, expect, test } from 'vitest'
import { ruleBodiesOf } from '../planning/rule.ts'
import type { ExecutionRecord, LedgerRecord, ScheduleState, TaskRecord } from '../ports/queries.ts'
import type { TaskRow } from '../ports/tasks.ts'
import { createDocumentBook } from './document-book.ts'
import { executionView } from './execution-view.ts'
import { endOf, instantOf } from './instants.ts'
import { ledgerEntries } from './ledger-view.ts'
import { createRuleBook } from './rule-book.ts'
import { summaryView } from './stats-view.ts'
import { taskView } from './task-view.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const rules = createRuleBook()
const defaults = createExecutionDefaults()
const context = { rules, documents: createDocumentBook(), defaults }
const iso = (at: number) => new Date(at).toISOString()

/** The record that a store would answer for a task document. */
function recordOf(input: TaskInput, row: Partial<TaskRow> = {}, comingAt: number | null = START + HOUR): TaskRecord {
  const definition = readTask(input, { defaultTimezone: 'UTC' })
  const bodies = ruleBodiesOf(definition, 'id', START).map((body) => JSON.stringify(body))
  const schedules = bodies.map((body, ordinal): ScheduleState => {
    return { id: ordinal, ordinal, ruleId: ordinal, body, nextDueAt: null, lastDueAt: null, planned: 0, comingAt }
  })
  const task: TaskRow = {
    seq: 1,
    id: 'id',
    tenantId: null,
    name: input.name,
    group: null,
    type: input.type,
    tags: [],
    enabled: true,
    version: 1,
    definition: compactTask(definition),
    pausedAt: null,
    pauseReason: null,
    runAtStart: false,
    createdAt: START,
    createdBy: 'ann',
    updatedAt: START,
    updatedBy: null,
    deletedAt: null,
    ...row,
  }
  return { task, schedules, last: null, runCount: 0 }
}

const DAILY: TaskInput = { name: 'backup', type: 'shell', command: 'x', schedule: { type: 'daily', times: ['02:00'] } }

describe('the view of a task', () => {
  test('is its document with every field, and how it stands', () => {
    const view = taskView(
      { ...recordOf(DAILY), last: { id: 'e', status: 'failed', startedAt: START }, runCount: 3 },
      context,
    )
    expect(view).toMatchObject({
      ...DAILY,
      status: 'active',
      cron: '0 2 * * *',
      next_run: iso(START + HOUR),
      last_run: iso(START),
      last_status: 'failed',
      last_execution_id: 'e',
      run_count: 3,
      timeout_seconds: null,
      retry: null,
      effective: { timeout_seconds: null, retry: { max_attempts: 1 }, max_concurrent: 1 },
      created_by: 'ann',
      created_at: iso(START),
    })
    expect(view.words!.en).toMatch(/02:00/)
    expect(view.words!.zh).toMatch(/[一-鿿]/)
  })

  test('lists each schedule with its own expression, manual ones among them without one', () => {
    const schedules = [{ schedule: { type: 'none' } as const }, { schedule: '*/5 * * * *', timezone: 'Asia/Tokyo' }]
    const view = taskView(recordOf({ ...DAILY, schedules }), context)
    expect(view.schedules.map(({ cron, timezone, next_run }) => [cron, timezone, next_run])).toEqual([
      ['0 2 * * *', null, iso(START + HOUR)],
      [null, null, null],
      ['*/5 * * * *', 'Asia/Tokyo', iso(START + HOUR)],
    ])
  })

  const statuses: [string, Partial<TaskRow>, number | null][] = [
    ['active', {}, START],
    ['finished', {}, null],
    ['disabled', { enabled: false, pausedAt: START }, START],
    ['paused', { pausedAt: START }, START],
    ['deleted', { deletedAt: START, enabled: false }, START],
  ]
  test.each(statuses)('is %s, and only an active task has a next run', (status, row, comingAt) => {
    const view = taskView(recordOf(DAILY, row, comingAt), context)
    expect(view).toMatchObject({ status, next_run: status === 'active' ? iso(START) : null })
  })

  test('of a task without a schedule is active: it waits for somebody', () => {
    const { schedule: _, ...manual } = DAILY
    expect(taskView(recordOf(manual), context)).toMatchObject({
      status: 'active',
      cron: null,
      words: null,
      schedules: [],
    })
  })

  test('is given even when the stored document or rule cannot be read', () => {
    const record = recordOf(DAILY, { definition: '{broken' })
    expect(taskView(record, context)).toMatchObject({ name: 'backup', type: 'shell' })
    const unruly = recordOf(DAILY)
    unruly.schedules[0]!.body = '{"schedule":"no cron"}'
    expect(taskView(unruly, context)).toMatchObject({ cron: null, words: null })
  })
})

describe('the view of an execution', () => {
  const record: ExecutionRecord = {
    id: 'e',
    tenantId: null,
    taskId: 't',
    taskName: 'backup',
    taskGroup: null,
    taskVersion: 1,
    type: 'shell',
    trigger: 'schedule',
    requestedBy: null,
    status: 'success',
    failure: null,
    reason: null,
    phase: null,
    dueAt: START,
    createdAt: START - 2000,
    startedAt: START + 5000,
    finishedAt: START + 6500,
    attempt: 1,
    maxAttempts: 3,
    timeoutSeconds: null,
    attempts: null,
    fenced: null,
    nodeId: null,
    priority: 0,
    params: null,
    taskParams: null,
    exitCode: 0,
    output: 'done',
    result: '{"a":[1]}',
    error: null,
    cpuMs: 1234,
    maxRssBytes: 99,
    droppedLogBytes: 0,
    coversFrom: null,
    coversCount: null,
    jitterMs: 0,
  }

  test('has seconds, instants in ISO 8601 and the result as JSON', () => {
    expect(executionView(record, defaults)).toMatchObject({
      scheduled_at: iso(START),
      duration: 1.5,
      lateness_ms: 5000,
      cpu_seconds: 1.234,
      result: { a: [1] },
      covers: null,
      params: null,
    })
  })

  test('measures lateness to the first attempt, and the time of all attempts as duration', () => {
    const attempts = JSON.stringify([{ attempt: 1, started_at: iso(START + 7), finished_at: iso(START + 2007) }])
    expect(executionView({ ...record, attempt: 2, attempts }, defaults)).toMatchObject({
      lateness_ms: 7,
      duration: 3.5,
    })
  })

  test('lays what a run overrides over what the task says', () => {
    const taskParams = '{"args":["a"],"kwargs":{"x":1,"y":1}}'
    expect(executionView({ ...record, params: '{}', taskParams }, defaults).params).toEqual(JSON.parse(taskParams))
    const params = '{"kwargs":{"y":2}}'
    expect(executionView({ ...record, params, taskParams }, defaults).params).toEqual({
      args: ['a'],
      kwargs: { x: 1, y: 2 },
    })
    expect(executionView({ ...record, params: '{}' }, defaults).params).toEqual({ args: [], kwargs: {} })
  })

  test('says which limit a pending one waits for', () => {
    const pending = { ...record, status: 'pending' as const, startedAt: null, finishedAt: null }
    expect(executionView({ ...pending, reason: 'task:7' }, defaults)).toMatchObject({
      reason: 'task_limit',
      lateness_ms: null,
    })
    for (const limit of ['key:db', 'group:ops', 'global']) {
      expect(executionView({ ...pending, reason: limit }, defaults).reason).toBe(limit)
    }
    expect(executionView(pending, defaults).reason).toBeNull()
  })

  test('tells a range only when it stands for several due instants', () => {
    expect(executionView({ ...record, coversFrom: START - HOUR, coversCount: 2 }, defaults).covers).toEqual({
      from: iso(START - HOUR),
      to: iso(START),
      count: 2,
    })
    expect(executionView({ ...record, coversFrom: START, coversCount: 1 }, defaults).covers).toBeNull()
  })
})

test('a merged range of one is the one due instant it stands for', () => {
  const record: LedgerRecord = {
    taskId: 't',
    taskName: 'backup',
    executionId: 'e',
    status: 'success',
    reason: null,
    dueAt: START,
    startedAt: START,
    finishedAt: START,
    coversFrom: START - HOUR,
    coversCount: 2,
    jitterMs: 0,
    graceMs: 0,
    ruleBody: null,
  }
  expect(ledgerEntries(record, rules)[1]).toMatchObject({ answer: 'merged', due_at: iso(START - HOUR), covers: null })
})

test('a rule that many tasks share is compiled once, and the oldest is forgotten when there are too many', () => {
  const few = createRuleBook(2)
  const [a, b, c] = recordOf({ ...DAILY, schedules: [{ schedule: '1 * * * *' }, { schedule: '2 * * * *' }] }).schedules
  const first = few(a!.body)
  expect(few(a!.body)).toBe(first)
  few(b!.body)
  few(c!.body)
  expect(few(a!.body)).not.toBe(first)
  expect(few(a!.body)).toEqual(first)
})

test('a document that tasks share is read once, unless it is long, and tells each of them its own name', () => {
  const documents = createDocumentBook(2)
  const stored = (command: string) => JSON.stringify({ type: 'shell', command })
  const first = documents(stored('a'))
  expect(documents(stored('a'))).toBe(first)
  documents(stored('b'))
  documents(stored('c'))
  expect(documents(stored('a'))).not.toBe(first)
  expect(documents(stored('a'))).toEqual(first)
  const long = stored('x'.repeat(3_000))
  expect(documents(long)).not.toBe(documents(long))
  const views = ['one', 'other'].map((name) => taskView(recordOf({ ...DAILY, name }), { ...context, documents }))
  expect(views.map(({ name }) => name)).toEqual(['one', 'other'])
  expect(() => Object.assign(views[0]!.retry ?? views[0]!.concurrency!, { max: 7 })).toThrow(TypeError)
})

test('the success rate is a percentage with two decimals of what ran to an end, null when nothing did', () => {
  const none = { pending: 1, running: 1, success: 0, failed: 0, cancelled: 0, skipped: 5 }
  const rate = (byStatus: typeof none) => summaryView({ totalTasks: 0, activeTasks: 0, byStatus }).success_rate
  expect(rate(none)).toBeNull()
  expect(rate({ ...none, success: 2, failed: 1 })).toBe(66.67)
})

test('a date is its midnight as a beginning and counts to its end as an end; what is no instant is invalid', () => {
  expect(instantOf('2026-01-01', 'from')).toBe(START)
  expect(endOf('2026-01-01', 'to')).toBe(START + 24 * HOUR)
  expect(endOf('2026-01-01T00:00:00Z', 'to')).toBe(START)
  expect(instantOf(undefined, 'from')).toBeUndefined()
  expect(() => instantOf('yesterday', 'from')).toThrow('from')
})
