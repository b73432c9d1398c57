import { Tabs } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../ui/page-header.tsx'
import { CalendarTab } from './calendar-tab.tsx'
import { ComingTab } from './coming-tab.tsx'
import { FleetTab } from './fleet-tab.tsx'
import { LedgerTab } from './ledger-tab.tsx'
import classes from './timeline.module.css'

const route = getRouteApi('/timeline')
const TABS = { fleet: FleetTab, ledger: LedgerTab, coming: ComingTab, calendar: CalendarTab } as const
type Tab = keyof typeof TABS
const NAMES = Object.keys(TABS) as Tab[]

/** What was due and what became of it, what comes, and all of it side by side. */
export function TimelinePage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const tab = NAMES.find((name) => name === search.tab) ?? 'fleet'
  const Content = TABS[tab]
  return (
    <div className={classes.page}>
      <PageHeader title={t('nav.timeline')} />
      <Tabs value={tab} onChange={(value) => void navigate({ search: { tab: value as Tab } })} className={classes.tabs}>
        <Tabs.List>
          {NAMES.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`timeline.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={classes.panel}>
          <Content />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
