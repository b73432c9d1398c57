import type { Outcome } from '../subjects/execution/outcomes.ts'
import type { RibbonMark } from './mark.ts'
import type { Stretch } from './view.ts'

/** Outcomes by weight: of several on one pixel the last one is seen. Its index plus one stands in `look`. */
export const BY_WEIGHT: readonly Outcome[] = [
  'planned',
  'pending',
  'success',
  'cancelled',
  'skipped',
  'late',
  'running',
  'missed',
  'failed',
]

/** How a mark is drawn. */
export const SHAPE = { bar: 0, hollow: 1, tick: 2, wait: 3 } as const

/** Marks as columns in the order of their beginning, so that fifty thousand are cut to a stretch in microseconds. */
export interface MarkColumns {
  marks: readonly RibbonMark[]
  /** What comes first of due and start. */
  begin: Float64Array
  /** End of what is drawn; infinity: as far as now. */
  end: Float64Array
  /** The largest end up to here: ascending, so it can be searched. */
  reach: Float64Array
  /** Where the bar begins; due and begin are the same for all other shapes. */
  start: Float64Array
  look: Uint8Array
  shape: Uint8Array
  lane: Uint16Array
}

/** Lanes that are not in `lanes` fall into the first; without lanes all stand in one. */
export function toColumns(marks: readonly RibbonMark[], lanes: readonly { id: string }[] = []): MarkColumns {
  const laneNumbers = new Map(lanes.map(({ id }, at) => [id, at]))
  const sorted = marks.map((mark) => ({ mark, begin: beginOf(mark) })).sort((a, b) => a.begin - b.begin)
  const size = sorted.length
  const columns = {
    marks: sorted.map(({ mark }) => mark),
    begin: new Float64Array(size),
    end: new Float64Array(size),
    reach: new Float64Array(size),
    start: new Float64Array(size),
    look: new Uint8Array(size),
    shape: new Uint8Array(size),
    lane: new Uint16Array(size),
  }
  let reach = Number.NEGATIVE_INFINITY
  for (let at = 0; at < size; at++) {
    const { mark, begin } = sorted[at]!
    const shape = shapeOf(mark)
    const end = endOf(mark, shape)
    reach = Math.max(reach, end)
    columns.begin[at] = begin
    columns.end[at] = end
    columns.reach[at] = reach
    columns.start[at] = mark.startedAt ?? mark.dueAt
    columns.look[at] = BY_WEIGHT.indexOf(mark.outcome) + 1
    columns.shape[at] = shape
    columns.lane[at] = laneNumbers.get(mark.lane) ?? 0
  }
  return columns
}

function beginOf({ dueAt, startedAt }: RibbonMark): number {
  return startedAt === null ? dueAt : Math.min(dueAt, startedAt)
}

function shapeOf({ outcome, startedAt, queuesUntil }: RibbonMark): number {
  if (startedAt !== null) return SHAPE.bar
  if (outcome === 'pending' || queuesUntil !== undefined) return SHAPE.wait
  return outcome === 'planned' ? SHAPE.tick : SHAPE.hollow
}

function endOf({ dueAt, endedAt, queuesUntil }: RibbonMark, shape: number): number {
  if (shape === SHAPE.bar) return endedAt ?? Number.POSITIVE_INFINITY
  if (shape === SHAPE.wait) return queuesUntil ?? endedAt ?? Number.POSITIVE_INFINITY
  return dueAt
}

/** The indexes [first, behind) among which all marks of a stretch are; marks inside it that ended before may be too. */
export function within({ begin, reach }: MarkColumns, { from, to }: Stretch): { first: number; behind: number } {
  return { first: searched(reach, from), behind: searched(begin, to) }
}

/** The first index whose value is not below `value`. */
function searched(ascending: Float64Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
