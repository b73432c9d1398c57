export {
  type AccountRole,
  accountRole,
  type Identity,
  identity,
  invitationAcceptance,
  invitationLook,
  invitationReply,
  invited,
  loginInput,
  logoutInput,
  logoutTokenInput,
  newToken,
  newUser,
  openedSession,
  type Permission,
  passwordInput,
  permission,
  profileInput,
  type Role,
  recoveryCodes,
  refreshInput,
  role,
  type Session,
  secondFactor,
  secondFactorInput,
  secondFactorOffer,
  secondFactorProof,
  session,
  sessionList,
  signInReturn,
  signInStart,
  signInWays,
  type Token,
  token,
  tokenInput,
  tokenList,
  tokenQuery,
  tokenRotation,
  type User,
  user,
  userChanges,
  userInput,
  userList,
  userQuery,
} from './access.ts'
export {
  AGENT_LIMITS,
  fromNode,
  nodeFacts,
  parseFromNode,
  parseToNode,
  refusalOf,
  toNode,
} from './agent.ts'
export {
  auditCheckpoint,
  auditCheckpoints,
  auditEntry,
  auditExportQuery,
  auditList,
  auditQuery,
} from './audit.ts'
export { type Config, config, upcomingConfig } from './config.ts'
export { crontabInput, crontabReport } from './crontab.ts'
export { documentErrors, textError } from './document.ts'
export { eventQuery, type LiveChange } from './events.ts'
export {
  batchReply,
  type Execution,
  type ExecutionList,
  execution,
  executionList,
  executionQuery,
  executionStatus,
  explanation,
  failureKind,
  jobBatch,
  jobInput,
  type ListedExecution,
  lateBoundOf,
  MOST_WITH_FIELDS,
  taskExecutionQuery,
  trigger,
} from './execution.ts'
export {
  accessExplanation,
  accessQuery,
  grant,
  grantChanges,
  grantInput,
  grantList,
  grantQuery,
  holderList,
  holdersQuery,
  memberInput,
  roleChanges,
  roleInput,
  roleView,
  roleViews,
  userGroup,
  userGroupChanges,
  userGroupDetail,
  userGroupInput,
  userGroupList,
  userGroupQuery,
} from './grants.ts'
export { fieldErrors, joinPath, parse } from './issues.ts'
export {
  jobHistory,
  jobHistoryQuery,
  jobRunReply,
  jobType,
  scheduledJob,
  scheduledJobChanges,
  scheduledJobInput,
  scheduledJobList,
  scheduledJobQuery,
} from './jobs.ts'
export { ledgerAnswer, ledgerEntry, ledgerPage, ledgerQuery } from './ledger.ts'
export { LIMITS } from './limits.ts'
export {
  type LogEntry,
  logExportQuery,
  logLevel,
  logLine,
  logPage,
  logQuery,
  logStream,
  logStreamQuery,
} from './logs.ts'
export { effectiveConfig, health, openapi, readiness, status } from './operations.ts'
export { order, type ReportMessage, reportMessage } from './order.ts'
export {
  failureGroups,
  failureGroupsQuery,
  forecastDays,
  forecastDaysQuery,
  groupList,
  groupStats,
  groupStatsQuery,
  lateness,
  latenessQuery,
  tagList,
  timeline,
  timelineQuery,
} from './overviews.ts'
export {
  changeRequest,
  changeRequestList,
  changeRequestQuery,
  decisionInput,
  policy,
  policyCheck,
  policyCheckInput,
  policyInput,
  policyList,
  policyReplacement,
  rejectionInput,
} from './policies.ts'
export { forecast, forecastQuery, preview, previewInput } from './preview.ts'
export { fieldError, type Problem, problem, validation } from './problem.ts'
export { SPOKEN } from './scalars.ts'
export { scheduleRule } from './schedule.ts'
export {
  secret,
  secretChanges,
  secretDetail,
  secretInput,
  secretKeys,
  secretList,
  secretQuery,
  secretRemoval,
  secretRotation,
  secretSet,
  secretsRewrapped,
} from './secrets.ts'
export type { LdapConfig, OidcProviderConfig, RoleMapping } from './sign-in-config.ts'
export { statsSummary, taskStats, taskStatsQuery, timeseries, timeseriesQuery, top, topQuery } from './stats.ts'
export { strict } from './strict.ts'
export {
  concurrencyPolicy,
  misfireSettings,
  params,
  retryPolicy,
  taskChanges,
  taskInput,
} from './task.ts'
export {
  bulkInput,
  bulkReply,
  restoreInput,
  resumeInput,
  runInput,
  runReply,
  stopReply,
  taskImportBody,
  taskImportInput,
  taskImportReply,
  validateQuery,
} from './task-actions.ts'
export {
  revision,
  revisionList,
  type Task,
  type TaskList,
  task,
  taskExportQuery,
  taskList,
  taskQuery,
  taskStatus,
  toTaskInput,
} from './task-view.ts'
export {
  type Tenant,
  tenant,
  tenantChanges,
  tenantDetail,
  tenantInput,
  tenantList,
  tenantQuery,
} from './tenants.ts'
