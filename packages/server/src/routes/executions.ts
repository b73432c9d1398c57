import { invalid, say } from '@rota/core'
import type { ExecutionFilter } from '@rota/engine'
import {
  batchReply,
  execution,
  executionList,
  executionQuery,
  explanation,
  jobBatch,
  jobInput,
  lateBoundOf,
  MOST_WITH_FIELDS,
  runReply,
} from '@rota/protocol'
import { z } from 'zod'
import { type AnyRoute, defineRoute } from '../route.ts'
import { toExecution, toInstant, toListed, toOutlook, toPast, toRange } from './present.ts'

const BASE = '/api/scheduler/executions'
const common = { tag: 'Executions', idOf: 'execution' }

const list = defineRoute({
  method: 'GET',
  url: BASE,
  needs: { may: 'view', on: 'task' },
  tag: 'Executions',
  summary: 'List executions',
  query: executionQuery,
  reply: executionList,
  errors: [404],
  handler: async ({ services, caller, query }) => {
    const filter = toExecutionFilter(query)
    const page = await services.engine.executions.list(caller, filter)
    return toPast('executions', page, (row) => toListed(row, filter.fields ?? []))
  },
})

const submit = defineRoute({
  method: 'POST',
  url: BASE,
  needs: { may: 'edit', on: 'task' },
  tag: 'Executions',
  summary: 'Run a job without a task, or a batch of them',
  description:
    'An array is a batch: all or nothing, answered with ids in order. Needs `edit`: a job is code of its own.',
  body: z.union([jobInput, jobBatch]),
  bodySize: 'document',
  status: 201,
  reply: z.union([execution, batchReply]),
  isIdempotent: true,
  location: (made: { id?: string }) => (made.id === undefined ? BASE : `${BASE}/${made.id}`),
  handler: async ({ services, caller, body, idempotencyKey }) => {
    const { executions } = services.engine
    if (Array.isArray(body)) return { executions: await executions.submitMany(caller, body) }
    const options = idempotencyKey === undefined ? {} : { idempotencyKey }
    return executions.submit(caller, body, options)
  },
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  needs: { may: 'view', on: 'task' },
  summary: 'Read an execution',
  reply: execution,
  handler: async ({ services, caller, params }) =>
    toExecution(await services.engine.executions.get(caller, params.id!), caller),
})

const cancel = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/cancel`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Cancel an execution',
  status: 202,
  reply: execution,
  errors: [409],
  handler: async ({ services, caller, params }) =>
    toExecution(await services.engine.executions.cancel(caller, params.id!), caller),
})

const rerun = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/rerun`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Run it again with the same parameters',
  status: 202,
  reply: runReply,
  errors: [409],
  isIdempotent: true,
  location: (made: { execution_id: string }) => `${BASE}/${made.execution_id}`,
  handler: async ({ services, caller, params }) => {
    const made = await services.engine.executions.rerun(caller, params.id!)
    return { execution_id: made.id, task_id: made.task_id, ...toOutlook(made) }
  },
})

const explain = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id/explain`,
  needs: { may: 'view', on: 'task' },
  summary: 'Why it waits, was skipped, was late or failed',
  reply: explanation,
  handler: ({ services, caller, params }) => services.engine.executions.explain(caller, params.id!),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id`,
  needs: { may: 'delete', on: 'task' },
  summary: 'Delete an ended execution and its log',
  status: 204,
  reply: null,
  errors: [409],
  handler: ({ services, caller, params }) => services.engine.executions.remove(caller, params.id!),
})

/** A list's query as the engine wants it. */
export function toExecutionFilter(query: z.output<typeof executionQuery>): ExecutionFilter {
  const { status, from, to, finished_from: endedFrom, finished_to: endedTo, fields, late, ...rest } = query
  if (fields !== undefined && (query.limit ?? 0) > MOST_WITH_FIELDS) {
    throw invalid([
      { path: 'limit', message: say`must be at most ${MOST_WITH_FIELDS} where \`fields\` asks for what may be large.` },
    ])
  }
  refuseLongSearch(query)
  const range = {
    ...toRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }),
    ...(endedFrom !== undefined && { finished_from: toInstant(endedFrom) }),
    ...(endedTo !== undefined && { finished_to: toInstant(endedTo) }),
  }
  const statuses = status === undefined ? {} : { status: status.split(',') as NonNullable<ExecutionFilter['status']> }
  const wanted = fields === undefined ? {} : { fields: fields.split(',') as NonNullable<ExecutionFilter['fields']> }
  return { ...rest, ...range, ...statuses, ...wanted, ...(late !== undefined && { late: toLateBound(late, query) }) }
}

/** An index holds the ends of what did not succeed, and the due instants of all; the rest is too long to be looked through. */
function refuseLongSearch({ finished_from, finished_to, ...query }: z.output<typeof executionQuery>): void {
  const path = finished_from !== undefined ? 'finished_from' : finished_to !== undefined ? 'finished_to' : null
  const { task_id, from, failure, status } = query
  const isUnsuccessful = failure !== undefined || (status !== undefined && !status.split(',').includes('success'))
  if (path === null || task_id !== undefined || from !== undefined || isUnsuccessful) return
  const message = say`must be asked for together with a task, a status other than success, or \`from\`.`
  throw invalid([{ path, message }])
}

/** An index holds what was late by more than a second; the rest of a history is too long to be looked through for it. */
const LEAST_LATE_MS = 1_000

function toLateBound(late: string, { task_id }: { task_id?: string }) {
  const bound = lateBoundOf(late)
  const isIndexed = bound.is === '>' ? bound.ms >= LEAST_LATE_MS : bound.ms > LEAST_LATE_MS
  if (bound.is.startsWith('>') && !isIndexed && task_id === undefined) {
    throw invalid([
      { path: 'late', message: say`must be more than a second, such as >1s, unless it is asked of a task.` },
    ])
  }
  return bound
}

export const executionRoutes: AnyRoute[] = [list, submit, read, cancel, rerun, explain, remove]
