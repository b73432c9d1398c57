import { type MarkColumns, SHAPE, within } from './columns.ts'
import { type Stretch, toX } from './view.ts'

/** What is drawn where marks are too many to draw each: per lane and pixel column the heaviest look (0: none). */
interface Density {
  /** Lane by lane, `width` cells each. */
  looks: Uint8Array
  /** The shape of the mark that is seen in each cell: what did not run must not look as if it had. */
  shapes: Uint8Array
  width: number
}

interface Frame {
  stretch: Stretch
  /** Pixels, whole. */
  width: number
  /** The lanes that are on screen. */
  firstLane: number
  laneCount: number
  now: number
}

/** More marks than this in the stretch are drawn by pixel column. */
export const MOST_SINGLE = 2_500

export function densityOf(columns: MarkColumns, { stretch, width, firstLane, laneCount, now }: Frame): Density {
  const looks = new Uint8Array(width * laneCount)
  const shapes = new Uint8Array(width * laneCount)
  const { first, behind } = within(columns, stretch)
  const { begin, end, look, lane, shape } = columns
  const scale = width / (stretch.to - stretch.from)
  for (let at = first; at < behind; at++) {
    const row = (lane[at]! - firstLane) * width
    if (row < 0 || row >= looks.length) continue
    const until = shape[at] === SHAPE.tick || shape[at] === SHAPE.hollow ? begin[at]! : Math.min(end[at]!, now)
    const right = Math.min(width - 1, Math.floor((Math.max(begin[at]!, until) - stretch.from) * scale))
    if (right < 0) continue
    const left = Math.max(0, Math.floor((begin[at]! - stretch.from) * scale))
    const weight = look[at]!
    for (let x = left; x <= right; x++) {
      if (looks[row + x]! >= weight) continue
      looks[row + x] = weight
      shapes[row + x] = shape[at]!
    }
  }
  return { looks, shapes, width }
}

/** What a pointer means. */
interface Spot {
  stretch: Stretch
  width: number
  now: number
  /** Pixels from the left, and how far off still counts. */
  x: number
  tolerance: number
  /** Null where there is only one. */
  lane: number | null
}

/** The marks under a pointer: the nearest, and how many there are in all. */
export interface Hit {
  index: number
  count: number
}

/** Null where there is none. Of several the one whose drawn stretch is nearest, of equally near ones the heaviest. */
export function hitAt(columns: MarkColumns, { stretch, width, now, x, tolerance, lane }: Spot): Hit | null {
  const reach = (tolerance / width) * (stretch.to - stretch.from)
  const { first, behind } = within(columns, { from: stretch.from - reach, to: stretch.to + reach })
  let index = -1
  let count = 0
  let nearest = Number.POSITIVE_INFINITY
  for (let at = first; at < behind; at++) {
    if (lane !== null && columns.lane[at] !== lane) continue
    const left = toX(columns.begin[at]!, stretch, width)
    const right = Math.max(left, toX(Math.min(columns.end[at]!, Math.max(now, columns.begin[at]!)), stretch, width))
    const distance = x < left ? left - x : x > right ? x - right : 0
    if (distance > tolerance) continue
    count++
    if (distance < nearest || (distance === nearest && columns.look[at]! >= columns.look[index]!)) {
      index = at
      nearest = distance
    }
  }
  return count === 0 ? null : { index, count }
}

/** The next mark by due instant after (`step` 1) or before (−1) the one at `index`, in its lane if one is given. */
export function stepped(columns: MarkColumns, index: number, step: 1 | -1, lane: number | null): number | null {
  for (let at = index + step; at >= 0 && at < columns.marks.length; at += step) {
    if (lane === null || columns.lane[at] === lane) return at
  }
  return null
}
