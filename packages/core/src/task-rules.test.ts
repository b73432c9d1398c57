import { describe, expect, test } from 'vitest'
import { RotaError } from './errors.ts'
import type { TaskInput } from './task.ts'
import { readTask } from './task-document.ts'
import { TASK_FIELDS } from './task-fields/table.ts'
import { MOST_ENV_BYTES } from './task-rules.ts'

const NUL = '\u0000'
const HALF = '\ud800'

/** Paths of what is wrong with a document. */
function wrong(changes: Record<string, unknown>): string[] {
  try {
    readTask({ name: 'a', type: 'shell', command: 'true', ...changes } as TaskInput, { defaultTimezone: 'UTC' })
    return []
  } catch (error) {
    if (!RotaError.is(error) || error.code !== 'invalid') throw error
    for (const { message } of error.errors) expect(message).toMatch(/\.$/)
    return error.errors.map(({ path }) => path)
  }
}

test('a plain document is in order', () => {
  expect(wrong({})).toEqual([])
})

describe('text', () => {
  test.each([
    ['a NUL in the command', { command: `echo ${NUL}` }, 'command'],
    ['a NUL in the name', { name: `a${NUL}b` }, 'name'],
    ['half a surrogate pair in the source', { source: HALF }, 'source'],
    ['half a surrogate pair in a variable', { env: { A: HALF } }, 'env.A'],
    ['a NUL deep in the parameters', { params: { kwargs: { list: [1, { x: NUL }] } } }, 'params.kwargs.list[1].x'],
    ['a NUL in a tag', { tags: ['ok', NUL] }, 'tags[1]'],
    ['a NUL in the name of a field', { params: { kwargs: { [NUL]: 1 } } }, 'params.kwargs'],
    ['half a pair in the name of a field', { payload: { [HALF]: 1 } }, 'payload'],
  ])('%s is refused at its place', (_, changes, path) => {
    expect(wrong(changes)).toContain(path)
  })

  test('whole surrogate pairs and any other character are fine', () => {
    expect(wrong({ command: 'echo 😀 \u0001 \t \n ü 漢', description: '漢字 😀' })).toEqual([])
  })
})

describe('names', () => {
  test.each([
    ['no name', { name: '' }],
    ['a name of spaces', { name: '   ' }],
    ['a name that is no text', { name: 5 }],
    ['a line break in the name', { name: 'a\nb' }],
    ['a space at its end', { name: 'a ' }],
    ['a name too long', { name: 'x'.repeat(TASK_FIELDS.name.most + 1) }],
  ])('%s is refused', (_, changes) => {
    expect(wrong(changes)).toEqual(['name'])
  })

  test.each([
    ['no type', { type: '' }, 'type'],
    ['a description too long', { description: 'x'.repeat(TASK_FIELDS.description.most + 1) }, 'description'],
    ['an empty group', { group: '' }, 'group'],
    ['a tab in the group', { group: 'a\tb' }, 'group'],
    ['an empty tag', { tags: [''] }, 'tags[0]'],
    ['too many tags', { tags: Array.from({ length: TASK_FIELDS.tags.most + 1 }, (_, n) => `t${n}`) }, 'tags'],
    [
      'too many schedules',
      { schedules: Array(TASK_FIELDS.schedules.most + 1).fill({ schedule: '@daily' }) },
      'schedules',
    ],
    ['a target this server has not', { target: { kind: 'docker' } }, 'target.kind'],
    ['a selector that cannot be read', { target: { kind: 'node', selector: 'zone==' } }, 'target.selector'],
    ['a label that says two things', { target: { kind: 'node', selector: { a: 'x, b=y' } } }, 'target.selector'],
    ['a label that is no word', { target: { kind: 'node', selector: { 'a b': '' } } }, 'target.selector'],
    ['a selector of no text', { target: { kind: 'node', selector: 5 } }, 'target.selector'],
    ['labels on the server itself', { target: { kind: 'local', selector: 'zone=a' } }, 'target.selector'],
    ['one node and all of them', { target: { kind: 'node', node_id: 'n', broadcast: {} } }, 'target.broadcast'],
    ['parts of all nodes', { target: { kind: 'node', shards: 2, broadcast: {} } }, 'target.shards'],
    ['a pinned task without its node', { target: { kind: 'node', strategy: 'pinned' } }, 'target.node_id'],
  ])('%s is refused', (_, changes, path) => {
    expect(wrong(changes)).toEqual([path])
  })

  test('a name of the greatest length is fine, and no group is none', () => {
    expect(wrong({ name: 'x'.repeat(TASK_FIELDS.name.most), group: null })).toEqual([])
  })
})

