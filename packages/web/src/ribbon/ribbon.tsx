import { type KeyboardEvent, lazy, type PointerEvent, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../app/now.ts'
import { useZone } from '../app/zone.ts'
import { formatDay, formatInstant } from '../format/instant.ts'
import { BY_WEIGHT, type MarkColumns, toColumns, within } from './columns.ts'
import { hitAt, stepped } from './density.ts'
import { describeCounts, describeMark } from './describe.ts'
import type { RibbonLane, RibbonMark } from './mark.ts'
import { paint } from './paint.ts'
import { usePalette } from './palette.ts'
import classes from './ribbon.module.css'
import { RibbonBar } from './ribbon-bar.tsx'
import { RibbonTooltip } from './ribbon-tooltip.tsx'
import { prefersLessMotion, useCanvas, useSize } from './use-canvas.ts'
import { useRibbonView } from './use-ribbon-view.ts'
import { axisTicks, NOW_FRACTION, type RibbonView, type Stretch, stretchOf, toX } from './view.ts'
import { zoneOffset } from './zone-offset.ts'

const RibbonTable = lazy(async () => ({ default: (await import('./ribbon-table.tsx')).RibbonTable }))

interface RibbonProps {
  /** Any order, any number; keep the array as long as the marks are the same. */
  marks: readonly RibbonMark[]
  /** `full`: lanes with labels, legend, buttons, table. `row`: one lane and the axis. For a thin line: RibbonLine. */
  size: 'full' | 'row'
  /** Of a full ribbon, in order; marks name theirs. */
  lanes?: readonly RibbonLane[]
  /** What is shown first; changes when the address does. */
  view: RibbonView
  /** Told when the view has come to rest elsewhere: load what it shows, write it into the address. */
  onView?: (view: RibbonView) => void
  /** A click on a mark, or Enter: open its execution, or its task where there is none. */
  onOpen?: (mark: RibbonMark) => void
  /** A click on a lane's label. */
  onLane?: (lane: RibbonLane) => void
  /** The task's zone, for viewers who read times by it. */
  zone?: string | null
  /** The most that lanes may take, CSS pixels; more of them scroll. */
  maxHeight?: number
}

const AXIS_HEIGHT = 28
const LANE_HEIGHT = { full: 26, row: 40 }
const BAR_HEIGHT = { full: 14, row: 20 }
const ONE_LANE: readonly RibbonLane[] = [{ id: '', label: '' }]
const TOLERANCE = 5
const LABELS_APART = 84
const KEY_STEP = 0.1
const PULSE_MS = 2_000
const RUNNING = BY_WEIGHT.indexOf('running') + 1

interface Pointed {
  index: number
  count: number
  x: number
  y: number
}

/**
 * The time ribbon: the past flows left, the coming right, now stands at two thirds. The wheel zooms around the pointer,
 * dragging pans, arrow keys step from mark to mark, Home goes back to now.
 */
export function Ribbon(props: RibbonProps) {
  const { marks, size, lanes = ONE_LANE, onOpen, onLane, zone: taskZone, maxHeight = 420 } = props
  const { t } = useTranslation()
  const zone = useZone(taskZone)
  const palette = usePalette()
  const stage = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const labels = useRef<HTMLDivElement>(null)
  const { width } = useSize(stage)
  const state = useRibbonView(stage, props.view, props.onView)
  const { view, zoomBy, panBy, toNow } = state
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const [scrolled, setScrolled] = useState(0)
  const [hasTable, setTable] = useState(false)
  const [isPanning, setPanning] = useState(false)
  const drag = useRef<{ x: number; y: number; moved: number } | null>(null)
  const columns = useMemo(() => toColumns(marks, lanes), [marks, lanes])
  const now = useNow()

  const laneHeight = LANE_HEIGHT[size]
  const all = lanes.length * laneHeight
  const height = AXIS_HEIGHT + Math.min(all, maxHeight)
  const shift = Math.min(scrolled, Math.max(0, all - (height - AXIS_HEIGHT)))
  const firstLane = Math.floor(shift / laneHeight)
  const laneCount = Math.min(lanes.length - firstLane, Math.ceil((height - AXIS_HEIGHT) / laneHeight) + 1)
  const shownLanes = lanes.slice(firstLane, firstLane + laneCount)
  const isMoving = !prefersLessMotion()
  const hasRunning = isMoving && columns.look.includes(RUNNING)

  useCanvas(canvas, {
    width,
    height,
    periodMs: hasRunning ? 100 : isMoving ? Math.max(100, view.span / Math.max(1, width) / 4) : 1_000,
    draw(context, ratio) {
      const instant = Date.now()
      const stretch = stretchOf(view, instant)
      const pulse = isMoving ? 0.75 + 0.25 * Math.cos(((instant % PULSE_MS) / PULSE_MS) * 2 * Math.PI) : 1
      const lane = { top: AXIS_HEIGHT, laneHeight, firstLane, laneCount, shift: shift % laneHeight }
      const frame = { columns, stretch, now: instant, palette, width, height, ratio, ...lane }
      const chosen = pointed?.index ?? null
      paint(context, { ...frame, barHeight: BAR_HEIGHT[size], ticks: labelled(stretch, width, zone), pulse, chosen })
    },
  })

  function laneAt(y: number): number | null {
    if (lanes.length < 2) return null
    return y < AXIS_HEIGHT ? -1 : Math.floor((y - AXIS_HEIGHT + shift) / laneHeight)
  }

  function spotAt(event: PointerEvent): Pointed | null {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const [x, y] = [event.clientX - left, event.clientY - top]
    const instant = Date.now()
    const stretch = stretchOf(view, instant)
    const hit = hitAt(columns, { stretch, width, now: instant, x, tolerance: TOLERANCE, lane: laneAt(y) })
    return hit === null ? null : { ...hit, x, y }
  }

  function onPointerMove(event: PointerEvent): void {
    const from = drag.current
    if (from === null) {
      if (event.pointerType === 'mouse') setPointed(spotAt(event))
      return
    }
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
    const moved = from.moved + Math.abs(dx) + Math.abs(dy)
    drag.current = { x: event.clientX, y: event.clientY, moved }
    if (moved < TOLERANCE) return
    setPanning(true)
    setPointed(null)
    panBy(-dx / width)
    if (labels.current !== null) labels.current.scrollTop -= dy
  }

  function onPointerUp(event: PointerEvent): void {
    const moved = drag.current?.moved ?? 0
    drag.current = null
    setPanning(false)
    if (moved >= TOLERANCE) return
    const spot = spotAt(event)
    if (spot === null) return
    // Where many lie on one spot, a click comes closer instead of guessing which one was meant.
    if (spot.count > 3 && view.span > 2 * 3_600_000) zoomBy(0.25, spot.x / width)
    else onOpen?.(columns.marks[spot.index]!)
  }

  function stepTo(step: 1 | -1): void {
    const index = pointed === null ? nearestTo(columns, now, step) : stepped(columns, pointed.index, step, null)
    if (index === null) return
    const { dueAt } = columns.marks[index]!
    const stretch = stretchOf(view, now)
    if (dueAt < stretch.from || dueAt > stretch.to) panBy((dueAt - (view.at ?? now)) / view.span)
    const row = columns.lane[index]!
    if (labels.current !== null && all > height)
      labels.current.scrollTop = row * laneHeight - (height - AXIS_HEIGHT) / 2
    const x = Math.min(width, Math.max(0, toX(dueAt, stretch, width)))
    setPointed({ index, count: 1, x, y: AXIS_HEIGHT + Math.max(0, (row + 0.5) * laneHeight - shift) })
  }

  function onKeyDown(event: KeyboardEvent): void {
    const act = {
      ArrowLeft: () => (event.shiftKey ? panBy(-KEY_STEP) : stepTo(-1)),
      ArrowRight: () => (event.shiftKey ? panBy(KEY_STEP) : stepTo(1)),
      '+': () => zoomBy(1 / 1.6, NOW_FRACTION),
      '=': () => zoomBy(1 / 1.6, NOW_FRACTION),
      '-': () => zoomBy(1.6, NOW_FRACTION),
      Home: () => {
        setPointed(null)
        toNow()
      },
      Escape: () => setPointed(null),
      Enter: () => pointed && onOpen?.(columns.marks[pointed.index]!),
    }[event.key]
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act()
  }

  const mark = pointed === null ? undefined : columns.marks[pointed.index]
  const stretch = stretchOf(view, now)
  const { first, behind } = within(columns, stretch)
  return (
    <div className={classes.ribbon}>
      <div className={classes.body} style={{ height }}>
        {size === 'full' && (
          <div
            className={classes.labels}
            style={{ marginTop: AXIS_HEIGHT, overflowY: all > maxHeight ? 'auto' : 'hidden', scrollbarWidth: 'none' }}
            ref={labels}
            onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
          >
            <div style={{ height: all }}>
              {shownLanes.map((lane, at) => {
                const place = { top: (firstLane + at) * laneHeight, height: laneHeight, lineHeight: `${laneHeight}px` }
                return onLane ? (
                  <button
                    type="button"
                    key={lane.id}
                    className={classes.label}
                    style={place}
                    onClick={() => onLane(lane)}
                    title={lane.label}
                  >
                    {lane.label}
                  </button>
                ) : (
                  <div key={lane.id} className={classes.label} style={place} title={lane.label}>
                    {lane.label}
                  </div>
                )
              })}
            </div>
          </div>
        )}
        <div
          ref={stage}
          className={classes.stage}
          role="application"
          aria-roledescription={t('ribbon.role')}
          aria-label={t('ribbon.label', { counts: describeCounts(columns.marks.slice(first, behind)) })}
          aria-description={t('ribbon.hint')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the focus for its keys
          tabIndex={0}
          data-panning={isPanning || undefined}
          data-hit={(pointed !== null && onOpen !== undefined) || undefined}
          onPointerDown={(event) => {
            if (event.button !== 0) return
            event.currentTarget.setPointerCapture(event.pointerId)
            drag.current = { x: event.clientX, y: event.clientY, moved: 0 }
          }}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerCancel={() => {
            drag.current = null
            setPanning(false)
          }}
          onPointerLeave={() => setPointed(null)}
          onBlur={() => setPointed(null)}
          onKeyDown={onKeyDown}
        >
          <canvas ref={canvas} className={classes.canvas} style={{ width, height }} aria-hidden />
          {pointed !== null && mark !== undefined && (
            <RibbonTooltip mark={mark} {...pointed} zone={zone} now={now} isRight={pointed.x > width / 2} />
          )}
          <span className="visually-hidden" aria-live="polite">
            {mark && describeMark(mark, zone)}
          </span>
        </div>
      </div>
      {size === 'full' && <RibbonBar {...state} hasTable={hasTable} onTable={() => setTable((shown) => !shown)} />}
      {hasTable && (
        <Suspense fallback={null}>
          <RibbonTable columns={columns} stretch={stretch} label={t('ribbon.role')} onOpen={onOpen} />
        </Suspense>
      )}
    </div>
  )
}

/** Where stepping begins: the last mark before now, or the first after it. */
function nearestTo(columns: MarkColumns, now: number, step: 1 | -1): number | null {
  const { behind } = within(columns, { from: now, to: now })
  const index = step === 1 ? behind : behind - 1
  return index >= 0 && index < columns.marks.length ? index : null
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
