import { Button, Tabs } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../ground/identity.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { AddNode } from './add-node.tsx'
import { JoinTokensTab } from './join-tokens-tab.tsx'
import classes from './nodes.module.css'
import { NodesTab } from './nodes-tab.tsx'
import { PoolsTab } from './pools-tab.tsx'

const route = getRouteApi('/nodes')
const TABS = { nodes: NodesTab, pools: PoolsTab, joins: JoinTokensTab } as const
type Tab = keyof typeof TABS
const NAMES = Object.keys(TABS) as Tab[]

/** Where work runs: the nodes, the pools that they are in, and with what further ones join. */
export function NodesPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayManage = useMay('manage', 'node')
  const names = NAMES.filter((name) => name !== 'joins' || mayManage)
  const tab = names.find((name) => name === search.tab) ?? 'nodes'
  const Content = TABS[tab]
  const setAdding = (isAdding: boolean) =>
    void navigate({ search: (now) => ({ ...now, add: isAdding ? '1' : undefined }) })
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('nav.nodes')}
        actions={
          mayManage && (
            <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
              {t('nodes.add')}
            </Button>
          )
        }
      />
      <Tabs value={tab} onChange={(value) => void navigate({ search: { tab: value as Tab } })} className={classes.tabs}>
        <Tabs.List>
          {names.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`nodes.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={classes.panel}>
          <Content />
        </Tabs.Panel>
      </Tabs>
      <AddNode isOpen={mayManage && search.add === '1'} onClose={() => setAdding(false)} />
    </div>
  )
}
