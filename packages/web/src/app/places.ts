import {
  IconChartBar,
  IconChartGridDots,
  IconGavel,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconPlayerPlay,
  IconServer2,
  IconSettings,
  IconShieldLock,
  IconUserCheck,
  type TablerIcon,
} from '@tabler/icons-react'
import type { FunctionComponent } from 'react'
import type { Permission } from '../api/types.ts'
import type { Kind } from '../ground/may.ts'
import type { Stale } from '../ground/stale.ts'
import type { PlaceWord } from '../i18n/words.ts'
import { OverviewPage } from '../pages/overview/overview-page.tsx'

/** Said by each loader: what a page returns is made out only with the router's types, which are made of the places. */
type Page = Promise<FunctionComponent>

/** Where one can be, and all that router, rail, palette and live stream need to know of it. */
export type Place = WhereItIs & (AtHand | Loaded)

/** Belongs to the first load, so that it is drawn at once. */
interface AtHand {
  page: () => FunctionComponent
}

/** Comes with styles and words that only pages beyond the first need. */
interface Loaded {
  load: () => Page
}

interface WhereItIs {
  /** `$` begins a part that is an id. */
  path: string
  /** Keys of its address. */
  search: readonly string[]
  /** What one must be allowed to be let in: on tasks in some place, unless `on` says another kind. */
  may: Permission
  on?: Kind
  /** What others are told. */
  refusal?: 'problem.forbidden' | 'editor.notAllowed'
  /** What it reads that live changes make old. */
  stale: Stale
}

/** A place with an entry of its own in the rail, in its half, and among the palette's pages. */
type MainPlace = Place & {
  section: 'when' | 'where' | 'manage'
  word: PlaceWord
  icon: TablerIcon
}

/** One where something is done: the palette offers it. */
type ActPlace = Place & {
  section: 'act'
  word: PlaceWord
}

/** One of many, reached from others. */
type InnerPlace = Place & {
  section: null
}

const LISTS_EVERY_MS = 1_500
const BY_EXECUTIONS = { after: ['execution'], everyMs: LISTS_EVERY_MS } as const
const BY_TASKS = { after: ['task'], everyMs: LISTS_EVERY_MS } as const
const BY_BOTH = { after: ['execution', 'task'], everyMs: LISTS_EVERY_MS } as const
const ONE_EXECUTION = { after: ['execution'], isOne: true } as const
const ONE_TASK = { after: ['task'], isOne: true } as const
const BY_NODES = { after: ['node'], everyMs: LISTS_EVERY_MS } as const
const ONE_NODE = { after: ['node'], isOne: true } as const
/** What tasks are sorted by is read from all of them, and changes only with their definitions. */
const OUTLINE = { after: ['definition'], everyMs: 5_000 } as const
/** Sums over everything cost more and move slowly. */
const FIGURES = { after: ['execution', 'task'], everyMs: 15_000 } as const

