import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { PaletteHost } from '../palette-host.tsx'
import { Rail } from './rail.tsx'
import classes from './shell.module.css'
import { TopBar } from './top-bar.tsx'

/** The frame of every page: rail, top bar, content. */
export function Shell() {
  const { t } = useTranslation()
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        {t('nav.skip')}
      </a>
      <Rail />
      <div className={classes.column}>
        <TopBar />
        <main id="content" tabIndex={-1} className={classes.content}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <PaletteHost />
    </div>
  )
}
