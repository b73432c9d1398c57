import type { MisfireSettings } from '@rota/core'
import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DueSchedule, PlannedSchedule } from '../ports/executions.ts'
import { createLimits } from './limits.ts'
import { type PlanContext, planSchedule } from './plan.ts'
import { compileRule, type RuleBody } from './rule.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const body = (more: Omit<Partial<RuleBody>, 'misfire'> & { misfire?: Partial<MisfireSettings> } = {}): RuleBody => ({
  schedule: '* * * * *',
  timezone: 'UTC',
  gap: 'run_after',
  repeat: 'first',
  startAt: null,
  endAt: null,
  hashKey: null,
  createdAt: null,
  jitterMs: 0,
  maxRuns: null,
  priority: 0,
  overlap: 'skip',
  taskMax: 1,
  group: null,
  key: null,
  ...more,
  misfire: { policy: 'run_once', grace_seconds: 60, max: 100, spread_seconds: 0, ...more.misfire },
})

const due = (nextDueAt: number, more: Partial<DueSchedule> = {}): DueSchedule => ({
  scheduleId: 7,
  taskSeq: 3,
  taskVersion: 2,
  taskType: 'shell',
  tenantId: null,
  ruleId: 1,
  nextDueAt,
  lastDueAt: null,
  planned: 0,
  ...more,
})

function context(more: Partial<PlanContext> = {}): PlanContext {
  let made = 0
  const nextId = () => `id ${++made}`
  const usual = { now: NOW, until: NOW + 3 * SECOND, priorityStepMs: MINUTE, limits: createLimits(), defaultMax: 1 }
  return { ...usual, nextId, ...more }
}

const plan = (cursor: number, rule: Parameters<typeof body>[0] = {}, more: Partial<PlanContext> = {}) =>
  planSchedule(due(cursor), compileRule(body(rule)), context(more))

const dues = ({ executions }: PlannedSchedule) => executions.map(({ dueAt }) => dueAt)
const seconds = (every: number) =>
  ({ type: 'interval', every, unit: 'seconds', anchor: '2020-01-01T00:00:00Z' }) as const

describe('what is in time', () => {
  test('every occurrence within the horizon becomes an execution, and the cursor stands on the next one', () => {
    const made = plan(NOW, { schedule: seconds(1) })
    expect(dues(made)).toEqual([NOW, NOW + SECOND, NOW + 2 * SECOND])
    expect(made).toMatchObject({ expectedDueAt: NOW, nextDueAt: NOW + 3 * SECOND, lastDueAt: NOW + 2 * SECOND })
    expect(made.answers).toEqual([])
  })

  test('an occurrence that is late by no more than the grace time still runs on its own', () => {
    const made = plan(NOW - MINUTE)
    expect(made.executions).toMatchObject([
      { dueAt: NOW - MINUTE, runAt: NOW - MINUTE, coversFrom: null },
      { dueAt: NOW, runAt: NOW },
    ])
  })

  test('an execution carries what its start needs', () => {
    const rule = { priority: 2, overlap: 'queue', taskMax: 4, key: 'db', group: 'ops/db' } as const
    const limits = createLimits({ global: 9, groups: { ops: 5 } })
    const [made] = planSchedule(due(NOW, { tenantId: 'blue' }), compileRule(body(rule)), context({ limits })).executions
    expect(made).toEqual({
      id: 'id 1',
      tenantId: 'blue',
      taskSeq: 3,
      taskVersion: 2,
      scheduleId: 7,
      trigger: 'schedule',
      requestedBy: null,
      dueAt: NOW,
      runAt: NOW,
      rank: NOW - 2 * MINUTE,
      priority: 2,
      createdAt: NOW,
      overlap: 'queue',
      taskMax: 4,
      keys: '["global","group:ops","tenant:blue:key:db"]',
      job: null,
      coversFrom: null,
      coversCount: null,
      jitterMs: null,
      skipAfter: null,
      mergeAfter: NOW + MINUTE,
    })
  })

  test('nothing is planned beyond the end of the window, and the schedule ends there', () => {
    const made = plan(NOW, { schedule: seconds(1), endAt: NOW + SECOND })
    expect(dues(made)).toEqual([NOW, NOW + SECOND])
    expect(made.nextDueAt).toBeNull()
  })

  test('max_runs ends the schedule, also in the middle of a step', () => {
    const rule = compileRule(body({ schedule: seconds(1), maxRuns: 5 }))
    const made = planSchedule(due(NOW, { planned: 3 }), rule, context())
    expect(dues(made)).toEqual([NOW, NOW + SECOND])
    expect(made.nextDueAt).toBeNull()
  })

  test('a step is bounded: the cursor stops and the next step goes on from there', () => {
    const made = plan(NOW - HOUR, { schedule: seconds(1), misfire: { grace_seconds: 2 * 3600 } })
    expect(made.executions).toHaveLength(1000)
    expect(made.nextDueAt).toBe(NOW - HOUR + 1000 * SECOND)
  })
})

