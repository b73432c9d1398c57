import type { AnyRoute } from '../route.ts'
import { authRoutes } from './auth.ts'
import { bulkRoutes } from './bulk.ts'
import { crontabRoutes } from './crontab.ts'
import { eventRoutes } from './events.ts'
import { executionRoutes } from './executions.ts'
import { jobRoutes } from './jobs.ts'
import { logRoutes } from './logs.ts'
import { operationRoutes } from './operations.ts'
import { overviewRoutes } from './overviews.ts'
import { scheduleRoutes } from './schedules.ts'
import { statsRoutes } from './stats.ts'
import { taskActionRoutes } from './task-actions.ts'
import { taskExportRoutes } from './task-export.ts'
import { taskHistoryRoutes } from './task-history.ts'
import { taskRoutes } from './tasks.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'

/** Every endpoint. */
export function allRoutes(options: { hasPublicMetrics: boolean }): AnyRoute[] {
  return [
    ...taskRoutes,
    ...taskActionRoutes,
    ...bulkRoutes,
    ...taskExportRoutes,
    ...crontabRoutes,
    ...taskHistoryRoutes,
    ...scheduleRoutes,
    ...executionRoutes,
    ...logRoutes,
    ...eventRoutes,
    ...statsRoutes,
    ...overviewRoutes,
    ...jobRoutes,
    ...authRoutes,
    ...userRoutes,
    ...tokenRoutes,
    ...operationRoutes(options.hasPublicMetrics),
  ]
}
