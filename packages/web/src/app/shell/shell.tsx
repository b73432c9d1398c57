import { Outlet, useLocation } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useIdentity } from '../../ground/identity.ts'
import { keepFocus } from '../../theme/keep-focus.ts'
import { PaletteHost } from '../palette-host.tsx'
import { OfflineNote } from './offline-note.tsx'
import { Rail } from './rail.tsx'
import classes from './shell.module.css'
import { TopBar } from './top-bar.tsx'

const FOCUS_AFTER_MS = 100

/** The frame of every page: rail, top bar, content. */
export function Shell() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const identity = useIdentity()
  const isOneOfMany = identity?.may_choose_tenant === true && identity.tenant !== null
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each way to another page.
  useEffect(() => {
    // A page that comes late still replaces what had the focus.
    const timer = setTimeout(keepFocus, FOCUS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [pathname])
  return (
    <div className={classes.shell} data-tenant={isOneOfMany || undefined}>
      <a href="#content" className={classes.skip}>
        {t('nav.skip')}
      </a>
      <Rail />
      <div className={classes.column}>
        <TopBar />
        <main id="content" tabIndex={-1} className={classes.content}>
          <OfflineNote />
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <PaletteHost />
    </div>
  )
}
