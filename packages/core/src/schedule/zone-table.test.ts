import { expect, test } from 'vitest'
import { ZoneTable } from './zone-table.ts'

const seconds = (iso: string) => Date.parse(iso) / 1000

/** Every change of offset in a range, by the table. */
function changes(zone: string, from: number, to: number): [number, number][] {
  const table = new ZoneTable(zone)
  table.find(from)
  table.find(to)
  const found: [number, number][] = []
  for (let i = 0; i < table.count; i++) {
    if (i > 0 && table.starts[i]! > from && table.starts[i]! < to) found.push([table.starts[i]!, table.offsets[i]!])
  }
  return found
}

/** The same by Temporal, which reads the zone's rules instead of sampling the clock. */
function changesByTemporal(zone: string, from: number, to: number): [number, number][] {
  const found: [number, number][] = []
  let at = Temporal.Instant.fromEpochMilliseconds(from * 1000).toZonedDateTimeISO(zone)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (next === null || next.epochMilliseconds >= to * 1000) return found
    found.push([next.epochMilliseconds / 1000, next.offsetNanoseconds / 1e9])
    at = next
  }
}

test('every change of every zone is found to the second', () => {
  const zones = Intl.supportedValuesOf('timeZone')
  // A third of the zones a run keeps this short; which third is no secret, and the oracle visits all of them.
  for (const zone of [...zones.filter((_, i) => i % 3 === 0), 'America/Recife', 'Asia/Gaza', 'Africa/Casablanca']) {
    const [from, to] = [seconds('1990-01-01T00:00:00Z'), seconds('2045-01-01T00:00:00Z')]
    expect([zone, changes(zone, from, to)]).toEqual([zone, changesByTemporal(zone, from, to)])
  }
})

test('changes of long ago and far ahead are found too', () => {
  for (const zone of [
    'Europe/Amsterdam',
    'America/Juneau',
    'Asia/Manila',
    'Africa/Tunis',
    'America/Hermosillo',
    'Africa/El_Aaiun',
  ]) {
    const [from, to] = [seconds('1805-01-01T00:00:00Z'), seconds('2150-01-01T00:00:00Z')]
    expect([zone, changes(zone, from, to)]).toEqual([zone, changesByTemporal(zone, from, to)])
  }
})

test('the order in which years are asked for does not matter', () => {
  const years = [2026, 1999, 2051, 1950, 2027, 1871, 2090]
  const grown = new ZoneTable('America/New_York')
  for (const year of years) grown.find(seconds(`${year}-06-01T00:00:00Z`))
  const whole = changes('America/New_York', grown.starts[1]! - 1, grown.starts[grown.count - 1]! + 1)
  expect([...grown.starts.slice(1, grown.count)]).toEqual(whole.map(([start]) => start))
  for (const start of grown.starts) expect(Number.isInteger(start)).toBe(true)
})

test('zones without rules are one segment from the start', () => {
  for (const zone of ['UTC', 'Etc/GMT+8', '+05:30']) {
    const table = new ZoneTable(zone)
    table.find(0)
    table.find(seconds('2900-01-01T00:00:00Z'))
    expect(table.count).toBe(1)
  }
})
