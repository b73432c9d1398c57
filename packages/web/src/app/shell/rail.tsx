import { Tooltip, UnstyledButton } from '@mantine/core'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../ground/identity.ts'
import { setPreferences, usePreferences } from '../../ground/preferences.ts'
import { PLACES } from '../places.ts'
import classes from './shell.module.css'

const WHEN = PLACES.filter((place) => place.section === 'when')
const MANAGE = PLACES.filter((place) => place.section === 'manage')

export function Rail() {
  const { t } = useTranslation()
  const { isRailCollapsed } = usePreferences()
  const Toggle = isRailCollapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className={classes.rail} data-collapsed={isRailCollapsed || undefined} aria-label={t('nav.label')}>
      <Link to="/" className={classes.brand} aria-label={t('app')}>
        <img src="/favicon.svg" alt="" width={24} height={24} />
        {!isRailCollapsed && t('app')}
      </Link>
      {WHEN.map((place) => (
        <RailLink key={place.path} place={place} isCollapsed={isRailCollapsed} />
      ))}
      <div className={classes.spring} />
      {MANAGE.map((place) => (
        <RailLink key={place.path} place={place} isCollapsed={isRailCollapsed} />
      ))}
      <UnstyledButton
        className={classes.link}
        onClick={() => setPreferences({ isRailCollapsed: !isRailCollapsed })}
        aria-label={t(isRailCollapsed ? 'nav.expand' : 'nav.collapse')}
      >
        <Toggle size={18} stroke={1.6} aria-hidden />
      </UnstyledButton>
    </nav>
  )
}

interface RailLinkProps {
  place: (typeof WHEN)[number] | (typeof MANAGE)[number]
  isCollapsed: boolean
}

/** Where one may go; what is not allowed is not offered. */
function RailLink({ place: { path, icon: Icon, word, may }, isCollapsed }: RailLinkProps) {
  const { t } = useTranslation()
  if (!useMay(may)) return null
  return (
    <Tooltip label={t(word)} position="right" disabled={!isCollapsed}>
      <Link to={path} className={classes.link} activeOptions={{ exact: path === '/' }} aria-label={t(word)}>
        <Icon size={18} stroke={1.6} aria-hidden />
        {!isCollapsed && t(word)}
      </Link>
    </Tooltip>
  )
}
