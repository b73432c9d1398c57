import { RotaError } from '@rota/core'
import { parse, task, taskChanges, taskInput, taskList, taskQuery, validateQuery, validation } from '@rota/protocol'
import { expectedVersion, onLatest } from '../http/preconditions.ts'
import { type AnyRoute, defineRoute } from '../route.ts'
import { toPage, toTask } from './present.ts'

const BASE = '/api/scheduler/tasks'
const common = { tag: 'Tasks', idOf: 'task' }

const list = defineRoute({
  method: 'GET',
  url: BASE,
  needs: { may: 'view', on: 'task' },
  tag: 'Tasks',
  summary: 'List tasks',
  query: taskQuery,
  reply: taskList,
  handler: async ({ services, caller, query }) =>
    toPage('tasks', await services.engine.tasks.list(caller, query), (view) => toTask(view, caller)),
})

const create = defineRoute({
  method: 'POST',
  url: BASE,
  needs: { may: 'edit', on: 'task' },
  tag: 'Tasks',
  summary: 'Create a task',
  body: taskInput,
  bodySize: 'document',
  status: 201,
  reply: task,
  hasEtag: true,
  isIdempotent: true,
  isApprovable: true,
  errors: [409],
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: async ({ services, caller, body, idempotencyKey }) =>
    toTask(
      await services.engine.tasks.create(caller, body, idempotencyKey === undefined ? {} : { idempotencyKey }),
      caller,
    ),
})

const validate = defineRoute({
  method: 'POST',
  url: `${BASE}/validate`,
  needs: { may: 'edit', on: 'task' },
  tag: 'Tasks',
  summary: 'Check a task without saving it',
  description: 'Answers 200 in either case; `errors` is empty when the task could be saved.',
  query: validateQuery,
  body: taskInput,
  bodySize: 'document',
  isBodyRaw: true,
  reply: validation,
  errors: [404],
  handler: async ({ services, caller, body, query }) => {
    try {
      const errors = await services.engine.tasks.validate(caller, parse(taskInput, body), query)
      return { valid: errors.length === 0, errors }
    } catch (error) {
      if (!RotaError.is(error) || error.code !== 'invalid') throw error
      return { valid: false, errors: error.errors }
    }
  },
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  needs: { may: 'view', on: 'task' },
  summary: 'Read a task',
  reply: task,
  hasEtag: true,
  handler: async ({ services, caller, params }) => toTask(await services.engine.tasks.get(caller, params.id!), caller),
})

const change = (method: 'PUT' | 'PATCH') =>
  defineRoute({
    ...common,
    method,
    url: `${BASE}/:id`,
    needs: { may: 'edit', on: 'task' },
    summary: 'Change a task',
    description: 'The fields that are given are replaced, the others stay; PUT and PATCH do the same.',
    body: taskChanges,
    bodySize: 'document',
    reply: task,
    hasEtag: true,
    hasPrecondition: true,
    isApprovable: true,
    errors: [409],
    handler: async ({ services, caller, params, body, request }) => {
      const { version, ...changes } = body
      const ifVersion = expectedVersion(request, version)
      const update = () => services.engine.tasks.update(caller, params.id!, changes, ifVersion)
      return toTask(ifVersion === null ? await onLatest(update) : await update(), caller)
    },
  })

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id`,
  needs: { may: 'delete', on: 'task' },
  summary: 'Delete a task',
  description: 'It can be restored within `executions.deleted_task_days`.',
  status: 204,
  reply: null,
  hasPrecondition: true,
  isApprovable: true,
  errors: [409],
  handler: ({ services, caller, params, request }) => {
    const ifVersion = expectedVersion(request)
    const removal = () => services.engine.tasks.remove(caller, params.id!, ifVersion)
    return ifVersion === null ? onLatest(removal) : removal()
  },
})

export const taskRoutes: AnyRoute[] = [list, create, validate, read, change('PUT'), change('PATCH'), remove]
