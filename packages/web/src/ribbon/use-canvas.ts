import { type RefObject, useEffect, useRef } from 'react'

interface CanvasOptions {
  width: number
  height: number
  /** Draws a frame; called once per change, and every `periodMs` while the page is visible. */
  draw: (context: CanvasRenderingContext2D, ratio: number) => void
  /** How often time alone changes the picture. */
  periodMs: number
}

/** Keeps a canvas as sharp as the screen and as fresh as needed; at most one drawing per frame of the screen. */
export function useCanvas(canvas: RefObject<HTMLCanvasElement | null>, options: CanvasOptions): void {
  const latest = useRef(options)
  latest.current = options
  const pending = useRef(0)

  useEffect(() => {
    schedule(canvas, latest, pending)
  })

  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) schedule(canvas, latest, pending)
    }, options.periodMs)
    return () => clearInterval(timer)
  }, [canvas, options.periodMs])

  useEffect(() => () => cancelAnimationFrame(pending.current), [])
}

function schedule(
  canvas: RefObject<HTMLCanvasElement | null>,
  latest: RefObject<CanvasOptions>,
  pending: RefObject<number>,
): void {
  cancelAnimationFrame(pending.current)
  pending.current = requestAnimationFrame(() => {
    const target = canvas.current
    const { width, height, draw } = latest.current
    if (target === null || width === 0 || height === 0) return
    const ratio = window.devicePixelRatio || 1
    const wanted = { width: Math.round(width * ratio), height: Math.round(height * ratio) }
    if (target.width !== wanted.width) target.width = wanted.width
    if (target.height !== wanted.height) target.height = wanted.height
    const context = target.getContext('2d')
    if (context !== null) draw(context, ratio)
  })
}

export const prefersLessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
