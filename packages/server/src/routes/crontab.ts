import { crontabInput, crontabReport } from '@rota/protocol'
import { importCrontab } from '../crontab-import.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const crontab = defineRoute({
  method: 'POST',
  url: '/api/scheduler/tasks/import/crontab',
  permission: 'edit',
  tag: 'Tasks',
  summary: 'Make tasks of a crontab',
  description:
    'Answers line by line; with `dry_run` nothing is made. A line that is refused does not stop the others. Names are the same whichever lines are chosen, so a long file can be imported in parts.',
  body: crontabInput,
  bodySize: 'document',
  reply: crontabReport,
  handler: ({ services, actor, body }) =>
    importCrontab(body, { engine: services.engine, actor, timezone: services.config.timezone, clock: services.clock }),
})

export const crontabRoutes: AnyRoute[] = [crontab]
