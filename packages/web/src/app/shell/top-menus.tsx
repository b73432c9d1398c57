import { ActionIcon, Menu, SegmentedControl, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconClock, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useIdentity } from '../../ground/identity.ts'
import { setPreferences, usePreferences } from '../../ground/preferences.ts'
import { signOut } from '../../ground/session.ts'
import { useWidth } from '../../ground/width.ts'
import { changeLanguage, currentLanguage } from '../../i18n/i18n.ts'
import classes from './shell.module.css'

/** Zone, language, colours and the own account. */
export function TopMenus() {
  return (
    <div className={classes.menus}>
      <ZoneSwitch />
      <LanguageMenu />
      <SchemeToggle />
      <UserMenu />
    </div>
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
  const name = useIdentity()?.user.username ?? ''
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
