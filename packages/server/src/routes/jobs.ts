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
  needs: { may: 'view', on: 'task' },
  tag: 'Jobs',
  invalidAs: 400,
  summary: 'List jobs',
  description: 'All tasks, in the words of a job API.',
  query: scheduledJobQuery,
  reply: scheduledJobList,
  handler: async ({ services, caller, query: { status, ...rest } }) => {
    // What is disabled is shown as paused.
    const wanted = status === undefined ? {} : { status: status === 'paused' ? ('halted' as const) : status }
    return toPage('jobs', await services.engine.tasks.list(caller, { ...rest, ...wanted }), (view) =>
      toJob(view, caller),
    )
  },
})

const create = defineRoute({
  method: 'POST',
  url: BASE,
  needs: { may: 'edit', on: 'task' },
  tag: 'Jobs',
  invalidAs: 400,
  summary: 'Create a job',
  isApprovable: true,
  body: scheduledJobInput,
  bodySize: 'document',
  status: 201,
  reply: scheduledJob,
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: ({ services: { engine }, caller, body, idempotencyKey }) =>
    inJobWords(async () => {
      const input = toTaskChanges(body) as TaskInput
      const made = await engine.tasks.create(caller, input, idempotencyKey === undefined ? {} : { idempotencyKey })
      return toJob(body.status === 'paused' ? await engine.tasks.pause(caller, made.id) : made, caller)
    }),
})

const history = defineRoute({
  method: 'GET',
  url: `${BASE}/history`,
  needs: { may: 'view', on: 'task' },
  tag: 'Jobs',
  invalidAs: 400,
  summary: 'List what ran',
  query: jobHistoryQuery,
  reply: jobHistory,
  errors: [404],
  handler: async ({ services, caller, query }) => {
    const { job_id, status, from, to, ...page } = query
    const filter = {
      ...page,
      ...toRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }),
      ...(job_id !== undefined && { task_id: job_id }),
      ...(status !== undefined && { status: [status] }),
      fields: ['result' as const],
    }
    if (job_id !== undefined) await inJobWords(() => jobOf(services.engine.tasks, caller, job_id))
    return toPast('history', await services.engine.executions.list(caller, filter), toHistory)
  },
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  needs: { may: 'view', on: 'task' },
  summary: 'Read a job',
  reply: scheduledJob,
  handler: ({ services, caller, params }) =>
    inJobWords(async () => toJob(await jobOf(services.engine.tasks, caller, params.id!), caller)),
})

const change = defineRoute({
  ...common,
  method: 'PUT',
  url: `${BASE}/:id`,
  needs: { may: 'edit', on: 'task' },
  summary: 'Change a job',
  isApprovable: true,
  description: 'The fields that are given are replaced, the others stay.',
  body: scheduledJobChanges,
  bodySize: 'document',
  reply: scheduledJob,
  errors: [409],
  handler: ({ services: { engine }, caller, params, body }) =>
    inJobWords(() =>
      onLatest(async () => {
        const current = await jobOf(engine.tasks, caller, params.id!)
        const changes = toTaskChanges(body, current)
        const isSame = Object.keys(changes).length === 0
        const updated = isSame ? current : await engine.tasks.update(caller, current.id, changes, current.version)
        if (body.status === 'paused' && updated.status === 'active')
          return toJob(await engine.tasks.pause(caller, updated.id), caller)
        return toJob(body.status === 'active' ? await activate(engine.tasks, caller, updated) : updated, caller)
      }),
    ),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id`,
  needs: { may: 'delete', on: 'task' },
  summary: 'Delete a job',
  isApprovable: true,
  status: 204,
  reply: null,
  errors: [409],
  handler: ({ services: { engine }, caller, params }) =>
    inJobWords(() =>
      onLatest(async () => {
        const { id } = await jobOf(engine.tasks, caller, params.id!)
        return engine.tasks.remove(caller, id, null)
      }),
    ),
})

const execute = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/execute`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Run a job now',
  status: 202,
  reply: jobRunReply,
  isIdempotent: true,
  handler: async ({ services, caller, params, idempotencyKey }) => {
    const options = { trigger: 'api', ...(idempotencyKey !== undefined && { idempotencyKey }) } as const
    const made = await inJobWords(async () => {
      const { id } = await jobOf(services.engine.tasks, caller, params.id!)
      return services.engine.tasks.run(caller, id, options)
    })
    return { execution_id: made.id, job_id: params.id, ...toOutlook(made) }
  },
})

const pause = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/pause`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Pause a job',
  reply: scheduledJob,
  errors: [409],
  handler: ({ services: { engine }, caller, params }) =>
    inJobWords(() =>
      onLatest(async () => {
        const { id } = await jobOf(engine.tasks, caller, params.id!)
        return toJob(await engine.tasks.pause(caller, id), caller)
      }),
    ),
})

const resume = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/resume`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Go on with a paused job',
  isApprovable: true,
  reply: scheduledJob,
  errors: [409],
  handler: ({ services: { engine }, caller, params }) =>
    inJobWords(() =>
      onLatest(async () =>
        toJob(await activate(engine.tasks, caller, await jobOf(engine.tasks, caller, params.id!)), caller),
      ),
    ),
})

type Tasks = Call<unknown, unknown>['services']['engine']['tasks']

/** A job that is not deleted. Throws `not_found`. */
async function jobOf(tasks: Tasks, caller: Call<unknown, unknown>['caller'], id: string): Promise<TaskView> {
  const view = await tasks.get(caller, id)
  if (view.status === 'deleted') throw notFound('job', id)
  return view
}

/** Jobs know one kind of standstill; here it is undone whichever it was. */
async function activate(tasks: Tasks, caller: Call<unknown, unknown>['caller'], view: TaskView): Promise<TaskView> {
  const enabled = view.enabled === false ? await tasks.enable(caller, view.id) : view
  return enabled.status === 'paused' ? tasks.resume(caller, view.id) : enabled
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
