import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../ground/identity.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FailuresPanel } from './failures-panel.tsx'
import { Figures } from './figures.tsx'
import { Fleet } from './fleet.tsx'
import { ComingPanel, LatePanel, RecentPanel, RunningPanel } from './now-panels.tsx'
import { OverTime } from './over-time.tsx'
import classes from './overview.module.css'
import { summaryQuery } from './overview-queries.ts'

const FirstTask = lazy(async () => ({ default: (await import('./first-task.tsx')).FirstTask }))

/** What runs, what is late, what failed and what comes, before one has read a word. */
export function OverviewPage() {
  const { t } = useTranslation()
  const mayEdit = useMay('edit')
  const { data: summary, error, refetch } = useQuery(summaryQuery)
  const isEmpty = summary?.total_tasks === 0 && summary.total_executions === 0
  return (
    <>
      <PageHeader
        title={t('nav.overview')}
        actions={
          mayEdit && (
            <Button component={Link} to="/tasks/new" leftSection={<IconPlus size={14} aria-hidden />}>
              {t('overview.newTask')}
            </Button>
          )
        }
      />
      <div className={classes.page}>
        {error !== null && <ProblemNotice error={error} onRetry={() => void refetch()} />}
        {isEmpty ? (
          <Suspense fallback={null}>
            <FirstTask />
          </Suspense>
        ) : (
          <>
            <Figures />
            <Fleet />
            <div className={classes.columns}>
              <div className={classes.stack}>
                <FailuresPanel />
                <OverTime />
              </div>
              <div className={classes.stack}>
                <LatePanel />
                <RunningPanel />
                <RecentPanel />
                <ComingPanel />
              </div>
            </div>
          </>
        )}
      </div>
    </>
  )
}
