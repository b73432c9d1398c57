import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { openPalette } from '../../palette/open-palette.ts'
import { HealthDot } from './health-dot.tsx'
import classes from './shell.module.css'

// Nobody opens a menu before the page is there.
const TopMenus = lazy(async () => ({ default: (await import('./top-menus.tsx')).TopMenus }))

export function TopBar() {
  const { t } = useTranslation()
  return (
    <header className={classes.top}>
      <button type="button" className={classes.search} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={15} aria-hidden />
        <span>{t('top.search')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className={classes.spring} />
      <HealthDot />
      <Suspense fallback={<div className={classes.menus} />}>
        <TopMenus />
      </Suspense>
    </header>
  )
}