/** A new page is a row here, its folder under pages/, and its words. */
export const PLACES = [
  {
    path: '/',
    search: ['alike'],
    section: 'when',
    word: 'nav.overview',
    icon: IconLayoutDashboard,
    may: 'view',
    page: (): FunctionComponent => OverviewPage,
    stale: {
      status: BY_EXECUTIONS,
      executions: BY_EXECUTIONS,
      timeline: BY_EXECUTIONS,
      forecast: BY_BOTH,
      stats: FIGURES,
    },
  },
  {
    path: '/tasks',
    search: ['q', 'group', 'tag', 'status', 'type', 'sort'],
    section: 'when',
    word: 'nav.tasks',
    icon: IconListDetails,
    may: 'view',
    load: async (): Page => (await import('../pages/tasks/tasks-page.tsx')).TasksPage,
    stale: { tasks: BY_TASKS, groups: OUTLINE, tags: OUTLINE },
  },
  {
    path: '/tasks/new',
    search: ['from', 'type', 'example', 'tab'],
    section: 'act',
    word: 'nav.newTask',
    may: 'edit',
    refusal: 'editor.notAllowed',
    load: async (): Page => (await import('../pages/task-editor/new-task-page.tsx')).NewTaskPage,
    stale: { task: ONE_TASK, groups: OUTLINE },
  },
  {
    path: '/tasks/import',
    search: [],
    section: 'act',
    word: 'nav.importTasks',
    may: 'edit',
    refusal: 'editor.notAllowed',
    load: async (): Page => (await import('../pages/import/import-page.tsx')).ImportPage,
    stale: {},
  },
  {
    path: '/tasks/$taskId',
    search: ['tab'],
    section: null,
    may: 'view',
    load: async (): Page => (await import('../pages/task/task-page.tsx')).TaskPage,
    stale: { task: ONE_TASK, executions: BY_EXECUTIONS, timeline: BY_EXECUTIONS, stats: FIGURES },
  },
  {
    path: '/tasks/$taskId/edit',
    search: ['tab', 'section'],
    section: null,
    may: 'edit',
    refusal: 'editor.notAllowed',
    load: async (): Page => (await import('../pages/task-editor/edit-task-page.tsx')).EditTaskPage,
    stale: { groups: OUTLINE },
  },
  {
    path: '/executions',
    search: [
      ...(['q', 'status', 'trigger', 'failure', 'group', 'task', 'node', 'late'] as const),
      ...(['from', 'to', 'finished_from', 'finished_to', 'sort', 'open'] as const),
    ],
    section: 'when',
    word: 'nav.executions',
    icon: IconPlayerPlay,
    may: 'view',
    load: async (): Page => (await import('../pages/executions/executions-page.tsx')).ExecutionsPage,
    stale: { executions: BY_EXECUTIONS, execution: ONE_EXECUTION },
  },
  {
    path: '/executions/$executionId',
    search: ['tab', 'line', 'q', 'stream'],
    section: null,
    may: 'view',
    load: async (): Page => (await import('../pages/execution/execution-page.tsx')).ExecutionPage,
    stale: { execution: ONE_EXECUTION },
  },
  {
    path: '/timeline',
    search: ['tab', 'from', 'to', 'group', 'task', 'outcome', 'by', 'at', 'span', 'period', 'day'],
    section: 'when',
    word: 'nav.timeline',
    icon: IconChartGridDots,
    may: 'view',
    load: async (): Page => (await import('../pages/timeline/timeline-page.tsx')).TimelinePage,
    stale: { timeline: BY_EXECUTIONS, forecast: BY_BOTH, stats: FIGURES },
  },
  {
    path: '/statistics',
    search: ['days', 'group', 'task'],
    section: 'when',
    word: 'nav.statistics',
    icon: IconChartBar,
    may: 'view',
    load: async (): Page => (await import('../pages/statistics/statistics-page.tsx')).StatisticsPage,
    stale: { stats: FIGURES, groups: OUTLINE },
  },
  {
    path: '/nodes',
    search: ['tab', 'q', 'status', 'pool', 'selector', 'add'],
    section: 'where',
    word: 'nav.nodes',
    icon: IconServer2,
    may: 'view',
    on: 'node',
    load: async (): Page => (await import('../pages/nodes/nodes-page.tsx')).NodesPage,
    stale: { nodes: BY_NODES },
  },
  {
    path: '/nodes/$nodeId',
    search: ['tab'],
    section: null,
    may: 'view',
    on: 'node',
    load: async (): Page => (await import('../pages/node/node-page.tsx')).NodePage,
    stale: { node: ONE_NODE, executions: BY_EXECUTIONS, timeline: BY_EXECUTIONS },
  },
  {
    path: '/access',
    search: ['tab', 'group', 'task'],
    section: 'manage',
    word: 'nav.access',
    icon: IconShieldLock,
    may: 'manage',
    on: 'user',
    load: async (): Page => (await import('../pages/access/access-page.tsx')).AccessPage,
    stale: {},
  },
  {
    path: '/secrets',
    search: [],
    section: 'manage',
    word: 'nav.secrets',
    icon: IconKey,
    may: 'use',
    on: 'secret',
    load: async (): Page => (await import('../pages/secrets/secrets-page.tsx')).SecretsPage,
    stale: { secrets: BY_TASKS, secret: BY_TASKS },
  },
  {
    path: '/approvals',
    search: ['show'],
    section: 'manage',
    word: 'nav.approvals',
    icon: IconUserCheck,
    may: 'edit',
    load: async (): Page => (await import('../pages/approvals/approvals-page.tsx')).ApprovalsPage,
    stale: {},
  },
  {
    path: '/policies',
    search: [],
    section: 'manage',
    word: 'nav.policies',
    icon: IconGavel,
    may: 'manage',
    on: 'configuration',
    load: async (): Page => (await import('../pages/policies/policies-page.tsx')).PoliciesPage,
    stale: {},
  },
  {
    path: '/audit',
    search: ['q', 'kind', 'subject', 'actor', 'action', 'outcome', 'address', 'request_id', 'from', 'to'],
    section: 'manage',
    word: 'nav.audit',
    icon: IconHistory,
    may: 'manage',
    on: 'audit',
    load: async (): Page => (await import('../pages/audit/audit-page.tsx')).AuditPage,
    stale: {},
  },
  {
    path: '/settings',
    search: ['tab'],
    section: 'manage',
    word: 'nav.settings',
    icon: IconSettings,
    may: 'view',
    load: async (): Page => (await import('../pages/settings/settings-page.tsx')).SettingsPage,
    stale: { status: BY_EXECUTIONS },
  },
] as const satisfies readonly (MainPlace | ActPlace | InnerPlace)[]

/** What the frame around every place reads. */
const FRAME: Stale = { ready: { after: ['health'] }, tasks: BY_TASKS }

/** All that is read anywhere. */
export function staleHere(): Stale {
  return Object.assign({}, FRAME, ...PLACES.map(({ stale }) => stale))
}