describe('what is answered ahead of the cursor', () => {
  const second = (n: number) => ({ from: NOW + n * SECOND, to: NOW + n * SECOND })

  test('is stepped over, and what lies between two answers is planned', () => {
    const rule = compileRule(body({ schedule: seconds(1) }))
    const made = planSchedule(due(NOW), rule, context(), [second(1), second(2)])
    expect(dues(made)).toEqual([NOW])
    expect(made.nextDueAt).toBe(NOW + 3 * SECOND)
  })

  test('ends no schedule that has runs left', () => {
    const rule = compileRule(body({ schedule: seconds(1), maxRuns: 3 }))
    const made = planSchedule(due(NOW, { planned: 1 }), rule, context(), [second(1)])
    expect(made).toMatchObject({ executions: [{ dueAt: NOW }], nextDueAt: NOW + 2 * SECOND })
  })
})

describe('jitter', () => {
  test('the same occurrence always gets the same delay, below the limit', () => {
    const first = plan(NOW, { jitterMs: 30_000 })
    const second = plan(NOW, { jitterMs: 30_000 }, { now: NOW - 1 })
    expect(first.executions[0]!.runAt).toBe(second.executions[0]!.runAt)
    const delay = first.executions[0]!.runAt - NOW
    expect(delay).toBeGreaterThanOrEqual(0)
    expect(delay).toBeLessThan(30_000)
  })

  test('jitter never carries an occurrence to or past the next one', () => {
    const made = plan(NOW, { schedule: seconds(1), jitterMs: HOUR }, { until: NOW + 100 * SECOND })
    for (const { dueAt, runAt } of made.executions) {
      expect(runAt).toBeGreaterThanOrEqual(dueAt)
      expect(runAt).toBeLessThan(dueAt + SECOND)
    }
  })

  test('what is made up is not delayed further', () => {
    const made = plan(NOW - HOUR, { jitterMs: 30_000 })
    expect(made.executions[0]!.runAt).toBe(NOW)
  })
})

describe('misfire skip', () => {
  test('the overdue occurrences are answered as one range, the ones in time run', () => {
    const made = plan(NOW - HOUR, { misfire: { policy: 'skip' } })
    expect(made.answers).toMatchObject([
      { reason: 'misfire', coversFrom: NOW - HOUR, dueAt: NOW - 2 * MINUTE, coversCount: 59, scheduleId: 7, at: NOW },
    ])
    expect(dues(made)).toEqual([NOW - MINUTE, NOW])
  })

  test('when nothing is in time the cursor stands behind the range', () => {
    const made = plan(NOW - 25.5 * HOUR, { schedule: '30 10 * * *', misfire: { policy: 'skip' } })
    expect(made.answers).toMatchObject([{ dueAt: NOW - 1.5 * HOUR, coversCount: 2 }])
    expect(made.executions).toEqual([])
    expect(made).toMatchObject({ lastDueAt: NOW - 1.5 * HOUR, nextDueAt: NOW + 22.5 * HOUR })
  })
})

describe('misfire run_once', () => {
  test('one execution stands for all overdue ones and the first that is still in time', () => {
    const made = plan(NOW - HOUR)
    expect(made.executions).toMatchObject([
      { dueAt: NOW - MINUTE, runAt: NOW, coversFrom: NOW - HOUR, coversCount: 60 },
      { dueAt: NOW, runAt: NOW, coversFrom: null },
    ])
    expect(made.answers).toEqual([])
  })

  test('where nothing is in time it stands at the last overdue one', () => {
    const made = plan(NOW - 25.5 * HOUR, { schedule: '30 10 * * *' })
    expect(made.executions).toMatchObject([
      { dueAt: NOW - 1.5 * HOUR, runAt: NOW, coversFrom: NOW - 25.5 * HOUR, coversCount: 2 },
    ])
  })

  test('an occurrence still to come is not run early for those that were missed', () => {
    const schedule = { type: 'interval', every: 1, unit: 'hours', anchor: '2026-01-05T10:00:02Z' } as const
    const made = plan(NOW - 2 * HOUR + 2 * SECOND, { schedule })
    expect(made.executions).toMatchObject([
      { dueAt: NOW - HOUR + 2 * SECOND, coversCount: 2 },
      { dueAt: NOW + 2 * SECOND, runAt: NOW + 2 * SECOND, coversFrom: null },
    ])
  })
})

