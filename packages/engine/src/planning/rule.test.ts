import { readTask, type TaskInput } from '@rota/core'
import { expect, test } from 'vitest'
import { compileRule, createRuleCache, isManual, ruleBodiesOf } from './rule.ts'

const CREATED = Date.UTC(2026, 0, 1)
const bodiesOf = (input: Partial<TaskInput>, id = 'one') => {
  const task = readTask({ name: 'a', type: 'shell', command: 'true', ...input }, { defaultTimezone: 'Asia/Shanghai' })
  return ruleBodiesOf(task, id, CREATED)
}

test('a rule holds what planning needs, in the units of the engine', () => {
  const [body] = bodiesOf({
    schedule: '0 5 * * *',
    jitter_seconds: 1.5,
    max_runs: 3,
    priority: 4,
    start_at: '2026-02-01T00:00:00Z',
    concurrency: { overlap: 'queue', max: 2, key: 'db' },
    dst: { gap: 'skip' },
    group: 'ops',
  })
  expect(body).toMatchObject({
    timezone: 'Asia/Shanghai',
    jitterMs: 1500,
    maxRuns: 3,
    priority: 4,
    startAt: Date.UTC(2026, 1, 1),
    endAt: null,
    overlap: 'queue',
    taskMax: 2,
    key: 'db',
    gap: 'skip',
    repeat: 'first',
    group: 'ops',
  })
})

test('equal schedules of different tasks make equal texts, so that they share one rule', () => {
  const text = (id: string) => JSON.stringify(bodiesOf({ schedule: '*/5 * * * MON-THU' }, id))
  expect(text('one')).toBe(text('two'))
})

test.each([
  ['a hashed field', 'H * * * *', { hashKey: 'one', createdAt: null }],
  ['a hashed range in an object', { type: 'cron', expression: '0 h(1-5) * * *' }, { hashKey: 'one' }],
  ['THU is no hashed field', '0 0 * * THU', { hashKey: null }],
  ['an interval without anchor', { type: 'interval', every: 5, unit: 'minutes' }, { createdAt: CREATED }],
  ['an aligned interval', { type: 'interval', every: 5, unit: 'minutes', aligned: true }, { createdAt: null }],
  [
    'an anchored interval',
    { type: 'interval', every: 5, unit: 'minutes', anchor: '2026-01-01T00:00:00Z' },
    { createdAt: null },
  ],
] as const)('a rule names the task only where its instants depend on it: %s', (_, schedule, expected) => {
  expect(bodiesOf({ schedule })[0]).toMatchObject(expected)
})

test('each schedule has its rule, with its own zone; manual kinds have none', () => {
  const bodies = bodiesOf({
    schedule: '0 5 * * *',
    schedules: [
      { schedule: { type: 'none' } },
      { schedule: '0 6 * * *', timezone: 'Europe/Berlin' },
      { schedule: { type: 'dependency' } },
    ],
  })
  expect(bodies.map(({ timezone }) => timezone)).toEqual(['Asia/Shanghai', 'Europe/Berlin'])
  expect(isManual({ type: 'none' })).toBe(true)
  expect(isManual('0 5 * * *')).toBe(false)
})

test('a rule that cannot be compiled says why', () => {
  const [body] = bodiesOf({ schedule: '0 0 30 2 *' })
  expect(() => compileRule(body!)).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test('the cache of rules stays within its limit', () => {
  const cache = createRuleCache(2)
  const text = JSON.stringify(bodiesOf({ schedule: '0 5 * * *' })[0])
  for (const id of [1, 2, 3]) cache.set(id, text)
  expect([1, 2, 3].map((id) => cache.get(id) !== undefined)).toEqual([false, true, true])
})

test('a rule says that its task leaves the limit to the server; of earlier releases it is known from what they kept', () => {
  const inherits = (body: object) => compileRule(JSON.parse(JSON.stringify(body))).inheritsMax
  const [silent] = bodiesOf({ schedule: '0 5 * * *' })
  const [single] = bodiesOf({ schedule: '0 5 * * *', concurrency: { max: 1 } })
  expect([inherits(silent!), inherits(single!)]).toEqual([true, false])
  const old = { ...silent!, inheritsMax: undefined }
  expect([inherits(old), inherits({ ...old, overlap: 'queue' }), inherits({ ...old, taskMax: 2 })]).toEqual([
    true,
    false,
    false,
  ])
})
