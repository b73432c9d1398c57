import { compactTask, DEFAULT_RETRY, readTask, type TaskInput, taskInputOf, tidyTask } from '@rota/core'
import { describe, expect, test } from 'vitest'
import type { Task } from '../../api/types.ts'
import {
  changesOf,
  DEFAULTS,
  documentOf,
  entriesOf,
  entryPath,
  misshapenFields,
  type TaskDocument,
  tidy,
  USUAL_RETRY,
  withEntries,
  withoutForeignPayload,
  withValue,
} from './task-document.ts'

const full: TaskDocument = {
  name: 'Nightly',
  type: 'shell',
  command: 'true',
  schedule: { type: 'daily', times: ['02:00'] },
  timezone: 'Asia/Shanghai',
  retry: { max_attempts: 3 },
  concurrency: { overlap: 'queue', key: 'db' },
  env: { A: '1' },
}

/** As the server would read it back. */
function read(document: TaskDocument): Task {
  const {
    schedule,
    schedules = [],
    ...rest
  } = taskInputOf(readTask(document as Parameters<typeof readTask>[0], { defaultTimezone: 'UTC' }))
  const all = schedule === undefined ? schedules : [{ schedule, timezone: null }, ...schedules]
  return {
    ...rest,
    id: '1',
    version: 4,
    status: 'active',
    schedule: 'text',
    schedule_rule: schedule ?? null,
    schedules: all.map((entry) => ({ ...entry, schedule: 'text', schedule_rule: entry.schedule, next_run: null })),
  } as unknown as Task
}

describe('the document of a task', () => {
  test('the defaults are those of the server', () => {
    const definition = readTask({ name: 'x', type: 'shell' }, { defaultTimezone: 'UTC' })
    const { name: _name, type: _type, timezone: _zone, schedules: _schedules, ...rest } = taskInputOf(definition)
    expect(DEFAULTS).toEqual(rest)
    expect(USUAL_RETRY).toEqual(DEFAULT_RETRY)
  })

  test.each<[string, TaskDocument]>([
    ['what is usual', DEFAULTS],
    ['one attempt', { ...full, retry: { max_attempts: 1, delay_seconds: 60 } }],
    [
      'one member of each policy',
      { concurrency: { max: 2, overlap: 'skip' }, dst: { gap: 'skip' }, misfire: { max: 3 } },
    ],
    ['parameters', { params: { args: ['a'], kwargs: {} }, env: {}, tags: [], schedules: [] }],
    ['a payload', { type: 'x', payload: {}, command: '', timezone: 'UTC', http: { url: 'http://x' } }],
    ['another order', { timezone: 'UTC', command: 'true', type: 'shell', name: 'a' }],
  ])('%s is left out as the core leaves it out', (_, document) => {
    expect(JSON.stringify(tidy(document))).toBe(JSON.stringify(tidyTask(document as Partial<TaskInput>)))
  })

  test('a task that is read becomes what was written, and no more', () => {
    expect(documentOf(read(full))).toEqual(full)
  })

  test('saving a document that was read changes nothing', () => {
    const document = documentOf(read(full))
    const changes = changesOf(document) as Parameters<typeof readTask>[0]
    const context = { defaultTimezone: 'UTC' }
    expect(compactTask(readTask(changes, context))).toBe(
      compactTask(readTask(full as Parameters<typeof readTask>[0], context)),
    )
  })

  test('a field that was taken out goes back to its default', () => {
    const { env: _env, retry: _retry, ...rest } = full
    expect(changesOf(rest)).toMatchObject({ env: {}, retry: null })
  })

  test('one attempt that was asked for stays, apart from what is left to the server', () => {
    const once = { ...full, retry: { max_attempts: 1 } }
    expect(documentOf(read(once))).toEqual(once)
    expect(changesOf(once)).toMatchObject({ retry: USUAL_RETRY })
  })

  test('taking the last schedule away leaves a task that starts by hand only', () => {
    expect(changesOf(withEntries(full, []))).toMatchObject({ schedules: [] })
    expect(changesOf(withEntries(full, []))).not.toHaveProperty('schedule')
  })

  test('the first schedule stands in `schedule`, unless it has a zone of its own', () => {
    const rule = { type: 'daily' as const, times: ['09:00'] }
    const own = { schedule: rule, timezone: 'Europe/Berlin' }
    const shared = { schedule: rule, timezone: null }
    expect(withEntries({}, [shared, own])).toEqual({ schedule: rule, schedules: [own] })
    expect(withEntries({}, [own, shared])).toEqual({ schedules: [own, shared] })
    for (const entries of [[own], [shared], [own, shared], [shared, own]]) {
      expect(entriesOf(withEntries(full, entries))).toEqual(entries)
    }
  })

  test('a lone schedule has another path in errors than one of several', () => {
    expect(entryPath(0, 1)).toBe('schedule')
    expect(entryPath(1, 2)).toBe('schedules[1].schedule')
  })

  test('what another type would run is not saved', () => {
    const tried: TaskDocument = { type: 'python', command: 'ls', source: 'x = 1', env: {} }
    expect(withoutForeignPayload(tried)).toEqual({ type: 'python', source: 'x = 1', env: {} })
  })

  test('objects that become empty disappear', () => {
    expect(withValue({ retry: { max_attempts: 2 } }, 'retry.max_attempts', undefined)).toEqual({})
    expect(withValue({}, 'http.auth.type', 'basic')).toEqual({ http: { auth: { type: 'basic' } } })
  })

  test('unknown fields of a document are kept', () => {
    expect(tidy({ ...full, x: 1 } as TaskDocument)).toHaveProperty('x', 1)
  })

  test('a field of the wrong shape is named', () => {
    expect(misshapenFields({ tags: 'a', env: {}, group: null, priority: '1' })).toEqual([
      { field: 'tags', shape: 'list' },
      { field: 'priority', shape: 'number' },
    ])
  })
})