describe('misfire run_all', () => {
  const misfire = { policy: 'run_all', max: 3, spread_seconds: 10 } as const

  test('the latest overdue ones are made up, spread over time; the older ones are answered as missed', () => {
    const made = plan(NOW - HOUR, { misfire })
    expect(made.answers).toMatchObject([
      { reason: 'missed', coversFrom: NOW - HOUR, dueAt: NOW - 5 * MINUTE, coversCount: 56 },
    ])
    expect(made.executions.slice(0, 3)).toMatchObject([
      { dueAt: NOW - 4 * MINUTE, runAt: NOW },
      { dueAt: NOW - 3 * MINUTE, runAt: NOW + 10 * SECOND },
      { dueAt: NOW - 2 * MINUTE, runAt: NOW + 20 * SECOND },
    ])
    expect(dues(made).slice(3)).toEqual([NOW - MINUTE, NOW])
  })

  test('nothing is missed when there is room for all', () => {
    const made = plan(NOW - 4 * MINUTE, { misfire })
    expect(made.answers).toEqual([])
    expect(dues(made)).toEqual([4, 3, 2, 1, 0].map((n) => NOW - n * MINUTE))
  })

  test('no more is made up than max_runs has left', () => {
    const rule = compileRule(body({ misfire, maxRuns: 10 }))
    const made = planSchedule(due(NOW - HOUR, { planned: 8 }), rule, context())
    expect(dues(made)).toEqual([NOW - 3 * MINUTE, NOW - 2 * MINUTE])
    expect(made.nextDueAt).toBeNull()
  })
})

describe('very much overdue', () => {
  const twelveDays = 1_000_000 * SECOND

  test.each(['skip', 'run_once', 'run_all'] as const)(
    'a million overdue occurrences take %s one step of bounded size',
    (policy) => {
      const made = plan(NOW - twelveDays, { schedule: seconds(1), misfire: { policy } })
      expect(made.executions.length + made.answers.length).toBeLessThan(300)
      expect(made.nextDueAt).toBe(NOW + 3 * SECOND)
      const covered = [...made.executions, ...made.answers].reduce((n, row) => n + (row.coversCount ?? 1), 0)
      expect(covered).toBe(1_000_003)
    },
  )

  test('cron expressions are counted up to a bound; the range is exact beyond it', () => {
    const made = plan(NOW - 2 * twelveDays, { schedule: '* * * * * *', misfire: { policy: 'skip' } })
    expect(made.answers).toMatchObject([
      { coversFrom: NOW - 2 * twelveDays, dueAt: NOW - 61 * SECOND, coversCount: 1_000_000 },
    ])
  })
})

test('whatever the policy, each occurrence up to the new cursor is answered once and the cursor only goes forward', async () => {
  const arbitrary = record({
    policy: constantFrom('skip' as const, 'run_once' as const, 'run_all' as const),
    behindMs: integer({ min: 0, max: 5 * HOUR }),
    every: integer({ min: 1, max: 900 }),
    grace: constantFrom(0, 1, 60, 4000),
    max: integer({ min: 1, max: 20 }),
    horizonMs: constantFrom(1, 3000, 600_000),
    holes: array(record({ at: integer({ min: 0, max: 40 }), count: integer({ min: 1, max: 3 }) }), { maxLength: 5 }),
  })
  await assert(
    property(arbitrary, ({ policy, behindMs, every, grace, max, horizonMs, holes }) => {
      const rule = compileRule(body({ schedule: seconds(every), misfire: { policy, grace_seconds: grace, max } }))
      let cursor = rule.schedule.next(NOW - behindMs - 1)!
      const first = cursor
      const step = every * SECOND
      const already = holes
        .map(({ at, count }) => ({ from: first + at * step, to: first + (at + count - 1) * step }))
        .sort((a, b) => a.from - b.from)
      const isAnswered = (at: number) => already.some(({ from, to }) => at >= from && at <= to)
      const answered: number[] = []
      const until = NOW + horizonMs
      for (let steps = 0; cursor < until; steps++) {
        const ahead = already.filter(({ to }) => to >= cursor)
        const made = planSchedule(due(cursor), rule, context({ until }), ahead)
        expect(made.nextDueAt!).toBeGreaterThan(cursor)
        expect(made.lastDueAt).toBeLessThan(made.nextDueAt!)
        for (const { dueAt, coversFrom } of [...made.answers, ...made.executions]) {
          answered.push(...rule.schedule.between(coversFrom ?? dueAt, dueAt + 1, Number.POSITIVE_INFINITY))
        }
        for (const { dueAt, runAt } of made.executions) expect(runAt).toBeGreaterThanOrEqual(dueAt)
        cursor = made.nextDueAt!
        expect(steps).toBeLessThan(100)
      }
      const owed = rule.schedule.between(first, cursor, Number.POSITIVE_INFINITY).filter((at) => !isAnswered(at))
      expect(answered.toSorted((a, b) => a - b)).toEqual(owed)
    }),
    { numRuns: 500 },
  )
})
