import { lazyRouteComponent } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../ground/identity.ts'
import { loadWords } from '../i18n/i18n.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import type { Place } from './places.ts'

/** The page of a place, at hand or loaded when it is first shown or pointed at; who may not see it is told so. */
export function pageOf(place: Place) {
  const { may, on, refusal = 'problem.forbidden' } = place
  // Whatever suspends, however shortly, React shows three tenths of a second after what stood in its place.
  const Page = 'page' in place ? place.page() : lazyRouteComponent(() => loadMore(place.load))
  function Guarded() {
    const { t } = useTranslation()
    return useMay(may, on) ? <Page /> : <EmptyState title={t(refusal)} />
  }
  return Object.assign(Guarded, { preload: async () => ('preload' in Page ? Page.preload?.() : undefined) })
}

/** With the styles and words that only pages beyond the first load need. */
async function loadMore<Page>(load: () => Promise<Page>) {
  const [page] = await Promise.all([load(), import('../theme/more-styles.ts'), loadWords()])
  return { default: page }
}
