/** What the overview asks for, as its queries do and app/early.ts does ahead of them. */
import type { Question } from '../../api/ahead.ts'
import { timelineQuestion } from '../../ribbon/timeline-question.ts'
import { firstHour, HOUR_MS } from './hours.ts'

/** How many of each kind the overview lists; the rest is one click away. */
const FEW = 6

/** Six hours, of which four are past. */
export const FIRST_VIEW = { span: 6 * HOUR_MS, at: null }

/** Where the look back begins: with the first of the hours that are drawn, so that all figures count the same. */
export const lookBackFrom = (): string => new Date(firstHour(Math.floor(Date.now() / HOUR_MS)) * HOUR_MS).toISOString()

/** Those of the figures come first: a browser has few requests under way at a time. */
export const OVERVIEW = {
  summary: { key: ['stats', 'summary'], path: '/api/scheduler/stats' },
  status: { key: ['status'], path: '/status' },
  running: {
    key: ['executions', 'overview', 'running'],
    path: '/api/scheduler/executions',
    query: () => ({ status: 'running', limit: FEW }),
  },
  /** Due, but not started: in a queue behind a limit, or the server does not keep up. */
  late: {
    key: ['executions', 'overview', 'late'],
    path: '/api/scheduler/executions',
    query: () => ({ status: 'pending', to: new Date(Date.now() - 1_000).toISOString(), limit: FEW }),
  },
  /** Begins with `executions`, so that a failure shows at once. */
  failures: {
    key: ['executions', 'overview', 'failures'],
    path: '/api/scheduler/stats/failures',
    query: () => ({ from: lookBackFrom() }),
  },
  hours: {
    key: ['stats', 'timeseries', 'overview'],
    path: '/api/scheduler/stats/timeseries',
    query: () => ({ bucket: 'hour' as const, from: lookBackFrom() }),
  },
  timeline: timelineQuestion(FIRST_VIEW),
  /** What has ended last, so that a log is near. */
  recent: {
    key: ['executions', 'overview', 'recent'],
    path: '/api/scheduler/executions',
    query: () => ({ status: 'success,failed,cancelled', limit: FEW }),
  },
  coming: {
    key: ['forecast', 'overview'],
    path: '/api/scheduler/forecast',
    query: () => ({ limit: FEW + 2 }),
  },
  lateness: {
    key: ['stats', 'lateness', 'overview'],
    path: '/api/scheduler/stats/lateness',
    query: () => ({ bucket: 'hour' as const, from: lookBackFrom() }),
  },
} as const satisfies Record<string, Question>
