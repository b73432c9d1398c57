import { Badge, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { currentLanguage } from '../../i18n/i18n.ts'
import { ExecutionLink } from '../../subjects/execution/execution-link.tsx'
import { OutcomeBadge } from '../../subjects/execution/outcome-badge.tsx'
import { selectorText, type Target } from '../../subjects/task/target.ts'
import { targetWords } from '../../subjects/task/target-words.ts'
import { recentQuery } from '../../subjects/task/task-query.ts'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import { ShortId } from '../../ui/short-id.tsx'
import { Sparkline } from './sparkline.tsx'

/** What one wants to know of a task before reading on. */
export function TaskFacts({ task }: { task: Task }) {
  const { t } = useTranslation()
  const { data: recent } = useQuery(recentQuery(task.id, task.last_execution_id))
  const zone = task.timezone ?? null
  return (
    <Facts
      facts={[
        {
          label: t('taskPage.when'),
          value: (
            <>
              {task.words?.[currentLanguage()] ?? task.schedule ?? t('time.none')}
              {task.schedule !== null && (
                <div className="mono" style={{ color: 'var(--ink-dim)', fontSize: 12 }}>
                  {task.schedules.map(({ schedule }) => schedule).join(' · ')} {zone}
                </div>
              )}
            </>
          ),
        },
        {
          label: t('taskPage.next'),
          value: (
            <>
              <Instant at={task.next_run} zone={zone} />
              {task.next_run !== null && (
                <div style={{ color: 'var(--ink-dim)', fontSize: 12 }}>
                  <Instant at={task.next_run} zone={zone} style="absolute" />
                  {task.next_due !== task.next_run && (
                    <>
                      {' '}
                      {t('taskPage.beforeJitter')} <Instant at={task.next_due} zone={zone} style="absolute" />
                    </>
                  )}
                </div>
              )}
            </>
          ),
        },
        { label: t('taskPage.last'), value: <LastRun task={task} /> },
        { label: t('taskPage.recent'), value: <Sparkline executions={recent ?? []} /> },
        {
          label: t('tasks.columns.group'),
          value: task.group ? (
            <Link to="/tasks" search={{ group: `${task.group}/` }}>
              {task.group}
            </Link>
          ) : (
            t('time.none')
          ),
        },
        {
          label: t('tasks.columns.tags'),
          value: task.tags?.length ? (
            <Group gap={4}>
              {task.tags.map((tag) => (
                <Badge
                  key={tag}
                  variant="default"
                  tt="none"
                  fw={500}
                  renderRoot={(props) => <Link to="/tasks" search={{ tag }} {...props} />}
                >
                  {tag}
                </Badge>
              ))}
            </Group>
          ) : (
            t('time.none')
          ),
        },
        ...(task.target?.kind === 'node'
          ? [{ label: t('taskPage.where'), value: <Where target={task.target} /> }]
          : []),
        ...limitFacts(task, t),
        {
          label: t('taskPage.version'),
          value: (
            <>
              {task.version} · <Instant at={task.updated_at} /> {task.updated_by}
            </>
          ),
        },
        { label: t('taskPage.id'), value: <ShortId id={task.id} /> },
      ]}
    />
  )
}

/** What holds for each run; what is the server's default rather than the task's own is said to be. */
function limitFacts({ timeout_seconds, retry, concurrency, effective }: Task, t: TFunction) {
  const said = (own: unknown, value: string) =>
    own === null || own === undefined ? t('taskPage.byDefault', { value }) : value
  const span = (seconds: number) => formatDuration(seconds * 1_000)
  const limit = effective.timeout_seconds
  const { max_attempts: count = 1, delay_seconds: delay = 0 } = effective.retry
  const retries = count === 1 ? t('taskPage.noRetries') : t('taskPage.attempts', { count, delay: span(delay) })
  const atOnce = concurrency?.overlap === 'allow' ? [] : [said(concurrency?.max, String(effective.max_concurrent))]
  return [
    {
      label: t('taskPage.timeout'),
      value: said(timeout_seconds, limit === null ? t('taskPage.noTimeout') : span(limit)),
    },
    { label: t('taskPage.retries'), value: said(retry, retries) },
    ...atOnce.map((value) => ({ label: t('taskPage.atOnce'), value })),
  ]
}

function Where({ target }: { target: Target }) {
  const { t } = useTranslation()
  return (
    <Link to="/nodes" search={{ pool: target.pool, selector: selectorText(target.selector) || undefined }}>
      {targetWords(target, t)}
    </Link>
  )
}

function LastRun({ task }: { task: Task }) {
  const { t } = useTranslation()
  if (task.last_run === null || task.last_execution_id === null) return t('time.never')
  return (
    <ExecutionLink executionId={task.last_execution_id}>
      <Group gap={6} wrap="nowrap">
        {task.last_status !== null && <OutcomeBadge outcome={task.last_status} isQuiet />}
        <Instant at={task.last_run} zone={task.timezone ?? null} />
      </Group>
    </ExecutionLink>
  )
}
