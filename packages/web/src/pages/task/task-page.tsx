import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toProblem } from '../../api/problem.ts'
import type { Task } from '../../api/types.ts'
import { Ribbon } from '../../ribbon/ribbon.tsx'
import { useTimeline } from '../../ribbon/use-timeline.ts'
import type { RibbonView } from '../../ribbon/view.ts'
import { useOpenExecution } from '../../subjects/execution/use-open-execution.ts'
import { taskQuery } from '../../subjects/task/task-query.ts'
import { TaskStatusBadge } from '../../subjects/task/task-status-badge.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Revisions } from './revisions.tsx'
import { TaskActions } from './task-actions.tsx'
import { TaskDefinition } from './task-definition.tsx'
import { TaskExecutions } from './task-executions.tsx'
import { TaskFacts } from './task-facts.tsx'
import classes from './task-page.module.css'
import { TaskStats } from './task-stats.tsx'

const route = getRouteApi('/tasks/$taskId')
const TABS = ['executions', 'statistics', 'definition', 'revisions'] as const
const DAY_MS = 86_400_000

/** One task: its state and what it needs most, its time, its runs, figures, text and history. */
export function TaskPage() {
  const { t } = useTranslation()
  const { taskId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data: task, error, refetch } = useQuery(taskQuery(taskId))
  if (task === undefined) {
    if (error === null) return null
    return toProblem(error).status === 404 ? (
      <EmptyState title={t('problem.notFound')} />
    ) : (
      <ProblemNotice error={error} onRetry={() => void refetch()} />
    )
  }
  const tab = TABS.find((name) => name === search.tab) ?? 'executions'
  return (
    <div className={classes.page}>
      <PageHeader
        title={task.name}
        badge={<TaskStatusBadge status={task.status} />}
        actions={<TaskActions task={task} />}
      />
      {task.description && <p className={classes.description}>{task.description}</p>}
      <Panel>
        <TaskFacts task={task} />
      </Panel>
      <TaskRibbon task={task} />
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: (now) => ({ ...now, tab: next ?? undefined }), replace: true })}
      >
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`taskPage.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="executions">
          <TaskExecutions task={task} />
        </Tabs.Panel>
        <Tabs.Panel value="statistics">
          <TaskStats task={task} />
        </Tabs.Panel>
        <Tabs.Panel value="definition">
          <TaskDefinition task={task} />
        </Tabs.Panel>
        <Tabs.Panel value="revisions">
          <Revisions task={task} />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}

function TaskRibbon({ task }: { task: Task }) {
  const openExecution = useOpenExecution()
  const [view, setView] = useState<RibbonView>({ span: DAY_MS, at: null })
  const { marks } = useTimeline(view, { taskId: task.id })
  return (
    <Panel isFlush>
      <Ribbon
        size="row"
        marks={marks}
        view={view}
        onView={setView}
        zone={task.timezone ?? null}
        onOpen={({ executionId }) => {
          if (executionId !== null) openExecution(executionId)
        }}
      />
    </Panel>
  )
}
