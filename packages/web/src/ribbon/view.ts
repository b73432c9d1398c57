/** Which stretch of time a ribbon shows. Milliseconds throughout. */
export interface RibbonView {
  /** Length of the stretch. */
  span: number
  /** The instant that stands on the line of now; null follows the clock. */
  at: number | null
}

export interface Stretch {
  from: number
  to: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
export const SHORTEST_SPAN = HOUR_MS
export const LONGEST_SPAN = 30 * DAY_MS
/** Where now stands, from the left: two thirds are past. */
export const NOW_FRACTION = 2 / 3
/** Closer to now than this part of the stretch, a moved view follows the clock again. */
const SNAP = 0.004

export function stretchOf({ span, at }: RibbonView, now: number): Stretch {
  const line = at ?? now
  return { from: line - span * NOW_FRACTION, to: line + span * (1 - NOW_FRACTION) }
}

/** Pixels from the left. */
export function toX(instant: number, { from, to }: Stretch, width: number): number {
  return ((instant - from) / (to - from)) * width
}

export function toInstant(x: number, { from, to }: Stretch, width: number): number {
  return from + (x / width) * (to - from)
}

/** Longer (`factor` > 1) or shorter; what stands at `fraction` of the width stays there. */
export function zoomed(view: RibbonView, factor: number, fraction: number, now: number): RibbonView {
  const span = Math.min(LONGEST_SPAN, Math.max(SHORTEST_SPAN, view.span * factor))
  const line = view.at ?? now
  const held = line + (fraction - NOW_FRACTION) * view.span
  // Pointed at close to now, one wants to see now closer, and to go on following it.
  if (view.at === null && Math.abs(fraction - NOW_FRACTION) < 0.06) return { span, at: null }
  return settled({ span, at: held - (fraction - NOW_FRACTION) * span }, now)
}

/** Shifted by a part of the width; positive looks later. */
export function panned(view: RibbonView, fraction: number, now: number): RibbonView {
  return settled({ span: view.span, at: (view.at ?? now) + fraction * view.span }, now)
}

function settled(view: RibbonView, now: number): RibbonView {
  return view.at !== null && Math.abs(view.at - now) < view.span * SNAP ? { ...view, at: null } : view
}

const MINUTE_MS = 60_000
/** Steps between labels of the axis; each divides the next larger unit of the clock. */
const STEPS = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080].map((minutes) => minutes * MINUTE_MS)

interface Tick {
  at: number
  /** The first of a local day. */
  isDay: boolean
}

/**
 * Instants to label, aligned to the clock of a zone, at least `apart` pixels from each other. `offsetAt` is that
 * zone's distance from UTC in milliseconds: it changes within the stretch when clocks do.
 */
export function axisTicks(
  stretch: Stretch,
  width: number,
  { apart, offsetAt }: { apart: number; offsetAt: (instant: number) => number },
): Tick[] {
  const perPixel = (stretch.to - stretch.from) / Math.max(1, width)
  const step = STEPS.find((one) => one / perPixel >= apart) ?? STEPS.at(-1)!
  const ticks: Tick[] = []
  let local = Math.ceil((stretch.from + offsetAt(stretch.from)) / step) * step
  for (; ; local += step) {
    const at = local - offsetAt(local - offsetAt(stretch.from))
    if (at > stretch.to) return ticks
    const previous = ticks.at(-1)
    if (at >= stretch.from && (previous === undefined || at > previous.at)) {
      ticks.push({ at, isDay: local % DAY_MS === 0 })
    }
  }
}
