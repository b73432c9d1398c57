import { lazyRouteComponent } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../ground/identity.ts'
import { loadWords } from '../i18n/i18n.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import type { Place } from './places.ts'

/** The page of a place, loaded when it is first shown or pointed at; who may not see it is told so. */
export function pageOf({ load, may, refusal = 'problem.forbidden', isFirst = false }: Place) {
  const Page = lazyRouteComponent(async () => ({ default: await (isFirst ? load() : loadMore(load)) }))
  function Guarded() {
    const { t } = useTranslation()
    return useMay(may) ? <Page /> : <EmptyState title={t(refusal)} />
  }
  return Object.assign(Guarded, { preload: () => Page.preload?.() })
}

/** With the styles and words that only pages beyond the first load need. */
async function loadMore(load: Place['load']) {
  return (await Promise.all([load(), import('../theme/more-styles.ts'), loadWords()]))[0]
}
