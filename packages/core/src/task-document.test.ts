import type { Arbitrary } from 'fast-check'
import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  date,
  dictionary,
  double,
  integer,
  jsonValue,
  oneof,
  option,
  property,
  record,
  string,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodingOf } from './encodings.ts'
import type { RotaError } from './errors.ts'
import type { Json } from './json.ts'
import type { TaskInput } from './task.ts'
import { compactTask, DEFAULT_RETRY, expandTask, readTask, taskInputOf } from './task-document.ts'

const UTC = { defaultTimezone: 'UTC' }
const minimal = { name: 'a', type: 'shell', command: 'true' } as const

describe('reading', () => {
  test('every default is filled in', () => {
    expect(readTask(minimal, { defaultTimezone: 'Asia/Shanghai' })).toEqual({
      name: 'a',
      description: '',
      group: null,
      tags: [],
      type: 'shell',
      payload: { command: 'true' },
      params: { args: [], kwargs: {} },
      env: {},
      working_dir: null,
      run_as: null,
      detach: false,
      encoding: null,
      target: { kind: 'local' },
      schedules: [],
      timezone: 'Asia/Shanghai',
      hash_key: null,
      dst: { gap: 'run_after', overlap: 'first' },
      start_at: null,
      end_at: null,
      max_runs: null,
      jitter_seconds: 0,
      misfire: { policy: 'run_once', grace_seconds: 60, max: 100, spread_seconds: 0 },
      concurrency: { max: null, overlap: 'skip', key: null, key_max: 1 },
      retry: null,
      timeout_seconds: null,
      kill_grace_seconds: 10,
      limits: null,
      max_log_bytes: 10 * 1024 * 1024,
      priority: 0,
      enabled: true,
      run_at_start: false,
      run_at_boot: false,
      origin: null,
      retention: { days: null, count: null },
    })
  })

  test('a target keeps what it says of nodes, and nothing is added to it', () => {
    const target = { kind: 'node', pool: 'gpu', capability: { service: 'asr', languages: ['zh'] } } as const
    const task = readTask(
      { ...minimal, target: { ...target, capability: { ...target.capability, languages: ['zh'] } } },
      UTC,
    )
    expect(task.target).toEqual(target)
    expect(taskInputOf(task).target).toEqual(target)
    expect(JSON.parse(compactTask(task)).target).toEqual(target)
  })

  test('policies may be given in part', () => {
    const task = readTask({ ...minimal, concurrency: { key: 'db' }, retry: { max_attempts: 2 } }, UTC)
    expect(task.concurrency).toEqual({ max: null, overlap: 'skip', key: 'db', key_max: 1 })
    expect(task.retry).toMatchObject({ max_attempts: 2, delay_seconds: 60 })
    expect(readTask({ ...minimal, retry: null }, UTC).retry).toBeNull()
  })

  test('one attempt that is asked for is kept apart from a policy that is left to the server', () => {
    const kept = (retry: TaskInput['retry']) =>
      expandTask(compactTask(readTask({ ...minimal, ...(retry === undefined ? {} : { retry }) }, UTC)), 'a').retry
    expect(kept({ max_attempts: 1 })).toEqual(DEFAULT_RETRY)
    expect([kept(null), kept(undefined)]).toEqual([null, null])
  })

  test('`schedule` and `schedules` stand beside each other', () => {
    const schedules = [{ schedule: '@hourly', timezone: 'Europe/Berlin' }, { schedule: '@weekly' }]
    expect(readTask({ ...minimal, schedule: '@daily', schedules }, UTC).schedules).toEqual([
      { schedule: '@daily', timezone: null },
      { schedule: '@hourly', timezone: 'Europe/Berlin' },
      { schedule: '@weekly', timezone: null },
    ])
  })

  test.each([
    ['python', { source: 'print()' }, { source: 'print()' }],
    ['script', { source: 'ls', interpreter: 'bash' }, { source: 'ls', interpreter: 'bash' }],
    ['handler', { handler: 'mail' }, { handler: 'mail' }],
    ['http', { http: { url: 'https://example.org' } }, { http: { url: 'https://example.org' } }],
    ['my-plug-in', { payload: { table: 'x' } }, { table: 'x' }],
  ])('the payload of a %s task is made of its fields', (type, fields, payload) => {
    expect(readTask({ name: 'a', type, ...fields }, UTC).payload).toEqual(payload)
  })

  test('instants are read in any offset', () => {
    const task = readTask({ ...minimal, start_at: '2026-03-01T08:00:00+08:00' }, UTC)
    expect(task.start_at).toBe(Date.UTC(2026, 2, 1))
  })
})

