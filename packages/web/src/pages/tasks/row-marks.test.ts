import { expect, test } from 'vitest'
import { rowMarks } from './row-marks.ts'

const HOUR = 3_600_000
type Timeline = Parameters<typeof rowMarks>[0]

function timeline(more: Partial<Timeline>): Timeline {
  return {
    from: '2026-11-21T00:00:00.000Z',
    to: '2026-11-22T12:00:00.000Z',
    tasks: [{ id: 'a', name: 'A', group: null }],
    executions: {
      id: ['x'],
      task: [0],
      scheduled_at_ms: [10 * HOUR],
      started_at_ms: [10 * HOUR],
      finished_at_ms: [10 * HOUR + 1],
      status: ['success'],
      reason: [null],
      lateness_ms: [0],
      covers_from_ms: [null],
    },
    coming: { task: [0, 0], at_ms: [12 * HOUR, 13 * HOUR], queues_until_ms: [null, null] },
    truncated: { executions: false, coming: false },
    buckets: null,
    history_begins_at: null,
    ...more,
  }
}

test('what is told one by one is drawn as it is', () => {
  const { marks, counts } = rowMarks(timeline({}), 20 * HOUR)
  expect(marks.map(({ outcome, dueAt }) => [outcome, dueAt / HOUR])).toEqual([
    ['success', 10],
    ['planned', 12],
    ['planned', 13],
  ])
  expect([...counts]).toEqual([
    ['success', 1],
    ['planned', 2],
  ])
})

test('older runs than are told are drawn and counted by what the server counted', () => {
  const buckets = {
    bucket_ms: HOUR,
    at_ms: [7, 8, 9, 10].map((hour) => hour * HOUR),
    total: [60, 60, 5, 60],
    success: [60, 58, 0, 60],
    failed: [0, 2, 0, 0],
  }
  const { marks, counts } = rowMarks(timeline({ truncated: { executions: true, coming: false }, buckets }), 20 * HOUR)
  expect(marks.slice(0, 3)).toMatchObject([
    { outcome: 'success', startedAt: 7 * HOUR, endedAt: 8 * HOUR },
    { outcome: 'failed', startedAt: 8 * HOUR },
    { outcome: 'skipped', startedAt: null, dueAt: 9 * HOUR },
  ])
  expect(Object.fromEntries(counts)).toEqual({ success: 119, planned: 2, failed: 2, skipped: 5 })
})

test('what comes oftener than is told goes on to the end of the line', () => {
  const { marks } = rowMarks(timeline({ truncated: { executions: false, coming: true } }), 16 * HOUR)
  expect(marks.filter(({ outcome }) => outcome === 'planned').map(({ dueAt }) => dueAt / HOUR)).toEqual([
    12, 13, 14, 15, 16,
  ])
})
