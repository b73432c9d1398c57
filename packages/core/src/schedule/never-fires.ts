import { say } from '../language/say.ts'
import { formatWall } from './civil-date.ts'
import type { Schedule } from './schedule.ts'
import { zoneTable } from './zone-table.ts'

/** The window that a schedule was compiled with, epoch ms. */
interface FiringWindow {
  startAt?: number | null | undefined
  endAt?: number | null | undefined
}

/**
 * Why a schedule has no occurrence from an instant on; null when it has one, or is started by hand alone. Dates that
 * never come at all are refused before, when it is compiled.
 */
export function whyNeverFires(schedule: Schedule, from: number, window: FiringWindow = {}): string | null {
  if (schedule.kind === 'none' || schedule.next(from - 1) !== null) return null
  const { timezone, input } = schedule
  if (schedule.kind === 'dependency') return DEPENDENCY
  const [startAt, endAt] = [window.startAt ?? null, window.endAt ?? null]
  if (endAt !== null && endAt < from) {
    return say`The schedule never fires: its window ended at ${instantText(endAt, timezone)} (${timezone}).`
  }
  const last = schedule.previous(from)
  if (input.type === 'once' && last !== null) {
    return say`The schedule never fires: ${instantText(last, timezone)} (${timezone}) has passed.`
  }
  if (endAt !== null || (startAt !== null && startAt > from)) {
    const begin = instantText(Math.max(from, startAt ?? from), timezone)
    return say`The schedule never fires: no occurrence lies in its window, ${begin} to ${endAt === null ? '…' : instantText(endAt, timezone)} (${timezone}).`
  }
  if (input.type === 'cron' && input.dialect === 'quartz' && last !== null) {
    const year = instantText(last, timezone).slice(0, 4)
    return say`The schedule never fires: its years, up to ${year}, have passed.`
  }
  if (schedule.dst.gap === 'skip' && last === null) {
    return say`The schedule never fires: every one of its times falls into a gap of the clocks in ${timezone}, and dst.gap is skip.`
  }
  return say`The schedule never fires: it has no occurrence any more.`
}

/** Of schedules after other tasks. */
export const DEPENDENCY = say`Dependencies between tasks do not exist yet, so this schedule would never fire. Give it another type; "none" is for what is started by hand.`

/** An instant as date and wall clock of a zone: `2026-12-01 08:00`. The zone is named beside it. */
function instantText(at: number, timezone: string): string {
  const second = Math.floor(at / 1000)
  const table = zoneTable(timezone)
  // Looked up first: the table's arrays are replaced when it grows.
  const segment = table.find(second)
  return formatWall(second + table.offsets[segment]!)
    .replace('T', ' ')
    .replace(/:00$/, '')
}
