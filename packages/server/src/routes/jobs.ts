import { type ExecutionView, notFound, type TaskInput, type TaskView } from '@rota/core'
import {
  jobHistory,
  jobHistoryQuery,
  jobRunReply,
  scheduledJob,
  scheduledJobChanges,
  scheduledJobInput,
  scheduledJobList,
  scheduledJobQuery,
} from '@rota/protocol'
import { onLatest } from '../http/preconditions.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'
import { inJobWords } from './job-errors.ts'
import { toJob, toTaskChanges } from './job-words.ts'
import { toOutlook, toPage, toPast, toRange } from './present.ts'

const BASE = '/api/v1/jobs'
const common = { tag: 'Jobs', idOf: 'job', invalidAs: 400 } as const

const list = defineRoute({
  method: 'GET',
  url: BASE,
  permission: 'view',
  tag: 'Jobs',
  invalidAs: 400,
  summary: 'List jobs',
  description: 'All tasks, in the words of a job API.',
  query: scheduledJobQuery,
  reply: scheduledJobList,
  handler: async ({ services, actor, query: { status, ...rest } }) => {
    // What is disabled is shown as paused.
    const wanted = status === undefined ? {} : { status: status === 'paused' ? ('halted' as const) : status }
    return toPage('jobs', await services.engine.tasks.list(actor, { ...rest, ...wanted }), (view) => toJob(view, actor))
  },
})

const create = defineRoute({
  method: 'POST',
  url: BASE,
  permission: 'edit',
  tag: 'Jobs',
  invalidAs: 400,
  summary: 'Create a job',
  body: scheduledJobInput,
  bodySize: 'document',
  status: 201,
  reply: scheduledJob,
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: ({ services: { engine }, actor, body, idempotencyKey }) =>
    inJobWords(async () => {
      const input = toTaskChanges(body) as TaskInput
      const made = await engine.tasks.create(actor, input, idempotencyKey === undefined ? {} : { idempotencyKey })
      return toJob(body.status === 'paused' ? await engine.tasks.pause(actor, made.id) : made, actor)
    }),
})

const history = defineRoute({
  method: 'GET',
  url: `${BASE}/history`,
  permission: 'view',
  tag: 'Jobs',
  invalidAs: 400,
  summary: 'List what ran',
  query: jobHistoryQuery,
  reply: jobHistory,
  errors: [404],
  handler: async ({ services, actor, query }) => {
    const { job_id, status, from, to, ...page } = query
    const filter = {
      ...page,
      ...toRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }),
      ...(job_id !== undefined && { task_id: job_id }),
      ...(status !== undefined && { status: [status] }),
      fields: ['result' as const],
    }
    if (job_id !== undefined) await inJobWords(() => jobOf(services.engine.tasks, actor, job_id))
    return toPast('history', await services.engine.executions.list(actor, filter), toHistory)
  },
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  permission: 'view',
  summary: 'Read a job',
  reply: scheduledJob,
  handler: ({ services, actor, params }) =>
    inJobWords(async () => toJob(await jobOf(services.engine.tasks, actor, params.id!), actor)),
})

const change = defineRoute({
  ...common,
  method: 'PUT',
  url: `${BASE}/:id`,
  permission: 'edit',
  summary: 'Change a job',
  description: 'The fields that are given are replaced, the others stay.',
  body: scheduledJobChanges,
  bodySize: 'document',
  reply: scheduledJob,
  errors: [409],
  handler: ({ services: { engine }, actor, params, body }) =>
    inJobWords(() =>
      onLatest(async () => {
        const current = await jobOf(engine.tasks, actor, params.id!)
        const changes = toTaskChanges(body, current)
        const isSame = Object.keys(changes).length === 0
        const updated = isSame ? current : await engine.tasks.update(actor, current.id, changes, current.version)
        if (body.status === 'paused' && updated.status === 'active')
          return toJob(await engine.tasks.pause(actor, updated.id), actor)
        return toJob(body.status === 'active' ? await activate(engine.tasks, actor, updated) : updated, actor)
      }),
    ),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id`,
  permission: 'delete',
  summary: 'Delete a job',
  status: 204,
  reply: null,
  errors: [409],
  handler: ({ services: { engine }, actor, params }) =>
    inJobWords(() =>
      onLatest(async () => {
        const { id } = await jobOf(engine.tasks, actor, params.id!)
        return engine.tasks.remove(actor, id, null)
      }),
    ),
})

const execute = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/execute`,
  permission: 'execute',
  summary: 'Run a job now',
  status: 202,
  reply: jobRunReply,
  isIdempotent: true,
  handler: async ({ services, actor, params, idempotencyKey }) => {
    const options = { trigger: 'api', ...(idempotencyKey !== undefined && { idempotencyKey }) } as const
    const made = await inJobWords(async () => {
      const { id } = await jobOf(services.engine.tasks, actor, params.id!)
      return services.engine.tasks.run(actor, id, options)
    })
    return { execution_id: made.id, job_id: params.id, ...toOutlook(made) }
  },
})

const pause = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/pause`,
  permission: 'execute',
  summary: 'Pause a job',
  reply: scheduledJob,
  errors: [409],
  handler: ({ services: { engine }, actor, params }) =>
    inJobWords(() =>
      onLatest(async () => {
        const { id } = await jobOf(engine.tasks, actor, params.id!)
        return toJob(await engine.tasks.pause(actor, id), actor)
      }),
    ),
})

const resume = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/resume`,
  permission: 'execute',
  summary: 'Go on with a paused job',
  reply: scheduledJob,
  errors: [409],
  handler: ({ services: { engine }, actor, params }) =>
    inJobWords(() =>
      onLatest(async () =>
        toJob(await activate(engine.tasks, actor, await jobOf(engine.tasks, actor, params.id!)), actor),
      ),
    ),
})

type Tasks = Call<unknown, unknown>['services']['engine']['tasks']

/** A job that is not deleted. Throws `not_found`. */
async function jobOf(tasks: Tasks, actor: Call<unknown, unknown>['actor'], id: string): Promise<TaskView> {
  const view = await tasks.get(actor, id)
  if (view.status === 'deleted') throw notFound('job', id)
  return view
}

/** Jobs know one kind of standstill; here it is undone whichever it was. */
async function activate(tasks: Tasks, actor: Call<unknown, unknown>['actor'], view: TaskView): Promise<TaskView> {
  const enabled = view.enabled === false ? await tasks.enable(actor, view.id) : view
  return enabled.status === 'paused' ? tasks.resume(actor, view.id) : enabled
}

function toHistory(row: ExecutionView) {
  return {
    id: row.id,
    job_id: row.task_id,
    job_name: row.task_name,
    status: row.status,
    scheduled_time: row.scheduled_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    start_time: row.started_at,
    end_time: row.finished_at,
    duration: row.duration,
    result: row.result,
    error: row.error,
  }
}

export const jobRoutes: AnyRoute[] = [list, create, history, read, change, remove, execute, pause, resume]
