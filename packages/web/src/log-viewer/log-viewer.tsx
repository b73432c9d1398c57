import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconArrowBarToDown } from '@tabler/icons-react'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../format/number.ts'
import { useZone } from '../ground/zone.ts'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { LogBar, type LogLook } from './log-bar.tsx'
import { LogLines, type LogLinesHandle } from './log-lines.tsx'
import { type LogFilter, useLogMatches } from './log-search.ts'
import type { LogSnapshot } from './log-source.ts'
import classes from './log-viewer.module.css'
import { UnfinishedRow } from './unfinished-row.tsx'
import { useLog } from './use-log.ts'

interface LogViewerProps {
  executionId: string
  /** The line the address points at. */
  line: number | null
  onLine: (no: number | null) => void
  q: string
  onQ: (q: string) => void
  stream: LogFilter['stream']
  onStream: (stream: LogFilter['stream']) => void
  /** Lines that were not kept because the log reached its limit, in bytes. */
  droppedBytes: number
}

/** An execution's log: live, searched over its whole length, linkable by line. */
export function LogViewer(props: LogViewerProps) {
  const { executionId, line, onLine, q, onQ, stream, onStream } = props
  const { t } = useTranslation()
  const zone = useZone()
  const { source, snapshot, error } = useLog(executionId)
  const lines = useRef<LogLinesHandle>(null)
  const [isFollowing, setFollowing] = useState(line === null)
  const [look, setLook] = useState<LogLook>({ isOnlyMatches: false, isWrapped: false, hasTimes: true })
  const { typed, setTyped, wanted } = useSearchText(q, onQ)
  const search = useFreshMatches(executionId, { q: wanted, stream }, snapshot)
  const isFiltered = search.isActive && (look.isOnlyMatches || stream !== null)
  const matches = useMatchSteps(search.matches, (index, no) => {
    setFollowing(false)
    onLine(no)
    lines.current?.scrollTo(isFiltered ? index : no)
  })
  useLinkedLine(line, snapshot.total > 0, lines)
  useLinkedSearch(line === null && q !== '', search.matches.length > 0 && snapshot.state === 'ended', () =>
    matches.jump(-1),
  )
  const mark = useMarking(line, onLine)
  const isEmpty = snapshot.total === 0 && snapshot.state !== 'loading' && snapshot.unfinished === null

  return (
    <div className={classes.viewer}>
      <LogBar
        executionId={executionId}
        snapshot={snapshot}
        typed={typed}
        onType={(text) => {
          setTyped(text)
          matches.restart()
        }}
        matches={wanted === '' ? undefined : { count: search.matches.length, hasMore: search.hasMore }}
        onJump={matches.jump}
        stream={stream}
        onStream={onStream}
        look={look}
        onLook={(changes) => setLook({ ...look, ...changes })}
      />
      {error !== null && <ProblemNotice error={error} />}
      <div className={classes.area}>
        {isEmpty ? (
          <p className={classes.empty}>{t(snapshot.state === 'ended' ? 'log.nothing' : 'log.nothingYet')}</p>
        ) : (
          <LogLines
            // Heights measured while lines were wrapped are forgotten with the list.
            key={`${look.isWrapped}`}
            handle={lines}
            count={isFiltered ? search.matches.length : snapshot.total}
            lineAt={(index) => (isFiltered ? search.matches[index] : source?.lineAt(index))}
            isFollowing={isFollowing && !isFiltered}
            onFollow={setFollowing}
            search={wanted}
            markedNo={line}
            onMark={mark}
            zone={zone}
            hasTimes={look.hasTimes}
            isWrapped={look.isWrapped}
            {...(isFiltered && search.hasMore && { onEnd: () => void search.loadMore() })}
          />
        )}
        {!isFollowing && !isFiltered && snapshot.total > 0 && (
          <Button
            className={classes.latest}
            variant="default"
            leftSection={<IconArrowBarToDown size={14} aria-hidden />}
            onClick={() => setFollowing(true)}
          >
            {t(snapshot.state === 'ended' ? 'log.toEnd' : 'log.follow')}
          </Button>
        )}
      </div>
      {snapshot.unfinished && (stream ?? snapshot.unfinished.stream) === snapshot.unfinished.stream && (
        <UnfinishedRow line={snapshot.unfinished} search={wanted} />
      )}
      {props.droppedBytes > 0 && (
        <p className={classes.dropped}>{t('log.dropped', { bytes: formatCount(props.droppedBytes) })}</p>
      )}
    </div>
  )
}

const SETTLE_MS = 250

/** What is typed, and what of it is searched for once it rests, which stands in the address. */
function useSearchText(q: string, onQ: (q: string) => void) {
  const [typed, setTyped] = useState(q)
  const [wanted] = useDebouncedValue(typed, SETTLE_MS)
  useEffect(() => {
    if (wanted !== q) onQ(wanted)
  }, [wanted, q, onQ])
  return { typed, setTyped, wanted }
}

/** Live lines may match too. */
function useFreshMatches(executionId: string, filter: LogFilter, { total, state }: LogSnapshot) {
  const search = useLogMatches(executionId, filter, total)
  const { isActive, refresh } = search
  const size = Math.floor(total / 100)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per hundred lines, and at the end.
  useEffect(() => {
    if (isActive) void refresh()
  }, [size, state, isActive])
  return search
}

/** From match to match, around the end. */
function useMatchSteps(matches: readonly { no: number }[], onMatch: (index: number, no: number) => void) {
  const [current, setCurrent] = useState(-1)
  function jump(step: 1 | -1): void {
    if (matches.length === 0) return
    const { length } = matches
    const next = current === -1 && step === -1 ? length - 1 : (current + step + length) % length
    setCurrent(next)
    onMatch(next, matches[next]!.no)
  }
  return { jump, restart: () => setCurrent(-1) }
}

/** A link to a line is followed once the log's length is known. */
function useLinkedLine(line: number | null, isReady: boolean, lines: RefObject<LogLinesHandle | null>): void {
  const linked = useRef(line)
  useEffect(() => {
    if (!isReady || linked.current === null) return
    const no = linked.current
    linked.current = null
    requestAnimationFrame(() => lines.current?.scrollTo(no))
  }, [isReady, lines])
}

/** A link to what is searched for leads to the last line that says it: an attempt ends with why. */
function useLinkedSearch(isLinked: boolean, isReady: boolean, arrive: () => void): void {
  const isWaiting = useRef(isLinked)
  useEffect(() => {
    if (!isReady || !isWaiting.current) return
    isWaiting.current = false
    arrive()
  })
}

/** Keeps its identity: all rows are drawn anew when it changes. */
function useMarking(line: number | null, onLine: (no: number | null) => void): (no: number) => void {
  const latest = useRef({ line, onLine })
  latest.current = { line, onLine }
  return useCallback((no) => latest.current.onLine(no === latest.current.line ? null : no), [])
}
