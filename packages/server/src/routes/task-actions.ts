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
    needs: { may: name === 'pause' ? 'execute' : 'edit', on: 'task' },
    summary,
    isApprovable: name !== 'pause',
    reply: task,
    hasEtag: true,
    handler: async ({ services, caller, params }) =>
      toTask(await onLatest(() => services.engine.tasks[name](caller, params.id!)), caller),
  })

const restore = defineRoute({
  ...action,
  url: `${BASE}/:id/restore`,
  needs: { may: 'edit', on: 'task' },
  summary: 'Bring a deleted task back',
  isApprovable: true,
  description: 'Where another task has taken its name, 409 says which one, and `suggestion` is a name that is free.',
  body: restoreInput,
  isBodyOptional: true,
  reply: task,
  hasEtag: true,
  handler: async ({ services, caller, params, body }) =>
    toTask(await onLatest(() => services.engine.tasks.restore(caller, params.id!, body)), caller),
})

const resume = defineRoute({
  ...action,
  url: `${BASE}/:id/resume`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Go on with a paused task',
  body: resumeInput,
  isBodyOptional: true,
  reply: task,
  hasEtag: true,
  handler: async ({ services, caller, params, body }) =>
    toTask(await onLatest(() => services.engine.tasks.resume(caller, params.id!, body)), caller),
})

const clone = defineRoute({
  ...action,
  url: `${BASE}/:id/clone`,
  needs: { may: 'edit', on: 'task' },
  summary: 'Copy a task',
  isApprovable: true,
  description: 'The body may change fields of the copy; without a name one is derived.',
  body: taskChanges.omit({ version: true }),
  bodySize: 'document',
  isBodyOptional: true,
  status: 201,
  reply: task,
  hasEtag: true,
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: async ({ services, caller, params, body }) =>
    toTask(await services.engine.tasks.clone(caller, params.id!, body), caller),
})

const run = defineRoute({
  ...action,
  url: `${BASE}/:id/run`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Run a task now',
  body: runInput,
  bodySize: 'document',
  isBodyOptional: true,
  status: 202,
  reply: runReply,
  isIdempotent: true,
  location: (made: { execution_id: string }) => `/api/scheduler/executions/${made.execution_id}`,
  handler: async ({ services, caller, params, body, principal, idempotencyKey }) => {
    const trigger = principal.credential.kind === 'token' ? 'api' : 'manual'
    const options = { ...body, trigger, ...(idempotencyKey !== undefined && { idempotencyKey }) } as const
    const made = await services.engine.tasks.run(caller, params.id!, options)
    return { execution_id: made.id, task_id: made.task_id, ...toOutlook(made) }
  },
})

const stop = defineRoute({
  ...action,
  url: `${BASE}/:id/stop`,
  needs: { may: 'execute', on: 'task' },
  summary: 'Stop what runs and waits now',
  reply: stopReply,
  handler: ({ services, caller, params }) => services.engine.tasks.stop(caller, params.id!),
})

const purge = defineRoute({
  ...action,
  url: `${BASE}/:id/purge`,
  needs: { may: 'manage', on: 'task' },
  summary: 'Delete a deleted task and its history for good',
  isApprovable: true,
  status: 204,
  reply: null,
  handler: ({ services, caller, params }) => services.engine.tasks.purge(caller, params.id!),
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
