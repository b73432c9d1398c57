import { expect, test } from 'vitest'
import { zoneOffset } from '../format/zone-offset.ts'
import { axisTicks, LONGEST_SPAN, panned, SHORTEST_SPAN, stretchOf, toInstant, toX, zoomed } from './view.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const HOUR = 3_600_000
const FOLLOWING = { span: 6 * HOUR, at: null }

test('now stands at two thirds of the width, whatever time it is', () => {
  for (const now of [NOW, NOW + 12_345]) expect(toX(now, stretchOf(FOLLOWING, now), 900)).toBeCloseTo(600)
})

test('what is pointed at stays under the pointer while one zooms', () => {
  const before = stretchOf(FOLLOWING, NOW)
  const held = toInstant(100, before, 900)
  const view = zoomed(FOLLOWING, 0.5, 100 / 900, NOW)
  expect(toX(held, stretchOf(view, NOW), 900)).toBeCloseTo(100)
})

test('zooming at the line of now goes on following the clock', () => {
  expect(zoomed(FOLLOWING, 2, 2 / 3, NOW)).toEqual({ span: 12 * HOUR, at: null })
})

test('one sees no less than an hour and no more than thirty days', () => {
  expect(zoomed(FOLLOWING, 1e-9, 0.1, NOW).span).toBe(SHORTEST_SPAN)
  expect(zoomed(FOLLOWING, 1e9, 0.1, NOW).span).toBe(LONGEST_SPAN)
})

test('a moved view stands still, and follows again once it is back at now', () => {
  const away = panned(FOLLOWING, -0.5, NOW)
  expect(away.at).toBe(NOW - 3 * HOUR)
  expect(stretchOf(away, NOW + HOUR)).toEqual(stretchOf(away, NOW))
  expect(panned(away, 0.5, NOW).at).toBeNull()
})

const offsetIn = (zone: string) => (instant: number) => zoneOffset(instant, zone)

test('ticks stand on round times of the zone and far enough apart to be read', () => {
  const stretch = { from: NOW, to: NOW + 6 * HOUR }
  // Kathmandu is 5:45 ahead of UTC.
  const offsetAt = offsetIn('Asia/Kathmandu')
  const ticks = axisTicks(stretch, 600, { apart: 90, offsetAt })
  expect(ticks.length).toBeGreaterThan(3)
  for (const { at } of ticks) expect((at + offsetAt(at)) % HOUR).toBe(0)
  const gaps = ticks.slice(1).map(({ at }, index) => toX(at, stretch, 600) - toX(ticks[index]!.at, stretch, 600))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(90)
})

test('days begin at midnight of the zone on both sides of a change of the clock', () => {
  const from = Date.parse('2026-10-23T00:00:00Z')
  const offsetAt = offsetIn('Europe/Berlin')
  const ticks = axisTicks({ from, to: from + 5 * 24 * HOUR }, 500, { apart: 90, offsetAt })
  expect(ticks.filter(({ isDay }) => isDay).map(({ at }) => new Date(at).toISOString())).toEqual([
    '2026-10-23T22:00:00.000Z',
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
    '2026-10-26T23:00:00.000Z',
    '2026-10-27T23:00:00.000Z',
  ])
})
