import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { panned, type RibbonView, zoomed } from './view.ts'

/** Zoom per wheel step; a trackpad sends many small ones. */
const WHEEL_FACTOR = 1.0015
const SETTLE_MS = 250

export interface RibbonViewState {
  view: RibbonView
  zoomBy: (factor: number, fraction: number) => void
  panBy: (fraction: number) => void
  toNow: () => void
}

/** The view, moved by hand; `onView` hears of it once it rests. */
export function useRibbonView(
  stage: RefObject<HTMLElement | null>,
  initial: RibbonView,
  onView: ((view: RibbonView) => void) | undefined,
): RibbonViewState {
  const [view, setView] = useState(initial)
  // The address may change by itself: back button, a link.
  const known = useRef(initial)
  if (known.current.span !== initial.span || known.current.at !== initial.at) {
    known.current = initial
    setView(initial)
  }
  const told = useRef(onView)
  told.current = onView
  const isFirst = useRef(true)

  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false
      return
    }
    const timer = setTimeout(() => {
      if (known.current.span === view.span && known.current.at === view.at) return
      known.current = view
      told.current?.(view)
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [view])

  const zoomBy = useCallback((factor: number, fraction: number) => {
    setView((now) => zoomed(now, factor, fraction, Date.now()))
  }, [])
  const panBy = useCallback((fraction: number) => setView((now) => panned(now, fraction, Date.now())), [])
  const toNow = useCallback(() => setView(({ span }) => ({ span, at: null })), [])

  useWheel(stage, zoomBy, panBy)
  return { view, zoomBy, panBy, toNow }
}

/** The wheel zooms around the pointer; sideways, or with Shift, it pans. */
function useWheel(
  stage: RefObject<HTMLElement | null>,
  zoomBy: RibbonViewState['zoomBy'],
  panBy: RibbonViewState['panBy'],
): void {
  useEffect(() => {
    const target = stage.current
    if (target === null) return
    // Not by React: it listens passively, and the page would scroll as well.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { left, width } = target.getBoundingClientRect()
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        panBy((event.deltaX || event.deltaY) / width)
      } else zoomBy(WHEEL_FACTOR ** event.deltaY, (event.clientX - left) / width)
    }
    target.addEventListener('wheel', onWheel, { passive: false })
    return () => target.removeEventListener('wheel', onWheel)
  }, [stage, zoomBy, panBy])
}
