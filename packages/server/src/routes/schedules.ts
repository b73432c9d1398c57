import { JITTER_KEY_MISSING } from '@rota/core'
import { forecast, forecastQuery, ledgerPage, ledgerQuery, preview, previewInput } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import { toInstant, toRange } from './present.ts'

const previewRoute = defineRoute({
  method: 'POST',
  url: '/api/scheduler/schedules/preview',
  needs: { may: 'view', on: 'task' },
  tag: 'Schedules',
  summary: 'Show the coming instants of a draft schedule',
  body: previewInput,
  reply: preview,
  errors: [404],
  handler: async ({ services, caller, body: { task_id: taskId, ...input } }) => {
    const { schedules } = services.engine
    const shown = schedules.preview(input)
    const jittered = await schedules.jittered(caller, input, shown.next, taskId)
    const notes = jittered === null ? [{ at: null, ...JITTER_KEY_MISSING }, ...shown.notes] : shown.notes
    return { ...shown, jittered, notes }
  },
})

const forecastRoute = defineRoute({
  method: 'GET',
  url: '/api/scheduler/forecast',
  needs: { may: 'view', on: 'task' },
  tag: 'Schedules',
  summary: 'List what comes next',
  query: forecastQuery,
  reply: forecast,
  errors: [404],
  handler: async ({ services, caller, query }) => {
    const { to, ...rest } = query
    const options = { ...rest, ...(to !== undefined && { to: toInstant(to, true) }) }
    return { occurrences: await services.engine.schedules.upcoming(caller, options) }
  },
})

const ledgerRoute = defineRoute({
  method: 'GET',
  url: '/api/scheduler/ledger',
  needs: { may: 'view', on: 'task' },
  tag: 'Schedules',
  summary: 'List what became of due instants',
  query: ledgerQuery,
  reply: ledgerPage,
  errors: [404],
  handler: ({ services, caller, query }) => {
    const { from, to, ...rest } = query
    const range = toRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
    return services.engine.ledger(caller, { ...rest, ...range })
  },
})

export const scheduleRoutes: AnyRoute[] = [previewRoute, forecastRoute, ledgerRoute]
