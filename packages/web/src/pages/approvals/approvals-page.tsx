import { SegmentedControl, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Change } from './change.tsx'

const route = getRouteApi('/approvals')
const MOST_SHOWN = 100

/** Changes that wait for a second person, each with what it would change, and those that have been decided. */
export function ApprovalsPage() {
  const { t } = useTranslation()
  const { show = 'pending' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = { limit: MOST_SHOWN, ...(show === 'pending' && { state: 'pending' as const }) }
  const { data: list, error } = useQuery({
    queryKey: ['approvals', show],
    queryFn: () => data(api.GET('/api/scheduler/approvals', { params: { query } })),
  })
  return (
    <>
      <PageHeader
        title={t('approvals.title')}
        actions={
          <SegmentedControl
            aria-label={t('approvals.show')}
            value={show === 'all' ? 'all' : 'pending'}
            onChange={(value) => void navigate({ search: { show: value === 'all' ? 'all' : undefined } })}
            data={(['pending', 'all'] as const).map((value) => ({ value, label: t(`approvals.shown.${value}`) }))}
          />
        }
      />
      <Stack gap="lg">
        {error && <ProblemNotice error={error} />}
        {list?.approvals.length === 0 && <EmptyState title={t('approvals.none')} text={t('approvals.noneText')} />}
        {list?.approvals.map((change) => (
          <Change key={change.id} change={change} />
        ))}
      </Stack>
    </>
  )
}
