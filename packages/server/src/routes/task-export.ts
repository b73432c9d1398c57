import { Readable } from 'node:stream'
import type { Caller } from '@rota/core'
import type { Engine, TaskFilter } from '@rota/engine'
import { taskExportQuery, toTaskInput } from '@rota/protocol'
import { stringify } from 'yaml'
import { ifThere } from '../if-there.ts'
import { type AnyRoute, defineRoute } from '../route.ts'
import { toTask } from './present.ts'

/** Written between two looks at the engine's own work. */
const TASKS_AT_ONCE = 50

const exportTasks = defineRoute({
  method: 'GET',
  url: '/api/scheduler/tasks/export',
  needs: { may: 'view', on: 'task' },
  tag: 'Tasks',
  summary: 'Download tasks as they can be written back',
  description: 'Those of a filter as in the list, or of `ids`. The document has one key, `tasks`.',
  query: taskExportQuery,
  reply: null,
  mediaTypes: ['application/yaml', 'application/json'],
  handler: ({ services, caller, query, reply }) => {
    const { format = 'yaml', ids, tenant: _, ...filter } = query
    reply.header('Content-Type', `application/${format}; charset=utf-8`)
    reply.header('Content-Disposition', `attachment; filename="tasks.${format}"`)
    const tasks = ids === undefined ? filtered(services.engine, caller, filter) : named(services.engine, caller, ids)
    return reply.send(Readable.from(format === 'yaml' ? asYaml(tasks) : asJson(tasks)))
  },
})

type Inputs = AsyncGenerator<ReturnType<typeof toTaskInput>[]>

async function* filtered(engine: Engine, caller: Caller, filter: Omit<TaskFilter, 'cursor'>): Inputs {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<Engine['tasks']['list']>> = await engine.tasks.list(caller, {
      ...filter,
      limit: TASKS_AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    })
    yield page.rows.map((view) => toTaskInput(toTask(view, caller)))
    cursor = page.next_cursor
  }
}

/** Those that exist, in the order asked for. */
async function* named(engine: Engine, caller: Caller, ids: string): Inputs {
  for (const id of ids.split(',')) {
    const view = await ifThere(engine.tasks.get(caller, id))
    if (view !== null) yield [toTaskInput(toTask(view, caller))]
  }
}

async function* asYaml(pages: Inputs): AsyncGenerator<string> {
  yield 'tasks:\n'
  let isEmpty = true
  for await (const page of pages) {
    if (page.length === 0) continue
    isEmpty = false
    yield stringify(page)
  }
  if (isEmpty) yield '  []\n'
}

async function* asJson(pages: Inputs): AsyncGenerator<string> {
  let before = '{"tasks":[\n'
  for await (const page of pages) {
    for (const input of page) {
      yield before + JSON.stringify(input)
      before = ',\n'
    }
  }
  yield before === ',\n' ? '\n]}\n' : '{"tasks":[]}\n'
}

export const taskExportRoutes: AnyRoute[] = [exportTasks]
