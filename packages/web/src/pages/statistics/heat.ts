import { zoneOffset } from '../../format/zone-offset.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface HeatCell {
  /** Monday is 0. */
  weekday: number
  hour: number
  total: number
  failed: number
}

/** Executions by weekday and hour on the clock of a zone; always 168 cells. */
export function heatOf(points: readonly { at: string; total: number; failed: number }[], zone: string): HeatCell[] {
  const cells = Array.from({ length: 7 * 24 }, (_, at) => ({
    weekday: Math.floor(at / 24),
    hour: at % 24,
    total: 0,
    failed: 0,
  }))
  for (const { at, total, failed } of points) {
    const instant = Date.parse(at)
    const local = instant + zoneOffset(instant, zone)
    // 1 January 1970 was a Thursday.
    const weekday = (Math.floor(local / DAY_MS) + 3) % 7
    const cell = cells[weekday * 24 + Math.floor((local % DAY_MS) / HOUR_MS)]!
    cell.total += total
    cell.failed += failed
  }
  return cells
}
