import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedExecution } from '../../api/types.ts'
import { ExecutionLink } from '../../subjects/execution/execution-link.tsx'
import { outcomeOf } from '../../subjects/execution/outcome.ts'
import { OutcomeBadge } from '../../subjects/execution/outcome-badge.tsx'
import { whatHappened } from '../../subjects/execution/reason-text.ts'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import { Duration } from '../../ui/duration.tsx'
import { Instant } from '../../ui/instant.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './overview.module.css'
import { comingQuery, lateQuery, recentQuery, runningQuery } from './overview-queries.ts'

/** What runs, with how long it has and how far it is. */
export function RunningPanel() {
  const { t } = useTranslation()
  const { data: list, error } = useQuery(runningQuery)
  return (
    <ShortList
      title={t('overview.runningTitle')}
      error={error}
      nothing={t('overview.nothingRuns')}
      all={{ to: '/executions', search: { status: 'running' } }}
      rest={(list?.total ?? 0) - (list?.executions.length ?? 0)}
    >
      {list?.executions.map((execution) => (
        <ExecutionRow key={execution.id} execution={execution}>
          {execution.started_at !== null && <Duration since={Date.parse(execution.started_at)} />}
        </ExecutionRow>
      ))}
    </ShortList>
  )
}

/** What should have begun and has not, with the reason; not shown when there is nothing. */
export function LatePanel() {
  const { t } = useTranslation()
  const { data: list } = useQuery(lateQuery)
  if (list === undefined || list.total === 0) return null
  return (
    <ShortList
      title={t('overview.lateTitle')}
      error={null}
      nothing=""
      all={{ to: '/executions', search: { status: 'pending' } }}
      rest={list.total - list.executions.length}
    >
      {list.executions.map((execution) => (
        <ExecutionRow key={execution.id} execution={execution}>
          <span style={{ color: 'var(--late)' }}>
            <Duration since={Date.parse(execution.scheduled_at)} />
          </span>
        </ExecutionRow>
      ))}
    </ShortList>
  )
}

/** What has ended last: its log is one click away. */
export function RecentPanel() {
  const { t } = useTranslation()
  const { data: list, error } = useQuery(recentQuery)
  return (
    <ShortList
      title={t('overview.recentTitle')}
      error={error}
      nothing={t('overview.nothingEnded')}
      all={{ to: '/executions' }}
      rest={0}
    >
      {list?.executions.map((execution) => (
        <li key={execution.id}>
          <ExecutionLink executionId={execution.id} className={classes.row}>
            <OutcomeBadge outcome={outcomeOf(execution)} isQuiet />
            <span className={classes.grow}>{execution.task_name ?? execution.type}</span>
            <span className={classes.dim}>
              <Instant at={execution.finished_at} />
            </span>
          </ExecutionLink>
        </li>
      ))}
    </ShortList>
  )
}

/** What comes next. */
export function ComingPanel() {
  const { t } = useTranslation()
  const { data: forecast, error } = useQuery(comingQuery)
  return (
    <ShortList
      title={t('overview.comingTitle')}
      error={error}
      nothing={t('overview.nothingComes')}
      all={{ to: '/timeline', search: { tab: 'coming' } }}
      rest={0}
    >
      {forecast?.occurrences.map(({ task_id: taskId, task_name: name, due_at: dueAt }) => (
        <li key={`${taskId}${dueAt}`}>
          <TaskLink taskId={taskId} className={classes.row}>
            <span className={classes.grow}>{name}</span>
            <span className={classes.dim}>
              <Instant at={dueAt} />
            </span>
          </TaskLink>
        </li>
      ))}
    </ShortList>
  )
}

interface ShortListProps {
  title: string
  error: unknown
  nothing: string
  all: Pick<LinkProps, 'to' | 'search'>
  /** How many are not listed. */
  rest: number
  children: ReactNode[] | undefined
}

function ShortList({ title, error, nothing, all, rest, children }: ShortListProps) {
  const { t } = useTranslation()
  return (
    <Panel
      title={title}
      isFlush
      aside={
        <Anchor
          size="xs"
          aria-label={`${t('actions.showAll')}: ${title}`}
          renderRoot={(props) => <Link {...all} {...props} />}
        >
          {rest > 0 ? t('overview.rest', { count: rest }) : t('actions.showAll')}
        </Anchor>
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      {children?.length === 0 && <div className={classes.nothing}>{nothing}</div>}
      <ul className={classes.list}>{children}</ul>
    </Panel>
  )
}

function ExecutionRow({ execution, children }: { execution: ListedExecution; children: ReactNode }) {
  return (
    <li>
      <ExecutionLink executionId={execution.id} className={classes.row}>
        <span className={classes.grow}>{execution.task_name ?? execution.type}</span>
        <span className={classes.dim}>{whatHappened(execution)}</span>
        {children}
      </ExecutionLink>
    </li>
  )
}