describe('the environment', () => {
  test.each([
    ['a name with a hyphen', { 'A-B': '1' }, 'env.A-B'],
    ['a name that begins with a digit', { '1A': '1' }, 'env.1A'],
    ['an empty name', { '': '1' }, 'env.'],
    ['a name that Rota sets itself', { ROTA_EXECUTION_ID: '1' }, 'env.ROTA_EXECUTION_ID'],
  ])('%s is refused', (_, env, path) => {
    expect(wrong({ env })).toEqual([path])
  })

  test('it is bounded in number and size', () => {
    const many = Object.fromEntries(Array.from({ length: TASK_FIELDS.env.most! + 1 }, (_, n) => [`V${n}`, '']))
    expect(wrong({ env: many })).toEqual(['env'])
    expect(wrong({ env: { A: 'x'.repeat(MOST_ENV_BYTES) } })).toEqual(['env'])
    expect(wrong({ env: { A: 'x'.repeat(MOST_ENV_BYTES - 3), ROTAX: '' } })).toEqual(['env'])
  })
})

describe('numbers', () => {
  test.each([
    ['timeout_seconds', [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', TASK_FIELDS.timeout_seconds.most + 1]],
    ['kill_grace_seconds', [-1, 3601]],
    ['jitter_seconds', [-0.5, 86_401]],
    ['max_runs', [0, -1, 1.5]],
    ['priority', [0.5, TASK_FIELDS.priority.most + 1, -TASK_FIELDS.priority.most - 1]],
    ['max_log_bytes', [0, 4095, 1024 ** 3 + 1]],
  ])('%s has its range', (field, values) => {
    for (const value of values) expect(wrong({ [field]: value }), `${value}`).toEqual([field])
  })

  test.each([
    ['retry', 'max_attempts', [0, 1.5, 1001]],
    ['retry', 'delay_seconds', [-1]],
    ['retry', 'jitter', [-0.1, 1.1]],
    ['misfire', 'grace_seconds', [-1]],
    ['misfire', 'max', [0, 10_001]],
    ['misfire', 'spread_seconds', [-1]],
    ['concurrency', 'max', [0, 2.5]],
    ['concurrency', 'key_max', [0]],
    ['retention', 'days', [-1]],
    ['retention', 'count', [-1, 0.5]],
  ])('%s.%s has its range', (group, field, values) => {
    for (const value of values)
      expect(wrong({ [group]: { [field]: value } }), `${value}`).toEqual([`${group}.${field}`])
  })

  test('the least and the greatest values are fine', () => {
    expect(
      wrong({ timeout_seconds: 0.001, kill_grace_seconds: 0, max_runs: 1, priority: -TASK_FIELDS.priority.most }),
    ).toEqual([])
    expect(wrong({ timeout_seconds: null, max_runs: null, retry: null })).toEqual([])
  })
})

describe('choices', () => {
  test.each([
    [{ concurrency: { overlap: 'queu' } }, 'concurrency.overlap', 'queue'],
    [{ misfire: { policy: 'runonce' } }, 'misfire.policy', 'run_once'],
    [{ retry: { backoff: 'exponentail' } }, 'retry.backoff', 'exponential'],
    [{ retry: { on: ['timeout', 'timeuot'] } }, 'retry.on[1]', 'timeout'],
    [{ dst: { gap: 'run-after' } }, 'dst.gap', 'run_after'],
    [{ dst: { overlap: 'secnd' } }, 'dst.overlap', 'second'],
  ])('%j is refused with what was probably meant', (changes, path, suggestion) => {
    const read = () =>
      readTask({ name: 'a', type: 'shell', ...changes } as unknown as TaskInput, { defaultTimezone: 'UTC' })
    expect(read).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ path, suggestion })] }))
  })

  test('a concurrency key must be something, and not look like a task’s own limit', () => {
    for (const key of ['', '  ', 'x'.repeat(201), 'task:5']) {
      expect(wrong({ concurrency: { key } }), key).toEqual(['concurrency.key'])
    }
    expect(wrong({ concurrency: { key: 'database: main' } })).toEqual([])
  })
})

describe('the window', () => {
  test.each([
    ['no instant', { start_at: 'tomorrow' }, 'start_at'],
    ['a day that does not exist', { end_at: '2026-13-01T00:00:00Z' }, 'end_at'],
    ['an end before the start', { start_at: '2026-01-02T00:00:00Z', end_at: '2026-01-01T00:00:00Z' }, 'end_at'],
    ['an end at the start', { start_at: '2026-01-01T00:00:00Z', end_at: '2026-01-01T00:00:00Z' }, 'end_at'],
  ])('%s is refused', (_, changes, path) => {
    expect(wrong(changes)).toEqual([path])
  })
})

test('everything that is wrong is told at once', () => {
  expect(wrong({ name: '', timeout_seconds: 0, env: { ROTA_X: '' }, misfire: { policy: 'x' } })).toEqual([
    'name',
    'env.ROTA_X',
    'timeout_seconds',
    'misfire.policy',
  ])
})
