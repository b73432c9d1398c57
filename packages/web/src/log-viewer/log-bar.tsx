import { ActionIcon, Group, Menu, SegmentedControl, Switch, TextInput, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconClock, IconDownload, IconSearch, IconTextWrap } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { withTenant } from '../api/tenant.ts'
import { formatCount } from '../format/number.ts'
import type { LogFilter } from './log-search.ts'
import type { LogSnapshot } from './log-source.ts'
import classes from './log-viewer.module.css'

/** How lines are shown. */
export interface LogLook {
  isOnlyMatches: boolean
  isWrapped: boolean
  hasTimes: boolean
}

interface LogBarProps {
  executionId: string
  snapshot: LogSnapshot
  typed: string
  onType: (typed: string) => void
  /** Undefined while nothing is searched. */
  matches: { count: number; hasMore: boolean } | undefined
  /** To the next match, or with -1 to the one before. */
  onJump: (step: 1 | -1) => void
  stream: LogFilter['stream']
  onStream: (stream: LogFilter['stream']) => void
  look: LogLook
  onLook: (changes: Partial<LogLook>) => void
}

/** What stands above the lines: search, streams, state, looks and files. */
export function LogBar(props: LogBarProps) {
  const { executionId, snapshot, typed, onType, matches, onJump, stream, onStream, look, onLook } = props
  const { hasTimes, isWrapped } = look
  const { t } = useTranslation()
  return (
    <Group className={classes.bar} gap="sm" wrap="wrap">
      <TextInput
        aria-label={t('log.search')}
        placeholder={t('log.search')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && onJump(event.shiftKey ? -1 : 1)}
        flex="1 1 150px"
        maw={240}
      />
      {matches && <Matches {...matches} onJump={onJump} look={look} onLook={onLook} />}
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
      <Toggle label={t('log.times')} isOn={hasTimes} onClick={() => onLook({ hasTimes: !hasTimes })} icon={IconClock} />
      <Toggle
        label={t('log.wrap')}
        isOn={isWrapped}
        onClick={() => onLook({ isWrapped: !isWrapped })}
        icon={IconTextWrap}
      />
      <Download executionId={executionId} />
    </Group>
  )
}

interface MatchesProps extends Pick<LogBarProps, 'onJump' | 'look' | 'onLook'> {
  count: number
  hasMore: boolean
}

function Matches({ count, hasMore, onJump, look, onLook }: MatchesProps) {
  const { t } = useTranslation()
  return (
    <>
      <span className={classes.count} role="status">
        {t('log.matches', { count, text: formatCount(count) + (hasMore ? '+' : '') })}
      </span>
      <ActionIcon aria-label={t('log.previous')} onClick={() => onJump(-1)}>
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon aria-label={t('log.next')} onClick={() => onJump(1)}>
        <IconChevronDown size={16} />
      </ActionIcon>
      <Switch
        label={t('log.onlyMatches')}
        checked={look.isOnlyMatches}
        onChange={(event) => onLook({ isOnlyMatches: event.currentTarget.checked })}
      />
    </>
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

function Download({ executionId }: { executionId: string }) {
  const { t } = useTranslation()
  return (
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
            href={withTenant(
              `/api/scheduler/executions/${executionId}/logs/export?format=${format}${format === 'text' ? '&timestamps=true' : ''}`,
            )}
            download
          >
            {t(`log.formats.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
