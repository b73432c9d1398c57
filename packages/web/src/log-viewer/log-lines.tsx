import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { formatInstant } from '../format/instant.ts'
import type { LogLine } from './log-source.ts'
import { LogText } from './log-text.tsx'
import classes from './log-viewer.module.css'

/** Pixels; a million lines stay below what browsers can scroll. */
const LINE_HEIGHT = 17
/** So near to the end counts as at the end. */
const END_SLACK = 24
/** A scroll so soon after wheel, key or pointer is the reader's. Milliseconds. */
const BY_HAND_MS = 1_000

export interface LogLinesHandle {
  scrollTo: (index: number) => void
}

interface LogLinesProps {
  count: number
  lineAt: (index: number) => LogLine | undefined
  /** New lines are scrolled to. */
  isFollowing: boolean
  /** The reader scrolled away from the end, or back to it. */
  onFollow: (isFollowing: boolean) => void
  search: string
  /** The line the address points at. */
  markedNo: number | null
  onMark: (no: number) => void
  zone: string
  hasTimes: boolean
  isWrapped: boolean
  onEnd?: () => void
  handle: Ref<LogLinesHandle>
}

/** The lines on screen, out of any number. */
export function LogLines(props: LogLinesProps) {
  const { count, lineAt, isFollowing, onFollow, search, markedNo, onMark, zone, hasTimes, isWrapped, onEnd, handle } =
    props
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  })
  const digits = Math.max(4, String(count).length)

  useImperativeHandle(handle, () => ({
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'center' }),
  }))

  useLayoutEffect(() => {
    if (isFollowing && count > 0) virtual.scrollToIndex(count - 1, { align: 'end' })
  }, [isFollowing, count, virtual])

  // Only what the reader does counts: the list's own growth, and scrolls by program, decide nothing.
  const byHandAt = useRef(Number.NEGATIVE_INFINITY)
  function byHand(isUpwards: boolean): void {
    byHandAt.current = performance.now()
    if (isUpwards) onFollow(false)
  }

  function onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = scroller.current!
    const isAtEnd = scrollHeight - scrollTop - clientHeight < END_SLACK
    if (isAtEnd) onEnd?.()
    if (isAtEnd && !isFollowing && performance.now() - byHandAt.current < BY_HAND_MS) onFollow(true)
  }

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="log"
      aria-label={t('log.label')}
      aria-live="off"
      tabIndex={0}
      onScroll={onScroll}
      onWheel={(event) => byHand(event.deltaY < 0)}
      onPointerDown={() => byHand(false)}
      onKeyDown={(event) => byHand(['ArrowUp', 'PageUp', 'Home'].includes(event.key))}
    >
      <div className={classes.lines} style={{ height: virtual.getTotalSize() }} data-wrapped={isWrapped || undefined}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const line = lineAt(index)
          const before = index === 0 ? undefined : lineAt(index - 1)
          const begins = line !== undefined && before !== undefined && line.attempt > before.attempt
          return (
            <Row
              key={key}
              index={index}
              start={start}
              line={line}
              attempt={begins ? line.attempt : null}
              measure={isWrapped ? virtual.measureElement : undefined}
              numberWidth={`${digits + 2}ch`}
              isMarked={line !== undefined && line.no === markedNo}
              onMark={onMark}
              search={search}
              zone={hasTimes ? zone : null}
            />
          )
        })}
      </div>
    </div>
  )
}

interface RowProps {
  index: number
  start: number
  line: LogLine | undefined
  /** The number of the attempt that begins here. */
  attempt: number | null
  measure: ((element: Element | null) => void) | undefined
  numberWidth: string
  isMarked: boolean
  onMark: (no: number) => void
  search: string
  /** Null shows no times. */
  zone: string | null
}

/** Drawn anew only when it changes: others come ten times a second. */
const Row = memo(function Row(props: RowProps) {
  const { index, start, line, attempt, measure, numberWidth, isMarked, onMark, search, zone } = props
  const { t } = useTranslation()
  const no = line?.no ?? index
  return (
    <div
      ref={measure}
      data-index={index}
      className={classes.line}
      data-stream={line?.stream}
      data-marked={isMarked || undefined}
      data-begins={attempt !== null || undefined}
      style={{ transform: `translateY(${start}px)` }}
    >
      <button
        type="button"
        className={classes.number}
        style={{ width: numberWidth }}
        disabled={line === undefined}
        onClick={() => onMark(no)}
        aria-label={t('log.link', { no: no + 1 })}
      >
        {no + 1}
      </button>
      {zone !== null && line && (
        <time className={classes.time} dateTime={line.timestamp}>
          {formatInstant(Date.parse(line.timestamp), { zone, hasMilliseconds: true, isTimeOnly: true })}
        </time>
      )}
      {attempt !== null && <span className={classes.attempt}>{t('log.attempt', { attempt })}</span>}
      <span className={classes.text}>{line ? <LogText text={line.message} search={search} /> : ' '}</span>
    </div>
  )
})
