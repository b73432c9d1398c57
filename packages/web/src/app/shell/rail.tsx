import { Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconChartBar,
  IconChartGridDots,
  IconLayoutDashboard,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconListDetails,
  IconPlayerPlay,
  IconSettings,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { setPreferences, usePreferences } from '../preferences.ts'
import classes from './shell.module.css'

/** The "when" half; the "where" half (nodes, pools, devices) goes between statistics and settings once it exists. */
const PLACES = [
  { to: '/', icon: IconLayoutDashboard, word: 'overview' },
  { to: '/tasks', icon: IconListDetails, word: 'tasks' },
  { to: '/executions', icon: IconPlayerPlay, word: 'executions' },
  { to: '/timeline', icon: IconChartGridDots, word: 'timeline' },
  { to: '/statistics', icon: IconChartBar, word: 'statistics' },
] as const

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
      {PLACES.map(({ to, icon, word }) => (
        <RailLink key={to} to={to} icon={icon} word={t(`nav.${word}`)} isCollapsed={isRailCollapsed} />
      ))}
      <div className={classes.spring} />
      <RailLink to="/settings" icon={IconSettings} word={t('nav.settings')} isCollapsed={isRailCollapsed} />
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
  to: (typeof PLACES)[number]['to'] | '/settings'
  icon: typeof IconSettings
  word: string
  isCollapsed: boolean
}

function RailLink({ to, icon: Icon, word, isCollapsed }: RailLinkProps) {
  return (
    <Tooltip label={word} position="right" disabled={!isCollapsed}>
      <Link to={to} className={classes.link} activeOptions={{ exact: to === '/' }} aria-label={word}>
        <Icon size={18} stroke={1.6} aria-hidden />
        {!isCollapsed && word}
      </Link>
    </Tooltip>
  )
}
