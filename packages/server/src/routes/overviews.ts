import { invalid, say } from '@rota/core'
import {
  failureGroups,
  failureGroupsQuery,
  forecastDays,
  forecastDaysQuery,
  groupList,
  groupStats,
  groupStatsQuery,
  lateness,
  latenessQuery,
  tagList,
  timeline,
  timelineQuery,
} from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import type { Services } from '../services.ts'
import { toInstant } from './present.ts'

const BASE = '/api/scheduler'
const common = { method: 'GET', needs: { may: 'view', on: 'task' } } as const
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LONGEST_DAYS = 400
const MOST_POINTS = 5_000
/** Two months with the weeks around them. */
const MOST_FORECAST_DAYS = 75

const timelineRoute = defineRoute({
  ...common,
  url: `${BASE}/timeline`,
  tag: 'Schedules',
  summary: 'What was, is and comes within a stretch of time',
  description: 'Without a range the last twelve hours and the coming six.',
  query: timelineQuery,
  reply: timeline,
  errors: [404],
  handler: ({ services, caller, query }) => {
    const range = rangeOf(services, query, { back: 12 * HOUR_MS, ahead: 6 * HOUR_MS })
    return services.engine.overviews.timeline(caller, { ...query, ...range })
  },
})

const forecastDaysRoute = defineRoute({
  ...common,
  url: `${BASE}/forecast/days`,
  tag: 'Schedules',
  summary: 'What falls due on each day',
  description:
    'From now on; without an end, the coming seven days; at most 75. Days are those of `timezone`, by default the server’s.',
  query: forecastDaysQuery,
  reply: forecastDays,
  errors: [404],
  handler: ({ services, caller, query }) => {
    const begin = query.from === undefined && query.to !== undefined ? { from: toText(services.clock.now()) } : {}
    const range = rangeOf(services, { ...begin, ...query }, { back: 0, ahead: 7 * DAY_MS })
    if (Date.parse(range.to) - Date.parse(range.from) > MOST_FORECAST_DAYS * DAY_MS) {
      throw invalid([{ path: 'to', message: say`is more than ${MOST_FORECAST_DAYS} days after \`from\`.` }])
    }
    const timezone = query.timezone ?? services.config.timezone
    return services.engine.overviews.forecastDays(caller, { ...query, ...range, timezone })
  },
})

const failures = defineRoute({
  ...common,
  url: `${BASE}/stats/failures`,
  tag: 'Statistics',
  summary: 'Failures that are alike, put together',
  description: 'Without a range those of the last 24 hours.',
  query: failureGroupsQuery,
  reply: failureGroups,
  handler: ({ services, caller, query }) => {
    const { fingerprint } = query
    const range = rangeOf(services, query, { back: DAY_MS, ahead: 0 })
    return services.engine.overviews.failures(caller, { ...range, ...(fingerprint !== undefined && { fingerprint }) })
  },
})

const statsByGroup = defineRoute({
  ...common,
  url: `${BASE}/stats/groups`,
  tag: 'Statistics',
  summary: 'Figures of each group',
  description: 'A group’s own tasks, those below it not counted. Without a range over their whole life.',
  query: groupStatsQuery,
  reply: groupStats,
  handler: async ({ services, caller, query: { from, to } }) => {
    const range = {
      ...(from !== undefined && { from: toInstant(from) }),
      ...(to !== undefined && { to: toInstant(to, true) }),
    }
    return { groups: await services.engine.overviews.groupStats(caller, range) }
  },
})

const latenessRoute = defineRoute({
  ...common,
  url: `${BASE}/stats/lateness`,
  tag: 'Statistics',
  summary: 'How late executions started, over time',
  query: latenessQuery,
  reply: lateness,
  errors: [404],
  handler: async ({ services, caller, query }) => {
    const { bucket = 'hour', ...rest } = query
    const bucketMs = bucket === 'hour' ? HOUR_MS : DAY_MS
    // What is looked back on goes on until now, as with the other statistics.
    const until = rest.from !== undefined && rest.to === undefined ? { to: toText(services.clock.now()) } : {}
    const usual = { back: bucket === 'hour' ? DAY_MS : 30 * DAY_MS, ahead: 0 }
    const range = rangeOf(services, { ...rest, ...until }, usual)
    if ((Date.parse(range.to) - Date.parse(range.from)) / bucketMs > MOST_POINTS) {
      throw invalid([{ path: 'from', message: say`spans more than ${MOST_POINTS} ${bucket}s.` }])
    }
    return { bucket, points: await services.engine.overviews.lateness(caller, { ...rest, ...range, bucket }) }
  },
})

const groups = defineRoute({
  ...common,
  url: `${BASE}/groups`,
  needs: { may: 'view', on: 'group' },
  tag: 'Groups',
  summary: 'List the groups in use',
  reply: groupList,
  handler: async ({ services, caller }) => ({ groups: await services.engine.overviews.groups(caller) }),
})

const tags = defineRoute({
  ...common,
  url: `${BASE}/tags`,
  tag: 'Groups',
  summary: 'List the tags in use',
  reply: tagList,
  handler: async ({ services, caller }) => ({ tags: await services.engine.overviews.tags(caller) }),
})

/** The range asked for; what is missing is counted from the other end, or from now. */
function rangeOf(
  { clock }: Services,
  query: { from?: string; to?: string },
  usual: { back: number; ahead: number },
): { from: string; to: string } {
  const span = usual.back + usual.ahead
  const given = { from: query.from && toInstant(query.from), to: query.to && toInstant(query.to, true) }
  const now = clock.now()
  const end = given.to ? Date.parse(given.to) : given.from ? Date.parse(given.from) + span : now + usual.ahead
  const begin = given.from ? Date.parse(given.from) : end - span
  if (begin >= end) throw invalid([{ path: 'from', message: say`must be before \`to\`.` }])
  if (end - begin > LONGEST_DAYS * DAY_MS) {
    throw invalid([{ path: 'from', message: say`is more than ${LONGEST_DAYS} days before \`to\`.` }])
  }
  return { from: toText(begin), to: toText(end) }
}

function toText(at: number): string {
  if (Math.abs(at) > 8.64e15) throw invalid([{ path: 'to', message: say`is beyond the end of time.` }])
  return new Date(at).toISOString()
}

export const overviewRoutes: AnyRoute[] = [
  timelineRoute,
  forecastDaysRoute,
  failures,
  statsByGroup,
  latenessRoute,
  groups,
  tags,
]
