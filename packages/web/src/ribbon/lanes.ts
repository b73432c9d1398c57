/** `full`: lanes with labels. `row`: one lane. Both with axis, legend, buttons and table. */
export type RibbonSize = 'full' | 'row'

/** Of the axis above the lanes, CSS pixels. */
export const AXIS_HEIGHT = 28
const LANE_HEIGHT = { full: 26, row: 40 }

/** Where the lanes stand, CSS pixels. */
export interface LaneLayout {
  laneHeight: number
  /** Of all lanes, also those that are scrolled out. */
  all: number
  /** Of axis and lanes on screen. */
  height: number
  /** How far the lanes are scrolled. */
  shift: number
  /** The first lane on screen, whole or in part, and how many are. */
  firstLane: number
  laneCount: number
}

interface LayoutOptions {
  size: RibbonSize
  /** Of all lanes. */
  count: number
  /** The most that lanes may take. */
  maxHeight: number
  scrolled: number
}

export function layoutOf({ size, count, maxHeight, scrolled }: LayoutOptions): LaneLayout {
  const laneHeight = LANE_HEIGHT[size]
  const all = count * laneHeight
  const shown = Math.min(all, maxHeight)
  const shift = Math.min(scrolled, Math.max(0, all - shown))
  const firstLane = Math.floor(shift / laneHeight)
  const laneCount = Math.min(count - firstLane, Math.ceil(shown / laneHeight) + 1)
  return { laneHeight, all, height: AXIS_HEIGHT + shown, shift, firstLane, laneCount }
}

/** The lane at a height of the ribbon: -1 on the axis, null where there is but one. */
export function laneAt({ laneHeight, all, shift }: LaneLayout, y: number): number | null {
  if (all === laneHeight) return null
  return y < AXIS_HEIGHT ? -1 : Math.floor((y - AXIS_HEIGHT + shift) / laneHeight)
}
