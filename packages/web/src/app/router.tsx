import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { loadWords } from '../i18n/i18n.ts'
import { PageFailed, PageNotFound } from './page-failed.tsx'
import { parseSearch, stringifySearch, textSearch } from './search.ts'
import { Shell } from './shell/shell.tsx'

/** A page beyond the first load, with the styles and words that only such pages need. */
function page<Name extends string, Module extends Record<Name, unknown>>(load: () => Promise<Module>, name: Name) {
  const loadAll = async () => (await Promise.all([load(), import('../theme/more-styles.ts'), loadWords()]))[0]
  return lazyRouteComponent(loadAll as () => Promise<Record<string, never>>, name)
}

const root = createRootRoute({ component: Shell })

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
})

const tasks = createRoute({
  getParentRoute: () => root,
  path: '/tasks',
  validateSearch: textSearch('q', 'group', 'tag', 'status', 'type', 'sort', 'view'),
  component: page(() => import('../pages/tasks/tasks-page.tsx'), 'TasksPage'),
})

const newTask = createRoute({
  getParentRoute: () => root,
  path: '/tasks/new',
  validateSearch: textSearch('from', 'type', 'example', 'tab'),
  component: page(() => import('../pages/task-editor/new-task-page.tsx'), 'NewTaskPage'),
})

const importTasks = createRoute({
  getParentRoute: () => root,
  path: '/tasks/import',
  component: page(() => import('../pages/import/import-page.tsx'), 'ImportPage'),
})

const task = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$taskId',
  validateSearch: textSearch('tab', 'status', 'trigger', 'from', 'to'),
  component: page(() => import('../pages/task/task-page.tsx'), 'TaskPage'),
})

const editTask = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$taskId/edit',
  validateSearch: textSearch('tab'),
  component: page(() => import('../pages/task-editor/edit-task-page.tsx'), 'EditTaskPage'),
})

const executions = createRoute({
  getParentRoute: () => root,
  path: '/executions',
  validateSearch: textSearch(
    'q',
    'task',
    'status',
    'failure',
    'trigger',
    'group',
    'from',
    'to',
    'late',
    'open',
    'sort',
    'view',
  ),
  component: page(() => import('../pages/executions/executions-page.tsx'), 'ExecutionsPage'),
})

const execution = createRoute({
  getParentRoute: () => root,
  path: '/executions/$executionId',
  validateSearch: textSearch('tab', 'line', 'q', 'level', 'stream', 'attempt'),
  component: page(() => import('../pages/execution/execution-page.tsx'), 'ExecutionPage'),
})

const timeline = createRoute({
  getParentRoute: () => root,
  path: '/timeline',
  validateSearch: textSearch('tab', 'from', 'to', 'group', 'task', 'outcome', 'by', 'at', 'span', 'period', 'day'),
  component: page(() => import('../pages/timeline/timeline-page.tsx'), 'TimelinePage'),
})

const statistics = createRoute({
  getParentRoute: () => root,
  path: '/statistics',
  validateSearch: textSearch('from', 'to', 'days', 'bucket', 'group', 'task', 'by'),
  component: page(() => import('../pages/statistics/statistics-page.tsx'), 'StatisticsPage'),
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: textSearch('tab'),
  component: page(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    tasks,
    newTask,
    importTasks,
    task,
    editTask,
    executions,
    execution,
    timeline,
    statistics,
    settings,
  ]),
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
