import { useMemo, useRef } from 'react'
import { useSize } from '../ground/size.ts'
import type { Outcome } from '../subjects/execution/outcomes.ts'
import { toColumns } from './columns.ts'
import { describeCounts } from './describe.ts'
import type { RibbonMark } from './mark.ts'
import { paint } from './paint.ts'
import { usePalette } from './palette.ts'
import { useCanvas } from './use-canvas.ts'
import { stretchOf } from './view.ts'

interface RibbonLineProps {
  marks: readonly RibbonMark[]
  /** How many of which outcome they stand for. */
  counts: ReadonlyMap<Outcome, number>
  /** Milliseconds that are shown, two thirds of them past. */
  span: number
  /** CSS pixels. */
  height?: number
}

/** The ribbon as a line of a table's row: follows now, is not operated, says in words how many of which outcome. */
export function RibbonLine({ marks, counts, span, height = 16 }: RibbonLineProps) {
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width } = useSize(frame)
  const palette = usePalette()
  const columns = useMemo(() => toColumns(marks), [marks])
  useCanvas(canvas, {
    width,
    height,
    periodMs: Math.max(1_000, span / Math.max(1, width)),
    draw(context, ratio) {
      const now = Date.now()
      const lane = { top: 0, laneHeight: height, firstLane: 0, laneCount: 1, shift: 0, barHeight: height - 6 }
      const stretch = stretchOf({ span, at: null }, now)
      paint(context, {
        columns,
        stretch,
        now,
        palette,
        width,
        height,
        ratio,
        ...lane,
        ticks: [],
        pulse: 1,
        chosen: null,
      })
    },
  })
  return (
    <div ref={frame} style={{ height, minWidth: 40 }}>
      <canvas ref={canvas} role="img" aria-label={describeCounts(counts)} style={{ width, height, display: 'block' }} />
    </div>
  )
}
