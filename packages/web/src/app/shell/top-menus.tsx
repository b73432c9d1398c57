import { ActionIcon, Button, Menu, SegmentedControl, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconBuilding, IconClock, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { chooseTenant } from '../../api/tenant.ts'
import { useIdentity } from '../../ground/identity.ts'
import { setPreferences, usePreferences } from '../../ground/preferences.ts'
import { signOut } from '../../ground/session.ts'
import { signInNameOf, useTenants } from '../../ground/tenants.ts'
import { useWidth } from '../../ground/width.ts'
import { changeLanguage, currentLanguage } from '../../i18n/i18n.ts'
import classes from './shell.module.css'

/** Zone, language, colours and the own account. */
export function TopMenus() {
  return (
    <div className={classes.menus}>
      <TenantSwitch />
      <ZoneSwitch />
      <LanguageMenu />
      <SchemeToggle />
      <UserMenu />
    </div>
  )
}

/** Whose things are looked at; nothing where there are no tenants, or one's own is all there is. */
function TenantSwitch() {
  const { t } = useTranslation()
  const chosen = useIdentity()?.tenant ?? null
  const { tenants } = useTenants()
  if (tenants.length === 0) return null
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant={chosen === null ? 'default' : 'filled'}
          leftSection={<IconBuilding size={16} stroke={1.6} aria-hidden />}
          aria-label={t('top.tenantOf', { name: chosen?.name ?? t('top.allTenants') })}
          className={classes.tenant}
        >
          {chosen?.name ?? t('top.allTenants')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.tenants}>
        <Menu.Label>{t('top.tenant')}</Menu.Label>
        <Menu.Item disabled={chosen === null} onClick={() => chooseTenant(null)}>
          {t('top.allTenants')}
        </Menu.Item>
        {tenants.map(({ id, name }) => (
          <Menu.Item key={id} disabled={id === chosen?.id} onClick={() => chooseTenant(id)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ZoneSwitch() {
  const { t } = useTranslation()
  const { zone } = usePreferences()
  const zones = [
    { value: 'task', label: t('top.zoneTask') },
    { value: 'mine', label: t('top.zoneMine') },
    { value: 'utc', label: t('top.zoneUtc') },
  ] as const
  if (useWidth() === 'phone') {
    return (
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={t('top.zone')}>
            <IconClock size={18} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {zones.map(({ value, label }) => (
            <Menu.Item key={value} disabled={value === zone} onClick={() => setPreferences({ zone: value })}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    )
  }
  return (
    <Tooltip label={t('top.zone')}>
      <SegmentedControl
        aria-label={t('top.zone')}
        value={zone}
        onChange={(value) => setPreferences({ zone: value as typeof zone })}
        data={[...zones]}
      />
    </Tooltip>
  )
}

function LanguageMenu() {
  const { t } = useTranslation()
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('top.language')}>
          <IconLanguage size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item lang="zh-CN" disabled={currentLanguage() === 'zh'} onClick={() => void changeLanguage('zh')}>
          中文
        </Menu.Item>
        <Menu.Item lang="en" disabled={currentLanguage() === 'en'} onClick={() => void changeLanguage('en')}>
          English
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function SchemeToggle() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('top.scheme')}>
          {colorScheme === 'dark' ? <IconMoon size={18} stroke={1.6} /> : <IconSun size={18} stroke={1.6} />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item key={scheme} disabled={scheme === colorScheme} onClick={() => setColorScheme(scheme)}>
            {t(scheme === 'auto' ? 'top.system' : `top.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** By whole characters: a name may begin with any. */
function initialOf(name: string): string {
  return [...name].slice(0, 1).join('').toUpperCase()
}

function UserMenu() {
  const { t } = useTranslation()
  const user = useIdentity()?.user
  const name = user === undefined ? '' : signInNameOf(user)
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('top.signedInAs', { name })}>
          <span className={classes.avatar} aria-hidden>
            {initialOf(name)}
          </span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('top.signedInAs', { name })}</Menu.Label>
        <Menu.Item component={Link} to="/settings">
          {t('top.changePassword')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{t('top.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
