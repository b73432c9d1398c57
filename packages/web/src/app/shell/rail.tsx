import { Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { IconDots, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
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
type Half = 'when' | 'where' | 'manage'

/** What the rail is divided into, with what each has. */
const HALVES: readonly { name: Half; places: readonly MainPlace[] }[] = (['when', 'where', 'manage'] as const).map(
  (name) => ({
    name,
    places: PLACES.filter((place) => place.section === name) as MainPlace[],
  }),
)

/** On a phone's bar; the others stand behind one more entry. */
const AT_HAND = 4

/** At the left; where there is no room for words, icons alone; on a phone a bar at the bottom, in reach of a thumb. */
export function Rail() {
  return useWidth() === 'phone' ? <Bar /> : <Side />
}

function Bar() {
  const { t } = useTranslation()
  const places = HALVES.flatMap((half) => half.places)
  return (
    <nav className={classes.rail} aria-label={t('nav.label')}>
      {places.slice(0, AT_HAND).map((place) => (
        <RailLink key={place.path} place={place} isCollapsed={false} />
      ))}
      <Menu position="top-end" width={220}>
        <Menu.Target>
          <UnstyledButton className={classes.link}>
            <IconDots size={18} stroke={1.6} aria-hidden />
            <span className={classes.linkWord}>{t('nav.more')}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {places.slice(AT_HAND).map((place) => (
            <MenuLink key={place.path} place={place} />
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}

function MenuLink({ place: { path, icon: Icon, word, may, ...place } }: { place: MainPlace }) {
  const { t } = useTranslation()
  if (!useMay(may, 'on' in place ? place.on : undefined)) return null
  return (
    <Menu.Item
      py={10}
      leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
      renderRoot={(props) => <Link to={path} {...props} />}
    >
      {t(word)}
    </Menu.Item>
  )
}

function Side() {
  const { t } = useTranslation()
  const { isRailCollapsed: isWanted } = usePreferences()
  const width = useWidth()
  const isRailCollapsed = width === 'tablet' || isWanted
  const Toggle = isRailCollapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className={classes.rail} data-collapsed={isRailCollapsed || undefined} aria-label={t('nav.label')}>
      <Link to="/" className={classes.brand} aria-label={t('app')}>
        <img src={mark} alt="" width={24} height={24} />
        {!isRailCollapsed && t('app')}
      </Link>
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
