import { executionList, revisionList, taskExecutionQuery, taskStats, taskStatsQuery } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import { toExecutionFilter } from './executions.ts'
import { toInstant, toListed, toPast, visible } from './present.ts'

const BASE = '/api/scheduler/tasks'
const common = { method: 'GET', tag: 'Tasks', idOf: 'task', needs: { may: 'view', on: 'task' } } as const

const executions = defineRoute({
  ...common,
  url: `${BASE}/:id/executions`,
  summary: 'List the executions of a task',
  query: taskExecutionQuery,
  reply: executionList,
  handler: async ({ services, caller, params, query }) => {
    const task = await services.engine.tasks.get(caller, params.id!)
    const { fields: asked = [], ...filter } = toExecutionFilter({ ...query, task_id: task.id })
    // People who look at a task want to see what it printed.
    const fields = [...new Set(['output' as const, ...asked])]
    const page = await services.engine.executions.list(caller, { ...filter, fields, task_id: task.id })
    return toPast('executions', page, (row) => toListed(row, fields))
  },
})

const stats = defineRoute({
  ...common,
  url: `${BASE}/:id/stats`,
  summary: 'Figures of a task',
  query: taskStatsQuery,
  reply: taskStats,
  handler: ({ services, caller, params, query }) =>
    services.engine.stats.task(caller, params.id!, {
      ...(query.start_date !== undefined && { from: toInstant(query.start_date) }),
      ...(query.end_date !== undefined && { to: toInstant(query.end_date, true) }),
    }),
})

const revisions = defineRoute({
  ...common,
  url: `${BASE}/:id/revisions`,
  summary: 'List the versions of a task',
  reply: revisionList,
  handler: async ({ services, caller, params }) => {
    const { tasks } = services.engine
    const [task, found] = await Promise.all([tasks.get(caller, params.id!), tasks.revisions(caller, params.id!)])
    const revisions = found.map((revision) => ({ ...revision, definition: visible(revision.definition, caller, task) }))
    return { revisions }
  },
})

export const taskHistoryRoutes: AnyRoute[] = [executions, stats, revisions]
