import { parse, taskImportBody, taskImportInput, taskImportReply } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import { importTasks } from '../task-import.ts'

const importMany = defineRoute({
  method: 'POST',
  url: '/api/scheduler/tasks/import',
  needs: { may: 'edit', on: 'task' },
  tag: 'Tasks',
  summary: 'Make many tasks of documents',
  description:
    'Takes what the export writes as JSON, up to 1,000 documents in a request. Each is answered for itself: one that is refused does not stop the others.',
  body: taskImportInput,
  bodySize: 'document',
  isBodyRaw: true,
  reply: taskImportReply,
  isIdempotent: true,
  handler: ({ services: { engine, clock }, caller, body }) =>
    importTasks(parse(taskImportBody, body), { engine, caller, clock }),
})

export const taskImportRoutes: AnyRoute[] = [importMany]
