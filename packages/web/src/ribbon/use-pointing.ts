import { type KeyboardEvent, type PointerEvent, type RefObject, useMemo, useRef, useState } from 'react'
import { type MarkColumns, within } from './columns.ts'
import { hitAt, stepped } from './density.ts'
import { AXIS_HEIGHT, type LaneLayout, laneAt } from './lanes.ts'
import type { RibbonMark } from './mark.ts'
import type { RibbonViewState } from './use-ribbon-view.ts'
import { NOW_FRACTION, stretchOf, toX } from './view.ts'

/** The mark that is pointed at, how many lie on the spot, and where that is, CSS pixels. */
export interface Pointed {
  index: number
  count: number
  x: number
  y: number
}

interface PointingOptions {
  columns: MarkColumns
  layout: LaneLayout
  width: number
  state: RibbonViewState
  /** What the lanes scroll with. */
  labels: RefObject<HTMLElement | null>
  /** Epoch ms. */
  now: number
  onOpen: ((mark: RibbonMark) => void) | undefined
}

type Point = (pointed: Pointed | null) => void

const TOLERANCE = 5
const KEY_STEP = 0.1
const KEY_ZOOM = 1.6
/** From so many marks on one spot, a click comes closer; but only while the view is longer than this. */
const CROWD = 4
const CLOSE_MS = 2 * 3_600_000

/** Which mark is pointed at, by pointer or keys, and all that a ribbon does when it is touched. */
export function usePointing(options: PointingOptions) {
  const { columns } = options
  const [kept, keep] = useState<(Pointed & { id: string }) | null>(null)
  const pointed = useMemo(() => stillThere(columns, kept), [columns, kept])
  const setPointed: Point = (next) => keep(next && { ...next, id: columns.marks[next.index]!.id })
  const { isPanning, ...byPointer } = usePointer(options, setPointed)
  const leave = () => setPointed(null)
  const onKeyDown = (event: KeyboardEvent) => press(event, { ...options, pointed, setPointed })
  return { pointed, isPanning, handlers: { ...byPointer, onKeyDown, onPointerLeave: leave, onBlur: leave } }
}

/** The mark that was pointed at, where it stands now: marks come and go while one looks. */
function stillThere({ marks }: MarkColumns, kept: (Pointed & { id: string }) | null): Pointed | null {
  if (kept === null || marks[kept.index]?.id === kept.id) return kept
  const index = marks.findIndex(({ id }) => id === kept.id)
  return index === -1 ? null : { ...kept, index }
}

function usePointer(options: PointingOptions, setPointed: Point) {
  const { columns, width, state, labels, onOpen } = options
  const [isPanning, setPanning] = useState(false)
  const drag = useRef<{ x: number; y: number; moved: number } | null>(null)

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, y: event.clientY, moved: 0 }
  }

  function onPointerMove(event: PointerEvent): void {
    const from = drag.current
    if (from === null) {
      if (event.pointerType === 'mouse') setPointed(spotAt(event, options))
      return
    }
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
    const moved = from.moved + Math.abs(dx) + Math.abs(dy)
    drag.current = { x: event.clientX, y: event.clientY, moved }
    if (moved < TOLERANCE) return
    setPanning(true)
    setPointed(null)
    state.panBy(-dx / width)
    if (labels.current !== null) labels.current.scrollTop -= dy
  }

  function onPointerUp(event: PointerEvent): void {
    const moved = drag.current?.moved ?? 0
    onPointerCancel()
    if (moved >= TOLERANCE) return
    const spot = spotAt(event, options)
    if (spot === null) return
    // Where many lie on one spot, a click comes closer instead of guessing which one was meant.
    if (spot.count >= CROWD && state.view.span > CLOSE_MS) state.zoomBy(0.25, spot.x / width)
    else onOpen?.(columns.marks[spot.index]!)
  }

  function onPointerCancel(): void {
    drag.current = null
    setPanning(false)
  }

  return { isPanning, onPointerDown, onPointerMove, onPointerUp, onPointerCancel }
}

function spotAt(event: PointerEvent, { columns, layout, width, state }: PointingOptions): Pointed | null {
  const { left, top } = event.currentTarget.getBoundingClientRect()
  const [x, y] = [event.clientX - left, event.clientY - top]
  const now = Date.now()
  const stretch = stretchOf(state.view, now)
  const hit = hitAt(columns, { stretch, width, now, x, tolerance: TOLERANCE, lane: laneAt(layout, y) })
  return hit === null ? null : { ...hit, x, y }
}

interface PressOptions extends PointingOptions {
  pointed: Pointed | null
  setPointed: Point
}

function press(event: KeyboardEvent, options: PressOptions): void {
  const { columns, state, onOpen, pointed, setPointed } = options
  const act = {
    ArrowLeft: () => (event.shiftKey ? state.panBy(-KEY_STEP) : stepTo(-1, options)),
    ArrowRight: () => (event.shiftKey ? state.panBy(KEY_STEP) : stepTo(1, options)),
    '+': () => state.zoomBy(1 / KEY_ZOOM, NOW_FRACTION),
    '=': () => state.zoomBy(1 / KEY_ZOOM, NOW_FRACTION),
    '-': () => state.zoomBy(KEY_ZOOM, NOW_FRACTION),
    Home: () => {
      setPointed(null)
      state.toNow()
    },
    Escape: () => setPointed(null),
    Enter: () => pointed && onOpen?.(columns.marks[pointed.index]!),
  }[event.key]
  if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  act()
}

/** To the next mark in time, and so far along that it is seen. */
function stepTo(step: 1 | -1, options: PressOptions): void {
  const { columns, layout, width, state, labels, now, pointed, setPointed } = options
  const { view } = state
  const { all, height, laneHeight, shift } = layout
  const index = pointed === null ? nearestTo(columns, now, step) : stepped(columns, pointed.index, step, null)
  if (index === null) return
  const { dueAt } = columns.marks[index]!
  const stretch = stretchOf(view, now)
  if (dueAt < stretch.from || dueAt > stretch.to) state.panBy((dueAt - (view.at ?? now)) / view.span)
  const row = columns.lane[index]!
  if (labels.current !== null && all > height) labels.current.scrollTop = row * laneHeight - (height - AXIS_HEIGHT) / 2
  const x = Math.min(width, Math.max(0, toX(dueAt, stretch, width)))
  setPointed({ index, count: 1, x, y: AXIS_HEIGHT + Math.max(0, (row + 0.5) * laneHeight - shift) })
}

/** Where stepping begins: the last mark before now, or the first after it. */
function nearestTo(columns: MarkColumns, now: number, step: 1 | -1): number | null {
  const { behind } = within(columns, { from: now, to: now })
  const index = step === 1 ? behind : behind - 1
  return index >= 0 && index < columns.marks.length ? index : null
}
