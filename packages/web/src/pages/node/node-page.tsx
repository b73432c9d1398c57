import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toProblem } from '../../api/problem.ts'
import { NodeActions } from '../../subjects/node/node-actions.tsx'
import { NodeBadge } from '../../subjects/node/node-badge.tsx'
import { nodeQuery } from '../../subjects/node/node-queries.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { NodeCapabilities } from './node-capabilities.tsx'
import { NodeEvents } from './node-events.tsx'
import { NodeExecutions } from './node-executions.tsx'
import { NodeFacts } from './node-facts.tsx'
import { NodeLoad } from './node-load.tsx'
import classes from './node-page.module.css'
import { NodeReason } from './node-reason.tsx'
import { NodeRibbon } from './node-ribbon.tsx'

const route = getRouteApi('/nodes/$nodeId')
const TABS = ['executions', 'load', 'events', 'capabilities'] as const

/** One node: how it does and why, what it runs, how much it had to do, what it went through and what it offers. */
export function NodePage() {
  const { t } = useTranslation()
  const { nodeId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const leave = useNavigate()
  const { data: node, error, refetch } = useQuery(nodeQuery(nodeId))
  if (node === undefined) {
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
      <div>
        <PageHeader
          title={node.name}
          badge={<NodeBadge status={node.status} reason={node.status_reason} />}
          actions={<NodeActions node={node} onRemoved={() => void leave({ to: '/nodes' })} />}
        />
        <NodeReason node={node} />
      </div>
      <Panel>
        <NodeFacts node={node} />
      </Panel>
      <NodeRibbon nodeId={nodeId} />
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: (now) => ({ ...now, tab: next ?? undefined }), replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`nodes.page.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="executions">
          <NodeExecutions nodeId={nodeId} />
        </Tabs.Panel>
        <Tabs.Panel value="load">
          <NodeLoad node={node} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <NodeEvents nodeId={nodeId} />
        </Tabs.Panel>
        <Tabs.Panel value="capabilities">
          <NodeCapabilities node={node} />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
