import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../ground/now.ts'
import { useSize } from '../ground/size.ts'
import { useZone } from '../ground/zone.ts'
import { toColumns, within } from './columns.ts'
import { describeCounts, describeMark } from './describe.ts'
import { LaneLabels } from './lane-labels.tsx'
import { layoutOf, type RibbonSize } from './lanes.ts'
import type { RibbonLane, RibbonMark } from './mark.ts'
import { countsOf } from './marks-of.ts'
import classes from './ribbon.module.css'
import { RibbonBar } from './ribbon-bar.tsx'
import { RibbonTooltip } from './ribbon-tooltip.tsx'
import { useDrawing } from './use-drawing.ts'
import { usePointing } from './use-pointing.ts'
import { useRibbonView } from './use-ribbon-view.ts'
import { type RibbonView, stretchOf } from './view.ts'

const RibbonTable = lazy(async () => ({ default: (await import('./ribbon-table.tsx')).RibbonTable }))

interface RibbonProps {
  /** Any order, any number; keep the array as long as the marks are the same. */
  marks: readonly RibbonMark[]
  /** For a thin line: RibbonLine. */
  size: RibbonSize
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

const ONE_LANE: readonly RibbonLane[] = [{ id: '', label: '' }]

/**
 * The time ribbon: the past flows left, the coming right, now stands at two thirds. The wheel zooms around the pointer,
 * dragging pans, arrow keys step from mark to mark, Home goes back to now.
 */
export function Ribbon(props: RibbonProps) {
  const { marks, size, lanes = ONE_LANE, onOpen, onLane, zone: taskZone, maxHeight = 420 } = props
  const { t } = useTranslation()
  const zone = useZone(taskZone)
  const now = useNow()
  const stage = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const labels = useRef<HTMLDivElement>(null)
  const { width } = useSize(stage)
  const state = useRibbonView(stage, props.view, props.onView)
  const { view } = state
  const [scrolled, setScrolled] = useState(0)
  const [hasTable, setTable] = useState(false)
  const columns = useMemo(() => toColumns(marks, lanes), [marks, lanes])
  const layout = layoutOf({ size, count: lanes.length, maxHeight, scrolled })
  const { pointed, isPanning, handlers } = usePointing({ columns, layout, width, state, labels, now, onOpen })
  useDrawing(canvas, { columns, view, layout, width, size, zone, chosen: pointed?.index ?? null })

  const mark = pointed === null ? undefined : columns.marks[pointed.index]
  const stretch = stretchOf(view, now)
  const { first, behind } = within(columns, stretch)
  return (
    <div className={classes.ribbon}>
      <div className={classes.body} style={{ height: layout.height }}>
        {size === 'full' && (
          <LaneLabels lanes={lanes} layout={layout} scroller={labels} onScroll={setScrolled} onLane={onLane} />
        )}
        <div
          ref={stage}
          className={classes.stage}
          role="application"
          aria-roledescription={t('ribbon.role')}
          aria-label={t('ribbon.label', { counts: describeCounts(countsOf(columns.marks.slice(first, behind))) })}
          aria-description={t('ribbon.hint')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the focus for its keys
          tabIndex={0}
          data-panning={isPanning || undefined}
          data-hit={(pointed !== null && onOpen !== undefined) || undefined}
          {...handlers}
        >
          <canvas ref={canvas} className={classes.canvas} style={{ width, height: layout.height }} aria-hidden />
          {pointed !== null && mark !== undefined && (
            <RibbonTooltip mark={mark} {...pointed} zone={zone} now={now} isRight={pointed.x > width / 2} />
          )}
          <span className="visually-hidden" aria-live="polite">
            {mark && describeMark(mark, zone)}
          </span>
        </div>
      </div>
      <RibbonBar {...state} hasTable={hasTable} onTable={() => setTable((shown) => !shown)} />
      {hasTable && (
        <Suspense fallback={null}>
          <RibbonTable columns={columns} stretch={stretch} label={t('ribbon.role')} onOpen={onOpen} />
        </Suspense>
      )}
    </div>
  )
}