const instant: Arbitrary<string> = date({ min: new Date(0), max: new Date('2900-01-01'), noInvalidDate: true }).map(
  (d) => d.toISOString(),
)
const text = string({ unit: 'grapheme', maxLength: 20 }).map((s) => s.replaceAll('\u0000', ''))
// As it arrives: JSON has no negative zero.
const json = jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)
const payload = oneof(
  record({ type: constant('shell'), command: text, payload: dictionary(text, json, { maxKeys: 3 }) }),
  record({ type: constant('python'), source: text }),
  record({ type: constant('handler'), handler: text }),
  record({ type: constant('http'), http: record({ url: text, headers: dictionary(text, text, { maxKeys: 2 }) }) }),
  record({ type: constant('my-plug-in'), payload: dictionary(text, json, { maxKeys: 3 }) }),
)
const entry = record({ schedule: constantFrom('@daily', '0 5 * * *', { type: 'none' as const }) })
const common = record(
  {
    description: text,
    group: constantFrom(null, 'ops', 'ops/db'),
    tags: array(constantFrom('a', 'b'), { maxLength: 2 }),
    params: record({ args: array(json, { maxLength: 2 }), kwargs: dictionary(text, json, { maxKeys: 2 }) }),
    env: dictionary(constantFrom('A', 'PATH', '__proto__', 'constructor'), text),
    schedule: constantFrom('@daily', { type: 'none' as const }),
    schedules: array(
      oneof(
        entry,
        entry.map((e) => ({ ...e, timezone: 'Europe/Berlin' })),
      ),
      { maxLength: 3 },
    ),
    timezone: constantFrom('UTC', 'Asia/Shanghai'),
    dst: record({ gap: constantFrom('skip' as const, 'shift' as const), overlap: constantFrom('both' as const) }),
    start_at: option(instant.filter((at) => at < '2100')),
    end_at: option(instant.filter((at) => at > '2100')),
    max_runs: option(integer({ min: 1, max: 1e9 })),
    jitter_seconds: double({ min: 0, max: 86_400, noNaN: true }),
    misfire: record({ policy: constantFrom('skip' as const, 'run_all' as const) }),
    concurrency: record({ overlap: constantFrom('allow' as const, 'queue' as const), key: option(constant('db')) }),
    retry: option(
      record({
        max_attempts: integer({ min: 1, max: 1000 }),
        exit_codes: option(array(integer({ min: 0, max: 255 }))),
      }),
    ),
    timeout_seconds: option(integer({ min: 1, max: 86_400 })),
    priority: integer({ min: -1e6, max: 1e6 }),
    enabled: boolean(),
    run_at_start: boolean(),
    retention: record({ days: option(integer({ min: 0, max: 9 })), count: option(integer({ min: 0, max: 9 })) }),
  },
  { requiredKeys: [] },
)

