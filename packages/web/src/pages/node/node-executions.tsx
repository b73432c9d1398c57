import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { ListedExecution } from '../../api/types.ts'
import { useExecutionColumns } from '../../subjects/execution/execution-columns.tsx'
import { useOpenExecution } from '../../subjects/execution/use-open-execution.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { List } from '../../ui/list/list.tsx'
import { usePagedRows } from '../../ui/list/paged-rows.ts'

const HEIGHT = 420

/** What ran and runs on a node, newest first. */
export function NodeExecutions({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation()
  const openExecution = useOpenExecution()
  const rows = usePagedRows<ListedExecution>(['executions', 'of-node', nodeId], async (page, limit, signal) => {
    const query = { node_id: nodeId, page, limit }
    const list = await data(api.GET('/api/scheduler/executions', { params: { query }, signal }))
    return { total: list.total, rows: list.executions, beginsAt: list.history_begins_at }
  })
  return (
    <List
      name="node-executions"
      label={t('nav.executions')}
      columns={useExecutionColumns()}
      rows={rows}
      rowId={({ id }) => id}
      onOpen={({ id }) => openExecution(id)}
      empty={<EmptyState title={t('nodes.page.noRuns')} text={t('nodes.page.noRunsText')} />}
      height={HEIGHT}
    />
  )
}
