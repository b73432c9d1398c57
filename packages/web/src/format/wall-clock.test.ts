import { describe, expect, test } from 'vitest'
import { instantOfWall, toWallText } from './wall-clock.ts'

test('an instant is shown as the wall clock of the zone, a wall time as it stands', () => {
  expect(toWallText('2026-12-01T02:00:00Z', 'Asia/Shanghai')).toBe('2026-12-01T10:00:00')
  expect(toWallText('2026-12-01T10:00', 'Asia/Shanghai')).toBe('2026-12-01T10:00')
  expect(toWallText('soon', 'UTC')).toBe('')
})

describe('a wall time in a zone', () => {
  test.each([
    ['2026-12-01T10:00', 'Asia/Shanghai', '2026-12-01T02:00:00.000Z'],
    ['2027-03-28T01:59:59', 'Europe/Berlin', '2027-03-28T00:59:59.000Z'],
    ['2027-03-28T03:00', 'Europe/Berlin', '2027-03-28T01:00:00.000Z'],
    ['2027-03-28T02:30', 'Europe/Berlin', '2027-03-28T01:30:00.000Z'],
    ['2027-10-31T02:30', 'Europe/Berlin', '2027-10-31T00:30:00.000Z'],
    ['2027-07-01T12:00', 'America/New_York', '2027-07-01T16:00:00.000Z'],
  ])('%s in %s is %s', (wall, zone, instant) => expect(instantOfWall(wall, zone)).toBe(instant))

  test('of nothing is nothing', () => expect(instantOfWall('', 'UTC')).toBeNull())
})
