import { expect, test } from 'vitest'
import type { Outcome } from '../subjects/execution/outcomes.ts'
import { BY_WEIGHT, SHAPE, toColumns, within } from './columns.ts'
import { densityOf, hitAt, stepped } from './density.ts'
import type { RibbonMark } from './mark.ts'

function mark(dueAt: number, endedAt: number | null, outcome: Outcome = 'success', lane = ''): RibbonMark {
  const startedAt = outcome === 'planned' || outcome === 'skipped' ? null : dueAt
  return {
    id: `${dueAt}${lane}`,
    lane,
    title: '',
    taskId: null,
    executionId: null,
    dueAt,
    startedAt,
    endedAt,
    outcome,
    why: null,
  }
}

const STRETCH = { from: 0, to: 1_000 }
const frame = { stretch: STRETCH, width: 100, firstLane: 0, laneCount: 1, now: 900 }
const look = (outcome: Outcome) => BY_WEIGHT.indexOf(outcome) + 1

test('a long execution that began before the stretch is among what it shows', () => {
  const columns = toColumns([mark(-9_000, 100), mark(-8_000, -7_000), mark(500, 510), mark(2_000, 2_010)])
  const { first, behind } = within(columns, STRETCH)
  expect(columns.marks.slice(first, behind).map(({ dueAt }) => dueAt)).toContain(-9_000)
  expect(columns.marks.slice(first, behind).map(({ dueAt }) => dueAt)).not.toContain(2_000)
})

test('what runs reaches as far as now and no further', () => {
  const { looks } = densityOf(toColumns([mark(500, null, 'running')]), frame)
  expect(looks[50]).toBe(look('running'))
  expect(looks[89]).toBe(look('running'))
  expect(looks[91]).toBe(0)
})

test('of many on one pixel the failure is seen', () => {
  const marks = [mark(500, 501), mark(502, 503, 'failed'), mark(504, 505), mark(506, null, 'planned')]
  expect(densityOf(toColumns(marks), frame).looks[50]).toBe(look('failed'))
})

test('what did not run stays hollow among many, and what ran beside it does not', () => {
  const marks = [mark(500, 510, 'skipped'), mark(700, 710, 'failed'), mark(900, null, 'planned')]
  const { shapes } = densityOf(toColumns(marks), frame)
  expect([shapes[50], shapes[70], shapes[90]]).toEqual([SHAPE.hollow, SHAPE.bar, SHAPE.tick])
})

test('lanes that are scrolled out are not drawn', () => {
  const lanes = [{ id: 'a' }, { id: 'b' }]
  const columns = toColumns([mark(100, 110, 'success', 'a'), mark(500, 510, 'failed', 'b')], lanes)
  const { looks } = densityOf(columns, { ...frame, firstLane: 1 })
  expect([...looks].filter((value) => value > 0)).not.toContain(look('success'))
  expect(looks[50]).toBe(look('failed'))
})

const spot = { stretch: STRETCH, width: 100, now: 900, tolerance: 3, lane: null }

test('the pointer finds the nearest mark, counts its neighbours, and none far away', () => {
  const columns = toColumns([mark(500, 500), mark(520, 520, 'skipped'), mark(800, 800)])
  expect(hitAt(columns, { ...spot, x: 52 })).toEqual({ index: 1, count: 2 })
  expect(hitAt(columns, { ...spot, x: 65 })).toBeNull()
})

test('the pointer finds nothing of another lane', () => {
  const columns = toColumns([mark(500, 500, 'success', 'b')], [{ id: 'a' }, { id: 'b' }])
  expect(hitAt(columns, { ...spot, x: 50, lane: 0 })).toBeNull()
  expect(hitAt(columns, { ...spot, x: 50, lane: 1 })?.index).toBe(0)
})

test('steps go from mark to mark and end at the last one', () => {
  const columns = toColumns([mark(300, 310), mark(100, 110), mark(200, 210)])
  expect(stepped(columns, 0, 1, null)).toBe(1)
  expect(stepped(columns, 2, 1, null)).toBeNull()
})
