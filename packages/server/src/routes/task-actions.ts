import { restoreInput, resumeInput, runInput, runReply, stopReply, task, taskChanges } from '@rota/protocol'
import { onLatest } from '../http/preconditions.ts'
import { type AnyRoute, defineRoute } from '../route.ts'
import { toOutlook, toTask } from './present.ts'

const BASE = '/api/scheduler/tasks'
const action = { method: 'POST', tag: 'Tasks', idOf: 'task', errors: [409] } as const

/** Actions that need nothing but the task and answer it. */
const simple = (name: 'enable' | 'disable' | 'pause', summary: string) =>
  defineRoute({
    ...action,
    url: `${BASE}/:id/${name}`,
    permission: name === 'pause' ? 'execute' : 'edit',
    summary,
    reply: task,
    hasEtag: true,
    handler: async ({ services, actor, params }) =>
      toTask(await onLatest(() => services.engine.tasks[name](actor, params.id!)), actor),
  })

const restore = defineRoute({
  ...action,
  url: `${BASE}/:id/restore`,
  permission: 'edit',
  summary: 'Bring a deleted task back',
  description: 'Where another task has taken its name, 409 says which one, and `suggestion` is a name that is free.',
  body: restoreInput,
  isBodyOptional: true,
  reply: task,
  hasEtag: true,
  handler: async ({ services, actor, params, body }) =>
    toTask(await onLatest(() => services.engine.tasks.restore(actor, params.id!, body)), actor),
})

const resume = defineRoute({
  ...action,
  url: `${BASE}/:id/resume`,
  permission: 'execute',
  summary: 'Go on with a paused task',
  body: resumeInput,
  isBodyOptional: true,
  reply: task,
  hasEtag: true,
  handler: async ({ services, actor, params, body }) =>
    toTask(await onLatest(() => services.engine.tasks.resume(actor, params.id!, body)), actor),
})

const clone = defineRoute({
  ...action,
  url: `${BASE}/:id/clone`,
  permission: 'edit',
  summary: 'Copy a task',
  description: 'The body may change fields of the copy; without a name one is derived.',
  body: taskChanges.omit({ version: true }),
  bodySize: 'document',
  isBodyOptional: true,
  status: 201,
  reply: task,
  hasEtag: true,
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: async ({ services, actor, params, body }) =>
    toTask(await services.engine.tasks.clone(actor, params.id!, body), actor),
})

const run = defineRoute({
  ...action,
  url: `${BASE}/:id/run`,
  permission: 'execute',
  summary: 'Run a task now',
  body: runInput,
  bodySize: 'document',
  isBodyOptional: true,
  status: 202,
  reply: runReply,
  isIdempotent: true,
  location: (made: { execution_id: string }) => `/api/scheduler/executions/${made.execution_id}`,
  handler: async ({ services, actor, params, body, principal, idempotencyKey }) => {
    const trigger = principal.credential.kind === 'token' ? 'api' : 'manual'
    const options = { ...body, trigger, ...(idempotencyKey !== undefined && { idempotencyKey }) } as const
    const made = await services.engine.tasks.run(actor, params.id!, options)
    return { execution_id: made.id, task_id: made.task_id, ...toOutlook(made) }
  },
})

const stop = defineRoute({
  ...action,
  url: `${BASE}/:id/stop`,
  permission: 'execute',
  summary: 'Stop what runs and waits now',
  reply: stopReply,
  handler: ({ services, actor, params }) => services.engine.tasks.stop(actor, params.id!),
})

const purge = defineRoute({
  ...action,
  url: `${BASE}/:id/purge`,
  permission: 'manage',
  summary: 'Delete a deleted task and its history for good',
  status: 204,
  reply: null,
  handler: ({ services, actor, params }) => services.engine.tasks.purge(actor, params.id!),
})

export const taskActionRoutes: AnyRoute[] = [
  simple('enable', 'Enable a task'),
  simple('disable', 'Disable a task'),
  simple('pause', 'Pause a task'),
  restore,
  resume,
  clone,
  run,
  stop,
  purge,
]
