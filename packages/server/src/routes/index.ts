import type { AnyRoute } from '../route.ts'
import { approvalRoutes } from './approvals.ts'
import { auditRoutes } from './audit.ts'
import { authRoutes } from './auth.ts'
import { bulkRoutes } from './bulk.ts'
import { crontabRoutes } from './crontab.ts'
import { eventRoutes } from './events.ts'
import { executionRoutes } from './executions.ts'
import { grantRoutes } from './grants.ts'
import { invitationRoutes } from './invitations.ts'
import { jobRoutes } from './jobs.ts'
import { logRoutes } from './logs.ts'
import { nodeRoutes } from './nodes.ts'
import { operationRoutes } from './operations.ts'
import { overviewRoutes } from './overviews.ts'
import { policyRoutes } from './policies.ts'
import { poolRoutes } from './pools.ts'
import { providerRoutes } from './providers.ts'
import { roleRoutes } from './roles.ts'
import { scheduleRoutes } from './schedules.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { secretRoutes } from './secrets.ts'
import { statsRoutes } from './stats.ts'
import { taskActionRoutes } from './task-actions.ts'
import { taskExportRoutes } from './task-export.ts'
import { taskHistoryRoutes } from './task-history.ts'
import { taskImportRoutes } from './task-import.ts'
import { taskRoutes } from './tasks.ts'
import { tenantRoutes } from './tenants.ts'
import { tokenRoutes } from './tokens.ts'
import { userGroupRoutes } from './user-groups.ts'
import { userRoutes } from './users.ts'

/** Every endpoint; the same list each time, by which others know what they have made of it. */
export function allRoutes({ hasPublicMetrics }: { hasPublicMetrics: boolean }): readonly AnyRoute[] {
  return hasPublicMetrics ? WITH_PUBLIC_METRICS : USUAL
}

function listed(hasPublicMetrics: boolean): readonly AnyRoute[] {
  return [
    ...taskRoutes,
    ...taskActionRoutes,
    ...bulkRoutes,
    ...taskImportRoutes,
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
    ...providerRoutes,
    ...invitationRoutes,
    ...secondFactorRoutes,
    ...userRoutes,
    ...userGroupRoutes,
    ...roleRoutes,
    ...grantRoutes,
    ...policyRoutes,
    ...approvalRoutes,
    ...tokenRoutes,
    ...secretRoutes,
    ...tenantRoutes,
    ...nodeRoutes,
    ...poolRoutes,
    ...auditRoutes,
    ...operationRoutes(hasPublicMetrics),
  ]
}

const USUAL = listed(false)
const WITH_PUBLIC_METRICS = listed(true)
