import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { parseSearch, stringifySearch, textSearch } from '../ground/address.ts'
import { PageFailed, PageNotFound } from './page-failed.tsx'
import { pageOf } from './page-of.tsx'
import { PLACES, type Place } from './places.ts'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Shell })

/** Below the root, a route's path is its full path and its id. */
function routeOf<Path extends string, Key extends string>(place: Place & { path: Path; search: readonly Key[] }) {
  type Validator = ReturnType<typeof textSearch<Key>>
  return createRoute<unknown, typeof root, Path, Path, string, Path, Validator>({
    getParentRoute: () => root,
    path: place.path,
    validateSearch: textSearch(...place.search),
    component: pageOf(place),
  })
}

type RouteOf<Row> = Row extends { path: infer Path extends string; search: readonly (infer Key extends string)[] }
  ? ReturnType<typeof routeOf<Path, Key>>
  : never

type RoutesOf<Rows extends readonly unknown[]> = { [At in keyof Rows]: RouteOf<Rows[At]> }

// Links and pages are checked by each row's own types, which map() would mix.
const routes = PLACES.map((place) => routeOf<string, string>(place)) as unknown as RoutesOf<typeof PLACES>

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  // Lists keep their place when one comes back; a log scrolls by itself while its address changes.
  scrollRestoration: ({ location }) => !location.pathname.startsWith('/executions/'),
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: PageNotFound,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
