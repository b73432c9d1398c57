import { crontabInput, crontabReport } from '@rota/protocol'
import { importCrontab } from '../crontab-import.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const crontab = defineRoute({
  method: 'POST',
  url: '/api/scheduler/tasks/import/crontab',
  needs: { may: 'edit', on: 'task' },
  tag: 'Tasks',
  summary: 'Make tasks of a crontab',
  description:
    'Answers line by line; with `dry_run` nothing is made. A line that is refused does not stop the others. A file can be imported again: jobs are known by the file and by what they do, wherever their lines stand, and each is told as added, unchanged or changed; tasks whose jobs have gone are listed in `gone`.',
  body: crontabInput,
  bodySize: 'document',
  reply: crontabReport,
  handler: ({ services, caller, body }) =>
    importCrontab(body, { engine: services.engine, caller, timezone: services.config.timezone, clock: services.clock }),
})

export const crontabRoutes: AnyRoute[] = [crontab]
