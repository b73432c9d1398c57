import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useZone } from '../../ground/zone.ts'
import { FirstSteps } from '../../subjects/task/first-steps.tsx'
import { useGroups } from '../../subjects/task/use-groups.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { HeatPanel } from './heat-panel.tsx'
import { DurationPanel, EndedPanel, LatenessPanel } from './over-time-panels.tsx'
import { DAYS, daysOf } from './range.ts'
import classes from './statistics.module.css'
import { GroupsPanel, TopPanel } from './tables.tsx'
import { useStatistics } from './use-statistics.ts'

const route = getRouteApi('/statistics')

/** What the executions of a time come to: by hour, day, weekday, group and task. */
export function StatisticsPage() {
  const { t } = useTranslation()
  const zone = useZone()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const days = daysOf(search.days)
  const { group, task } = search
  const figures = useStatistics({ days, group, task })
  const look = (changes: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...changes }) })
  const isEmpty = figures.series?.length === 0 && figures.groups?.length === 0 && group === undefined

  return (
    <>
      <PageHeader title={t('nav.statistics')} />
      <div className={classes.controls}>
        <SegmentedControl
          aria-label={t('statistics.range')}
          value={String(days)}
          onChange={(value) => look({ days: value === '7' ? undefined : value })}
          data={DAYS.map((one) => ({ value: String(one), label: t(`statistics.days${one}`) }))}
        />
        <GroupSelect group={group} onGroup={(next) => look({ group: next ?? undefined })} />
        {task !== undefined && (
          <Button
            variant="default"
            rightSection={<IconX size={12} aria-hidden />}
            onClick={() => look({ task: undefined })}
          >
            {t('statistics.onlyTask')}
          </Button>
        )}
      </div>
      {figures.error !== null && <ProblemNotice error={figures.error} />}
      {isEmpty ? (
        <EmptyState title={t('statistics.empty')} text={t('statistics.emptyText')}>
          <FirstSteps />
        </EmptyState>
      ) : (
        <div className={classes.page}>
          <EndedPanel points={figures.series} days={days} zone={zone} />
          <LatenessPanel points={figures.latenesses} days={days} zone={zone} />
          <DurationPanel points={figures.series} days={days} zone={zone} />
          <HeatPanel points={figures.hours} zone={zone} />
          <TopPanel by="slowest" tasks={figures.slowest} />
          <TopPanel by="failing" tasks={figures.failing} />
          <div style={{ gridColumn: '1 / -1', minWidth: 0 }}>
            <GroupsPanel groups={figures.groups} />
          </div>
        </div>
      )}
    </>
  )
}

function GroupSelect({ group, onGroup }: { group: string | undefined; onGroup: (group: string | null) => void }) {
  const { t } = useTranslation()
  const names = new Set(useGroups().map(({ name }) => name))
  if (group !== undefined) names.add(group)
  return (
    <Select
      aria-label={t('statistics.group')}
      placeholder={t('statistics.allGroups')}
      value={group ?? null}
      onChange={onGroup}
      data={[...names].sort()}
      clearable
      searchable
      w={220}
    />
  )
}