describe('storing', () => {
  test('only what differs from the defaults is stored, and the name is not', () => {
    expect(JSON.parse(compactTask(readTask(minimal, UTC)))).toEqual({ type: 'shell', command: 'true' })
    const changed = readTask({ ...minimal, timezone: 'Asia/Shanghai', enabled: false, schedule: '@daily' }, UTC)
    expect(JSON.parse(compactTask(changed))).toEqual({
      type: 'shell',
      command: 'true',
      timezone: 'Asia/Shanghai',
      enabled: false,
      schedule: '@daily',
    })
  })

  test('a zone that happens to be the server’s default is stored: the default may change', () => {
    const task = readTask(minimal, { defaultTimezone: 'Asia/Shanghai' })
    expect(expandTask(compactTask(task), 'a').timezone).toBe('Asia/Shanghai')
  })

  test('whatever a task says survives being stored, and being written out for people', async () => {
    await assert(
      property(payload, common, (ofType, rest) => {
        const task = readTask({ name: 'a task', ...ofType, ...rest } as TaskInput, UTC)
        expect(expandTask(compactTask(task), 'a task')).toEqual(task)
        expect(readTask(taskInputOf(task), UTC)).toEqual(task)
      }),
      { numRuns: 500 },
    )
  })

  test('a payload cannot take the place of the task’s own fields', () => {
    const task = readTask({ ...minimal, payload: { name: 'other', timeout_seconds: 1, enabled: false } }, UTC)
    expect(taskInputOf(task)).toMatchObject({ name: 'a', timeout_seconds: null, enabled: true })
    expect(expandTask(compactTask(task), 'a')).toEqual(task)
  })

  test('keys that JavaScript gives a meaning to are plain text', () => {
    const given = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}')
    const task = readTask({ name: 'a', type: 'my-plug-in', payload: given, params: { kwargs: given } }, UTC)
    expect(expandTask(compactTask(task), 'a')).toEqual(task)
    expect(JSON.parse(compactTask(task)).params.kwargs).toEqual(given)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('text that is not JSON is refused', () => {
    expect(() => expandTask('{"type":', 'a')).toThrow(SyntaxError)
  })
})

test.each(['__proto__', 'constructor', 'toString'])('a type called %s is a plug-in type like any other', (type) => {
  const task = readTask({ name: 'odd', type, payload: { a: 1 } }, { defaultTimezone: 'UTC' })
  expect(task.payload).toEqual({ a: 1 })
  expect(expandTask(compactTask(task), 'odd')).toEqual(task)
})

describe('code from another system', () => {
  test('has the line ends of Unix, and only code has', () => {
    const lines = 'a\r\nb\r\n'
    expect(readTask({ name: 'a', type: 'shell', command: lines, description: lines }, UTC)).toMatchObject({
      payload: { command: 'a\nb\n' },
      description: lines,
    })
    for (const type of ['python', 'script']) {
      expect(readTask({ name: 'a', type, payload: { source: lines } }, UTC).payload.source).toBe('a\nb\n')
    }
    expect(readTask({ name: 'a', type: 'http', http: { url: 'http://x', body: lines } }, UTC).payload).toEqual({
      http: { url: 'http://x', body: lines },
    })
    expect(expandTask(JSON.stringify({ type: 'shell', command: lines }), 'a').payload.command).toBe('a\nb\n')
  })
})

describe('what a program leaves and prints', () => {
  const check = (fields: object) => readTask({ name: 'a', type: 'shell', command: 'x', ...fields } as TaskInput, UTC)

  test.each(['gbk', 'GB2312', 'latin1', 'cp1252', ' UTF-8 ', 'Shift_JIS', 'utf-16le'])(
    '%s is an encoding',
    (encoding) => {
      expect(check({ encoding }).encoding).toBe(encoding)
      expect(new TextDecoder(encodingOf(encoding)!).encoding).toBe(encodingOf(encoding))
    },
  )

  test.each([
    [{ encoding: 'gbkk' }, 'encoding', 'gbk'],
    [{ encoding: 'latin_1' }, 'encoding', 'latin-1'],
    [{ encoding: 'klingon' }, 'encoding', undefined],
    [{ encoding: 7 }, 'encoding', undefined],
    [{ detach: 'yes' }, 'detach', undefined],
    [{ type: 'http', detach: true }, 'detach', undefined],
    [{ type: 'handler', encoding: 'gbk' }, 'encoding', undefined],
  ])('%j is refused', (fields, path, suggestion) => {
    const refusal = (() => {
      try {
        return check(fields)
      } catch (error) {
        return (error as RotaError).errors[0]
      }
    })()
    expect(refusal).toMatchObject({ path, message: expect.any(String) })
    expect((refusal as { suggestion?: string }).suggestion).toBe(suggestion)
  })
})
