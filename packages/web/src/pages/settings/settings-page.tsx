import { Tabs } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../ground/identity.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { AccountTab } from './account-tab.tsx'
import { ConfigTab } from './config-tab.tsx'
import { SystemTab } from './system-tab.tsx'
import { TokensTab } from './tokens-tab.tsx'

const route = getRouteApi('/settings')

/** The own account, the state of the system, tokens and, for who may, the configuration. */
export function SettingsPage() {
  const { t } = useTranslation()
  const { tab = 'account' } = route.useSearch()
  const navigate = route.useNavigate()
  const mayManage = useMay('manage', 'configuration')
  const maySeeServers = useMay('view', 'node')
  const tabs = [
    { name: 'account', content: <AccountTab /> },
    ...(maySeeServers ? ([{ name: 'system', content: <SystemTab /> }] as const) : []),
    { name: 'tokens', content: <TokensTab /> },
    ...(mayManage ? ([{ name: 'config', content: <ConfigTab /> }] as const) : []),
  ] as const
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <Tabs value={tab} onChange={(value) => void navigate({ search: { tab: value ?? undefined } })}>
        <Tabs.List mb="lg">
          {tabs.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {t(`settings.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ name, content }) => (
          <Tabs.Panel key={name} value={name}>
            {content}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  )
}
