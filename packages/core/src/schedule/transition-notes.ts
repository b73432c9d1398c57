import { formatTime, formatWall } from './civil-date.ts'
import type { GapPolicy, OverlapPolicy } from './input.ts'
import type { ScheduleNote } from './schedule.ts'
import type { WallRule } from './wall-rule.ts'
import { CALENDAR_END, CALENDAR_START, LARGEST_DST_CHANGE, type ZoneTable } from './zone-table.ts'

/** Longest list of notes, and of occurrences in one note. A minutely rule over centuries must not fill the memory. */
const MOST_NOTES = 200
const MOST_OCCURRENCES = 60

export interface TransitionQuery {
  rule: WallRule
  zone: ZoneTable
  gap: GapPolicy
  overlap: OverlapPolicy
  wildcard: boolean
  /** Epoch ms, `[from, to)`. */
  from: number
  to: number
}

/** Explains every change of the clocks in a range that touches a scheduled wall time. */
export function transitionNotes(query: TransitionQuery): ScheduleNote[] {
  const { zone } = query
  const from = Math.max(CALENDAR_START, Math.ceil(query.from / 1000))
  const to = Math.min(CALENDAR_END, Math.ceil(query.to / 1000))
  const notes: ScheduleNote[] = []
  if (!(from < to)) return notes
  zone.find(from)
  zone.find(to)
  const first = zone.find(from)
  for (let i = zone.starts[first] === from ? first : first + 1; i < zone.count && notes.length < MOST_NOTES; i++) {
    if (i === 0) continue
    if (zone.starts[i]! >= to) break
    const note = noteAt(query, i)
    if (note) notes.push(note)
  }
  return notes
}

/** What the change at the start of segment `i` does; null when it touches no scheduled time. */
function noteAt(query: TransitionQuery, i: number): ScheduleNote | null {
  const { rule, zone } = query
  const at = zone.starts[i]!
  const before = at + zone.offsets[i - 1]!
  const after = at + zone.offsets[i]!
  const isGap = after > before
  const walls: number[] = []
  let wallCount = 0
  const end = Math.max(before, after)
  for (let wall = rule.next(Math.min(before, after)); wall < end; wall = rule.next(wall + 1)) {
    if (walls.length < MOST_OCCURRENCES) walls.push(wall)
    wallCount++
  }
  if (wallCount === 0) return null
  const change: Change = { at, before, after, small: Math.abs(after - before) <= LARGEST_DST_CHANGE, walls, wallCount }
  const occurrences = isGap ? gapOccurrences(query, change) : overlapOccurrences(query, change)
  return {
    kind: isGap ? 'gap' : 'overlap',
    transitionAt: at * 1000,
    wall: formatWall(walls[0]!),
    wallCount,
    occurrences,
    ...(isGap ? gapText(query, change) : overlapText(query, change)),
  }
}

interface Change {
  /** The instant, and what the wall clock showed just before and shows from then on; seconds. */
  at: number
  before: number
  after: number
  /** Not longer than {@link LARGEST_DST_CHANGE}: the policies apply. */
  small: boolean
  walls: number[]
  wallCount: number
}

function gapOccurrences(query: TransitionQuery, { at, before, small, walls }: Change): number[] {
  if (!small || query.gap === 'skip') return []
  if (query.gap === 'run_after') return [at * 1000]
  return walls.map((wall) => (at + wall - before) * 1000)
}

function overlapOccurrences(query: TransitionQuery, { at, before, after, small, walls }: Change): number[] {
  const passes: number[] = []
  if (!small || query.overlap !== 'second') passes.push(...walls.map((wall) => (at + wall - before) * 1000))
  if (!small || query.overlap !== 'first') passes.push(...walls.map((wall) => (at + wall - after) * 1000))
  return passes
}

function gapText(query: TransitionQuery, change: Change): { en: string; zh: string } {
  const { from, to, date, times } = shown(change)
  const moved = formatTime(secondOfDay(change.walls[0]! + change.after - change.before))
  const en = `On ${date} the clocks in ${query.zone.name} go forward from ${from} to ${to}; ${times.en} does not exist`
  const zh = `${date} ${query.zone.name} 的时钟从 ${from} 拨快到 ${to}，${times.zh} 不存在`
  if (query.wildcard) {
    return {
      en: `${en}. The rule follows real time and goes on after the gap.`,
      zh: `${zh}；该规则按实际流逝时间继续。`,
    }
  }
  if (!change.small) {
    return {
      en: `${en}. The change is longer than 3 hours and counts as a correction of the clock, so it is not made up for.`,
      zh: `${zh}；变动超过 3 小时，视为时钟校正，不补执行。`,
    }
  }
  if (query.gap === 'skip') return { en: `${en} and is skipped.`, zh: `${zh}，该次跳过。` }
  if (query.gap === 'shift') {
    return {
      en: `${en} and is moved by the length of the gap, to ${moved}.`,
      zh: `${zh}，顺延间隙时长，改在 ${moved} 执行。`,
    }
  }
  return { en: `${en}. It runs once, at ${to}, right after the gap.`, zh: `${zh}；间隙结束后在 ${to} 执行一次。` }
}

function overlapText(query: TransitionQuery, change: Change): { en: string; zh: string } {
  const { from, to, date, times } = shown(change)
  const en = `On ${date} the clocks in ${query.zone.name} go back from ${from} to ${to}; ${times.en} comes twice`
  const zh = `${date} ${query.zone.name} 的时钟从 ${from} 拨回到 ${to}，${times.zh} 出现两次`
  if (query.wildcard) {
    return {
      en: `${en}. The rule follows real time and runs in both passes.`,
      zh: `${zh}；该规则按实际流逝时间，两次都执行。`,
    }
  }
  if (!change.small) {
    return {
      en: `${en}. The change is longer than 3 hours and counts as a correction of the clock, so it runs both times.`,
      zh: `${zh}；变动超过 3 小时，视为时钟校正，两次都执行。`,
    }
  }
  if (query.overlap === 'first') return { en: `${en} and runs the first time only.`, zh: `${zh}，仅第一次执行。` }
  if (query.overlap === 'second') return { en: `${en} and runs the second time only.`, zh: `${zh}，仅第二次执行。` }
  return { en: `${en} and runs both times.`, zh: `${zh}，两次都执行。` }
}

function shown({ before, after, walls, wallCount, small }: Change) {
  const clock = (wall: number) => (small ? formatTime(secondOfDay(wall)) : formatWall(wall).replace('T', ' '))
  const first = clock(walls[0]!)
  return {
    date: formatWall(before).slice(0, 10),
    from: clock(before),
    to: clock(after),
    times: {
      en: wallCount === 1 ? first : `${first} (with ${wallCount - 1} more)`,
      zh: wallCount === 1 ? first : `${first} 等 ${wallCount} 个时刻`,
    },
  }
}

function secondOfDay(wall: number): number {
  return ((wall % 86_400) + 86_400) % 86_400
}
