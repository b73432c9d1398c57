import { Button, Progress, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useWidth } from '../../ground/width.ts'
import { TaskZone } from '../../ground/zone.ts'
import { LogViewer } from '../../log-viewer/log-viewer.tsx'
import { ExecutionActions } from '../../subjects/execution/execution-actions.tsx'
import { ExecutionFacts } from '../../subjects/execution/execution-facts.tsx'
import { executionQuery } from '../../subjects/execution/execution-query.ts'
import { Explanation } from '../../subjects/execution/explanation.tsx'
import { outcomeOf } from '../../subjects/execution/outcome.ts'
import { OutcomeBadge } from '../../subjects/execution/outcome-badge.tsx'
import { Stages } from '../../subjects/execution/stages.tsx'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import { taskQuery } from '../../subjects/task/task-query.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Attempts } from './attempts.tsx'
import { ExecutionData } from './execution-data.tsx'
import classes from './execution-page.module.css'
import { Where } from './where.tsx'

const route = getRouteApi('/executions/$executionId')
const STREAMS = ['stdout', 'stderr', 'system'] as const

/** One execution: what became of it and why, from due to finished, and its log. */
export function ExecutionPage() {
  const { t } = useTranslation()
  const { executionId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const isPhone = useWidth() === 'phone'
  const { data: execution, error, refetch } = useQuery(executionQuery(executionId))
  const taskId = execution?.task_id ?? null
  const { data: task } = useQuery({ ...taskQuery(taskId ?? ''), enabled: taskId !== null, retry: false })
  if (execution === undefined) return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : null

  const outcome = outcomeOf(execution)
  const isToNode = task?.target?.kind === 'node'
  const tab = search.tab ?? 'log'
  const line = search.line === undefined ? null : Number(search.line) - 1
  // On a phone the log comes first.
  const stages = (
    <Panel>
      <Stages execution={execution} />
    </Panel>
  )
  const look = (changes: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace: true })

  return (
    <TaskZone value={task?.timezone ?? null}>
      <div className={classes.page}>
        <div>
          <PageHeader
            title={t('execution.title', { name: execution.task_name ?? t('execution.job') })}
            badge={<OutcomeBadge outcome={outcome} />}
            actions={
              <>
                {execution.task_id !== null && (
                  <Button variant="default" renderRoot={(props) => <TaskLink taskId={execution.task_id!} {...props} />}>
                    {t('execution.openTask')}
                  </Button>
                )}
                <ExecutionActions execution={execution} />
              </>
            }
          />
          <Explanation execution={execution} />
        </div>
        {execution.progress !== null && execution.status === 'running' && (
          <Progress value={execution.progress.percent} aria-label={t('execution.data.progress')} animated />
        )}
        {!isPhone && stages}
        <Tabs
          value={tab}
          onChange={(value) => look({ tab: value === 'log' ? undefined : (value ?? undefined) })}
          className={classes.tabs}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="log">{t('execution.tabs.log')}</Tabs.Tab>
            <Tabs.Tab value="attempts">{t('execution.tabs.attempts')}</Tabs.Tab>
            {execution.node_id !== null || isToNode ? (
              <Tabs.Tab value="where">{t('execution.tabs.where')}</Tabs.Tab>
            ) : null}
            <Tabs.Tab value="data">{t('execution.tabs.data')}</Tabs.Tab>
            <Tabs.Tab value="details">{t('execution.tabs.details')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="log" className={classes.log}>
            <LogViewer
              executionId={executionId}
              line={Number.isInteger(line) ? line : null}
              onLine={(no) => look({ line: no === null ? undefined : String(no + 1) })}
              q={search.q ?? ''}
              onQ={(q) => look({ q: q || undefined })}
              stream={STREAMS.find((name) => name === search.stream) ?? null}
              onStream={(stream) => look({ stream: stream ?? undefined })}
              droppedBytes={execution.dropped_log_bytes}
            />
          </Tabs.Panel>
          <Tabs.Panel value="attempts">
            <Attempts execution={execution} />
          </Tabs.Panel>
          <Tabs.Panel value="where">
            <Where execution={execution} />
          </Tabs.Panel>
          <Tabs.Panel value="data">
            <ExecutionData execution={execution} />
          </Tabs.Panel>
          <Tabs.Panel value="details">
            <Stack gap="md">
              {isPhone && stages}
              <Panel>
                <ExecutionFacts execution={execution} />
              </Panel>
            </Stack>
          </Tabs.Panel>
        </Tabs>
      </div>
    </TaskZone>
  )
}
