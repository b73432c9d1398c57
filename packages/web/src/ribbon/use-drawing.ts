import type { RefObject } from 'react'
import { formatDay, formatInstant } from '../format/instant.ts'
import { zoneOffset } from '../format/zone-offset.ts'
import { BY_WEIGHT, type MarkColumns } from './columns.ts'
import { AXIS_HEIGHT, type LaneLayout, type RibbonSize } from './lanes.ts'
import { paint } from './paint.ts'
import { usePalette } from './palette.ts'
import { prefersLessMotion, useCanvas } from './use-canvas.ts'
import { axisTicks, type RibbonView, type Stretch, stretchOf } from './view.ts'

const BAR_HEIGHT = { full: 14, row: 20 }
const LABELS_APART = 84
const PULSE_MS = 2_000
const RUNNING = BY_WEIGHT.indexOf('running') + 1
/** The longest pause between frames where nothing may move. */
const STILL_MS = 1_000
const SHORTEST_MS = 100

interface DrawingOptions {
  columns: MarkColumns
  view: RibbonView
  layout: LaneLayout
  width: number
  size: RibbonSize
  zone: string
  /** Index of the mark that is pointed at or stepped to. */
  chosen: number | null
}

/** Draws the marks, and draws them anew as time moves them. */
export function useDrawing(canvas: RefObject<HTMLCanvasElement | null>, options: DrawingOptions): void {
  const { columns, view, layout, width, size, zone, chosen } = options
  const palette = usePalette()
  const { height, laneHeight, firstLane, laneCount, shift } = layout
  const isMoving = !prefersLessMotion()
  const hasRunning = isMoving && columns.look.includes(RUNNING)
  const movesEveryMs = Math.max(SHORTEST_MS, view.span / Math.max(1, width) / 4)
  useCanvas(canvas, {
    width,
    height,
    periodMs: hasRunning ? SHORTEST_MS : isMoving ? movesEveryMs : STILL_MS,
    draw(context, ratio) {
      const now = Date.now()
      const stretch = stretchOf(view, now)
      const pulse = isMoving ? 0.75 + 0.25 * Math.cos(((now % PULSE_MS) / PULSE_MS) * 2 * Math.PI) : 1
      const lane = { top: AXIS_HEIGHT, laneHeight, firstLane, laneCount, shift: shift % laneHeight }
      const frame = { columns, stretch, now, palette, width, height, ratio, ...lane }
      paint(context, { ...frame, barHeight: BAR_HEIGHT[size], ticks: labelled(stretch, width, zone), pulse, chosen })
    },
  })
}

/** Ticks with their words: the day where one begins, else the time. */
function labelled(stretch: Stretch, width: number, zone: string) {
  const offsetAt = (instant: number) => zoneOffset(instant, zone)
  return axisTicks(stretch, width, { apart: LABELS_APART, offsetAt }).map(({ at, isDay }) => ({
    at,
    isDay,
    label: isDay ? formatDay(at, zone) : formatInstant(at, { zone, isTimeOnly: true }).slice(0, 5),
  }))
}
