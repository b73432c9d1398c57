import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListAddress } from '../../ui/list/list-address.ts'
import { ListPage } from '../../ui/list/list-page.tsx'
import { usePagedRows } from '../../ui/list/paged-rows.ts'
import { type AuditEntry, useAuditColumns } from './audit-columns.tsx'
import { FILTER_KEYS, useAuditFilters } from './audit-filters.ts'
import { AuditSheet } from './audit-sheet.tsx'

const route = getRouteApi('/audit')
const COUNTED_TO = 10_000

/** One that was just written has no number yet. */
const idOf = ({ seq, at, request_id, subject_id }: AuditEntry) => String(seq ?? `${at} ${request_id} ${subject_id}`)

/** What was done, by whom, the latest first. */
export function AuditPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [open, setOpen] = useState<AuditEntry | undefined>()
  const address = useListAddress({ keys: FILTER_KEYS, search, onSearch: (next) => void navigate({ search: next }) })
  const { filter } = address
  const query = useMemo(
    () => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as object,
    [filter],
  )
  const rows = usePagedRows<AuditEntry>(['audit', query], async (page, limit, signal) => {
    const list = await data(api.GET('/api/scheduler/audit', { params: { query: { ...query, page, limit } }, signal }))
    return { total: list.total, rows: list.entries }
  })
  const download = `/api/scheduler/audit/export?${new URLSearchParams({ ...query, format: 'csv' })}`
  return (
    <ListPage
      name="audit"
      title={t('audit.title')}
      actions={
        <Button component="a" href={download} variant="default" leftSection={<IconDownload size={14} aria-hidden />}>
          {t('audit.export')}
        </Button>
      }
      address={address}
      filters={useAuditFilters()}
      example="kind:task actor:admin from:2026-12-01"
      views={[
        { name: t('audit.views.all'), search: '' },
        { name: t('audit.views.tasks'), search: 'kind=task' },
        { name: t('audit.views.access'), search: 'kind=grant' },
        { name: t('audit.views.signIns'), search: 'kind=session' },
        { name: t('audit.views.refused'), search: 'outcome=refused' },
      ]}
      countedTo={COUNTED_TO}
      columns={useAuditColumns()}
      rows={rows}
      rowId={idOf}
      openId={open && idOf(open)}
      onOpen={setOpen}
      empty={<EmptyState title={t('audit.empty')} text={t('audit.emptyText')} />}
    >
      <AuditSheet entry={open} onClose={() => setOpen(undefined)} />
    </ListPage>
  )
}
