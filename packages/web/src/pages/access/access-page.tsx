import { Tabs } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../ground/identity.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { GrantsTab } from './grants-tab.tsx'
import { RolesTab } from './roles-tab.tsx'
import { TenantsTab } from './tenants-tab.tsx'
import { UserGroupsTab } from './user-groups-tab.tsx'
import { UsersTab } from './users-tab.tsx'

const route = getRouteApi('/access')

const TABS = [
  { name: 'users', content: <UsersTab /> },
  { name: 'groups', content: <UserGroupsTab /> },
  { name: 'grants', content: <GrantsTab /> },
  { name: 'roles', content: <RolesTab /> },
  { name: 'tenants', content: <TenantsTab /> },
] as const

/** Who may sign in, and who may do what where. */
export function AccessPage() {
  const { t } = useTranslation()
  const { tab = 'users' } = route.useSearch()
  const navigate = route.useNavigate()
  const mayTenants = useMay('manage', 'tenant')
  const tabs = TABS.filter(({ name }) => name !== 'tenants' || mayTenants)
  return (
    <>
      <PageHeader title={t('access.title')} />
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ search: { tab: value ?? undefined } })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {tabs.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {t(`access.tabs.${name}`)}
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
