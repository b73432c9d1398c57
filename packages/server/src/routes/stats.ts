import { invalid, say } from '@rota/core'
import { statsSummary, timeseries, timeseriesQuery, top, topQuery, upcomingConfig } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import { toInstant } from './present.ts'

const BASE = '/api/scheduler/stats'
const common = { method: 'GET', tag: 'Statistics', needs: { may: 'view', on: 'task' } } as const
const HOUR_MS = 3_600_000
/** What is shown when no start is given, and the most that may be asked for. */
const SPANS = {
  hour: { usual: 24 * HOUR_MS, bucket: HOUR_MS },
  day: { usual: 30 * 24 * HOUR_MS, bucket: 24 * HOUR_MS },
}
const MOST_POINTS = 5_000
const STRATEGY = upcomingConfig.parse({}).placement.strategy

const summary = defineRoute({
  ...common,
  url: BASE,
  summary: 'Figures of everything',
  reply: statsSummary,
  handler: async ({ services, caller }) => ({
    ...(await services.engine.stats.summary(caller)),
    allocations: { total: 0, active: 0, strategy: STRATEGY },
  }),
})

const series = defineRoute({
  ...common,
  url: `${BASE}/timeseries`,
  summary: 'Executions over time',
  query: timeseriesQuery,
  reply: timeseries,
  errors: [404],
  handler: async ({ services, caller, query }) => {
    const { bucket = 'hour', from, to, ...rest } = query
    const end = to === undefined ? new Date(services.clock.now()).toISOString() : toInstant(to, true)
    const start = from === undefined ? new Date(Date.parse(end) - SPANS[bucket].usual).toISOString() : toInstant(from)
    const points = (Date.parse(end) - Date.parse(start)) / SPANS[bucket].bucket
    if (points < 0) throw invalid([{ path: 'from', message: say`must be before \`to\`.` }])
    if (points > MOST_POINTS)
      throw invalid([{ path: 'from', message: say`spans more than ${MOST_POINTS} ${bucket}s.` }])
    return { bucket, points: await services.engine.stats.timeseries(caller, { ...rest, bucket, from: start, to: end }) }
  },
})

const topTasks = defineRoute({
  ...common,
  url: `${BASE}/top`,
  summary: 'Tasks that are slowest or fail most',
  query: topQuery,
  reply: top,
  handler: async ({ services, caller, query }) => {
    const { by = 'slowest', from, ...rest } = query
    const start = from === undefined ? {} : { from: toInstant(from) }
    return { by, tasks: await services.engine.stats.top(caller, { ...rest, ...start, by }) }
  },
})

export const statsRoutes: AnyRoute[] = [summary, series, topTasks]
