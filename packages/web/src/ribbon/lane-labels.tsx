import type { RefObject } from 'react'
import { AXIS_HEIGHT, type LaneLayout } from './lanes.ts'
import type { RibbonLane } from './mark.ts'
import classes from './ribbon.module.css'

interface LaneLabelsProps {
  lanes: readonly RibbonLane[]
  layout: LaneLayout
  scroller: RefObject<HTMLDivElement | null>
  onScroll: (top: number) => void
  onLane: ((lane: RibbonLane) => void) | undefined
}

/** The names at the left of the lanes; they scroll, and the lanes with them. */
export function LaneLabels({ lanes, layout, scroller, onScroll, onLane }: LaneLabelsProps) {
  const { all, height, firstLane, laneCount, laneHeight } = layout
  const isScrolling = all > height - AXIS_HEIGHT
  return (
    <div
      className={classes.labels}
      style={{ marginTop: AXIS_HEIGHT, overflowY: isScrolling ? 'auto' : 'hidden', scrollbarWidth: 'none' }}
      ref={scroller}
      onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
    >
      <div style={{ height: all }}>
        {lanes.slice(firstLane, firstLane + laneCount).map((lane, at) => {
          const top = (firstLane + at) * laneHeight
          const shared = {
            className: classes.label,
            style: { top, height: laneHeight, lineHeight: `${laneHeight}px` },
            title: lane.label,
          }
          return onLane ? (
            <button key={lane.id} type="button" {...shared} onClick={() => onLane(lane)}>
              {lane.label}
            </button>
          ) : (
            <div key={lane.id} {...shared}>
              {lane.label}
            </div>
          )
        })}
      </div>
    </div>
  )
}
