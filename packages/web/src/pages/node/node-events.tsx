import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { NodeBadge } from '../../subjects/node/node-badge.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import type { Column } from '../../ui/list/column.ts'
import { useCursorRows } from '../../ui/list/cursor-rows.ts'
import { List } from '../../ui/list/list.tsx'

type NodeEvent = Schema<'NodeEvent'>

const HEIGHT = 420
const PAGE = 100

/** What a node went through, with the reason of each change. */
export function NodeEvents({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation()
  const rows = useCursorRows<NodeEvent>(['node', nodeId, 'events'], async (before, signal) => {
    const params = { path: { node: nodeId }, query: { limit: PAGE, ...(before && { before }) } }
    const { events, next_before: next } = await data(api.GET('/api/scheduler/nodes/{node}/events', { params, signal }))
    return { rows: events, next }
  })
  return (
    <List
      name="node-events"
      label={t('nodes.page.tabs.events')}
      columns={useColumns()}
      rows={rows}
      rowId={({ id }) => id}
      empty={<EmptyState title={t('nodes.page.noEvents')} />}
      height={HEIGHT}
    />
  )
}

function useColumns(): Column<NodeEvent>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'at',
      header: t('nodes.page.at'),
      width: '176px',
      phone: 'second',
      cell: ({ at }) => <Instant at={at} style="absolute" hasZone={false} />,
    },
    {
      id: 'to',
      header: t('nodes.page.became'),
      width: '120px',
      phone: 'first',
      cell: ({ to }) => (to === 'removed' ? t('nodes.states.removed') : <NodeBadge status={to} isQuiet />),
    },
    {
      id: 'reason',
      header: t('nodes.columns.reason'),
      width: 'minmax(200px, 3fr)',
      phone: 'first',
      cell: ({ reason }) => <span title={reason}>{reason}</span>,
    },
    {
      id: 'actor',
      header: t('nodes.page.actor'),
      width: 'minmax(90px, 1fr)',
      phone: 'second',
      yields: 1,
      cell: ({ actor }) => actor ?? t('nodes.page.byRota'),
    },
  ]
}
