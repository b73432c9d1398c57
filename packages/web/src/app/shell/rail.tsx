import { Tooltip, UnstyledButton } from '@mantine/core'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../ground/identity.ts'
import { setPreferences, usePreferences } from '../../ground/preferences.ts'
import { useWidth } from '../../ground/width.ts'
import mark from '../../theme/mark.svg'
import { PLACES } from '../places.ts'
import classes from './shell.module.css'

type MainPlace = Extract<(typeof PLACES)[number], { section: Half }>
type Half = 'when' | 'manage'

/** What the rail is divided into, with what each has. */
const HALVES: readonly { name: Half; places: readonly MainPlace[] }[] = (['when', 'manage'] as const).map((name) => ({
  name,
  places: PLACES.filter((place) => place.section === name) as MainPlace[],
}))

/** At the left; where there is no room for words, icons alone; on a phone a bar at the bottom, in reach of a thumb. */
export function Rail() {
  const { t } = useTranslation()
  const { isRailCollapsed: isWanted } = usePreferences()
  const width = useWidth()
  const isRailCollapsed = width === 'tablet' || (width === 'desk' && isWanted)
  const Toggle = isRailCollapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className={classes.rail} data-collapsed={isRailCollapsed || undefined} aria-label={t('nav.label')}>
      {width !== 'phone' && (
        <Link to="/" className={classes.brand} aria-label={t('app')}>
          <img src={mark} alt="" width={24} height={24} />
          {!isRailCollapsed && t('app')}
        </Link>
      )}
      {HALVES.map(({ name, places }) => (
        <Fragment key={name}>
          <div className={classes.half}>{!isRailCollapsed && t(`nav.${name}`)}</div>
          {places.map((place) => (
            <RailLink key={place.path} place={place} isCollapsed={isRailCollapsed} />
          ))}
        </Fragment>
      ))}
      <div className={classes.spring} />
      {width === 'desk' && (
        <UnstyledButton
          className={classes.link}
          onClick={() => setPreferences({ isRailCollapsed: !isRailCollapsed })}
          aria-label={t(isRailCollapsed ? 'nav.expand' : 'nav.collapse')}
        >
          <Toggle size={18} stroke={1.6} aria-hidden />
        </UnstyledButton>
      )}
    </nav>
  )
}

interface RailLinkProps {
  place: MainPlace
  isCollapsed: boolean
}

/** Where one may go; what is not allowed is not offered. */
function RailLink({ place, isCollapsed }: RailLinkProps) {
  const { path, icon: Icon, word, may } = place
  const { t } = useTranslation()
  if (!useMay(may, 'on' in place ? place.on : undefined)) return null
  return (
    <Tooltip label={t(word)} position="right" disabled={!isCollapsed}>
      <Link to={path} className={classes.link} activeOptions={{ exact: path === '/' }} aria-label={t(word)}>
        <Icon size={18} stroke={1.6} aria-hidden />
        {!isCollapsed && <span className={classes.linkWord}>{t(word)}</span>}
      </Link>
    </Tooltip>
  )
}
