import { ActionIcon, Button, Group, Menu, SegmentedControl, Switch, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import {
  IconArrowBarToDown,
  IconChevronDown,
  IconChevronUp,
  IconClock,
  IconDownload,
  IconSearch,
  IconTextWrap,
} from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useZone } from '../app/zone.ts'
import { formatCount } from '../format/number.ts'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { LogLines, type LogLinesHandle } from './log-lines.tsx'
import { type LogFilter, useLogMatches } from './log-search.ts'
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
  const [isOnlyMatches, setOnlyMatches] = useState(false)
  const [isWrapped, setWrapped] = useState(false)
  const [hasTimes, setTimes] = useState(true)
  const [current, setCurrent] = useState(-1)
  const [typed, setTyped] = useState(q)
  const [wanted] = useDebouncedValue(typed, 250)
  const search = useLogMatches(executionId, { q: wanted, stream }, snapshot.total)
  const isFiltered = search.isActive && (isOnlyMatches || stream !== null)

  useEffect(() => {
    if (wanted !== q) onQ(wanted)
  }, [wanted, q, onQ])

  // A link to a line is followed once the log's length is known.
  const isReady = snapshot.total > 0
  const linked = useRef(line)
  useEffect(() => {
    if (!isReady || linked.current === null) return
    const no = linked.current
    linked.current = null
    requestAnimationFrame(() => lines.current?.scrollTo(no))
  }, [isReady])

  // Live lines may match too.
  const { isActive, refresh } = search
  const size = Math.floor(snapshot.total / 100)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per hundred lines, and at the end.
  useEffect(() => {
    if (isActive) void refresh()
  }, [size, snapshot.state, isActive])

  // The rows are drawn anew when this changes.
  const latest = useRef({ line, onLine })
  latest.current = { line, onLine }
  const mark = useCallback((no: number) => latest.current.onLine(no === latest.current.line ? null : no), [])

  function jump(step: number): void {
    if (search.matches.length === 0) return
    const next = (current + step + search.matches.length) % search.matches.length
    setCurrent(next)
    setFollowing(false)
    const { no } = search.matches[next]!
    onLine(no)
    lines.current?.scrollTo(isFiltered ? next : no)
  }

  return (
    <div className={classes.viewer}>
      <Group className={classes.bar} gap="sm" wrap="wrap">
        <TextInput
          aria-label={t('log.search')}
          placeholder={t('log.search')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setCurrent(-1)
          }}
          onKeyDown={(event) => event.key === 'Enter' && jump(event.shiftKey ? -1 : 1)}
          w={240}
        />
        {wanted !== '' && (
          <>
            <span className={classes.count} role="status">
              {t('log.matches', {
                count: search.matches.length,
                text: formatCount(search.matches.length) + (search.hasMore ? '+' : ''),
              })}
            </span>
            <ActionIcon aria-label={t('log.previous')} onClick={() => jump(-1)}>
              <IconChevronUp size={16} />
            </ActionIcon>
            <ActionIcon aria-label={t('log.next')} onClick={() => jump(1)}>
              <IconChevronDown size={16} />
            </ActionIcon>
            <Switch
              label={t('log.onlyMatches')}
              checked={isOnlyMatches}
              onChange={(event) => setOnlyMatches(event.currentTarget.checked)}
            />
          </>
        )}
        <SegmentedControl
          aria-label={t('log.stream')}
          value={stream ?? 'all'}
          onChange={(value) => onStream(value === 'all' ? null : (value as LogFilter['stream']))}
          data={(['all', 'stdout', 'stderr', 'system'] as const).map((value) => ({
            value,
            label: t(`log.streams.${value}`),
          }))}
        />
        <div className={classes.spring} />
        <span className={classes.count} data-state={snapshot.state} role="status">
          {t(`log.states.${snapshot.state}`)} ·{' '}
          {t('log.lines', { count: snapshot.total, text: formatCount(snapshot.total) })}
        </span>
        <Toggle label={t('log.times')} isOn={hasTimes} onClick={() => setTimes(!hasTimes)} icon={IconClock} />
        <Toggle label={t('log.wrap')} isOn={isWrapped} onClick={() => setWrapped(!isWrapped)} icon={IconTextWrap} />
        <Menu>
          <Menu.Target>
            <ActionIcon aria-label={t('log.download')}>
              <IconDownload size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {(['text', 'ndjson'] as const).map((format) => (
              <Menu.Item
                key={format}
                component="a"
                href={`/api/scheduler/executions/${executionId}/logs/export?format=${format}${format === 'text' ? '&timestamps=true' : ''}`}
                download
              >
                {t(`log.formats.${format}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {error !== null && <ProblemNotice error={error} />}
      <div className={classes.area}>
        {snapshot.total === 0 && snapshot.state !== 'loading' && snapshot.unfinished === null ? (
          <p className={classes.empty}>{t(snapshot.state === 'ended' ? 'log.nothing' : 'log.nothingYet')}</p>
        ) : (
          <LogLines
            // Heights measured while lines were wrapped are forgotten with the list.
            key={`${isWrapped}`}
            handle={lines}
            count={isFiltered ? search.matches.length : snapshot.total}
            lineAt={(index) => (isFiltered ? search.matches[index] : source?.lineAt(index))}
            isFollowing={isFollowing && !isFiltered}
            onFollow={setFollowing}
            search={wanted}
            markedNo={line}
            onMark={mark}
            zone={zone}
            hasTimes={hasTimes}
            isWrapped={isWrapped}
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

interface ToggleProps {
  label: string
  isOn: boolean
  onClick: () => void
  icon: typeof IconClock
}

function Toggle({ label, isOn, onClick, icon: Icon }: ToggleProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-pressed={isOn} variant={isOn ? 'light' : 'subtle'} onClick={onClick}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  )
}
