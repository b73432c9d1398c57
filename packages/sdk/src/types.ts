import type { ExecutionStatus, LedgerAnswer, TaskInput } from '@rota/core'
import type {
  accessExplanation,
  accessQuery,
  auditCheckpoint,
  auditCheckpoints,
  auditEntry,
  auditExportQuery,
  auditQuery,
  bulkReply,
  changeRequest,
  changeRequestQuery,
  Execution,
  executionQuery,
  explanation,
  forecast,
  grant,
  grantChanges,
  grantInput,
  grantQuery,
  invitationReply,
  jobInput,
  joinTokenInput,
  joinTokenList,
  ledgerEntry,
  ledgerPage,
  logPage,
  logQuery,
  newJoinToken,
  newToken,
  newUser,
  node,
  nodeDetail,
  nodeEvents,
  nodeHealth,
  nodeHeard,
  nodeHeartbeat,
  nodeInput,
  nodeQuery,
  nodeRegistered,
  policy,
  policyCheck,
  policyInput,
  policyReplacement,
  pool,
  poolChanges,
  poolInput,
  poolList,
  preview,
  previewInput,
  roleChanges,
  roleInput,
  roleView,
  runInput,
  runReply,
  secret,
  secretChanges,
  secretDetail,
  secretInput,
  secretKeys,
  secretSet,
  secretsRewrapped,
  statsSummary,
  status,
  taskImportReply,
  taskQuery,
  taskStats,
  tenantChanges,
  tenantDetail,
  tenantInput,
  timeseries,
  tokenInput,
  top,
  userChanges,
  userGroup,
  userGroupChanges,
  userGroupDetail,
  userGroupInput,
  userInput,
} from '@rota/protocol'

export type {
  AccountRole,
  Execution,
  Identity,
  ListedExecution,
  LogEntry,
  Permission,
  Role,
  Session as LoginReply,
  Task,
  Tenant,
  Token,
  User,
} from '@rota/protocol'

/** What a schema of the protocol yields; types only, so that the client carries no validator. */
type Reply<Schema extends { _output: unknown }> = Schema['_output']
/** What may be given where a schema is asked for; left-out fields may also be undefined. */
type Given<Schema extends { _input: unknown }> = { [K in keyof Schema['_input']]: Schema['_input'][K] | undefined }
type Part<T> = { [K in keyof T]?: T[K] | undefined }

/** What became of one document of many. */
export type ImportResult = Reply<typeof taskImportReply>['results'][number]
export type BulkResult = Reply<typeof bulkReply>['results'][number]
export type ServerStatus = Reply<typeof status>
export type Explanation = Reply<typeof explanation>
export type JobInput = Given<typeof jobInput>
export type LedgerPage = Reply<typeof ledgerPage>
export type LedgerEntry = Reply<typeof ledgerEntry>
export type LogPage = Reply<typeof logPage>
export type LogQuery = Part<Given<typeof logQuery>>
/** A line of output that its program has not ended yet. */
export type UnfinishedLine = NonNullable<Execution['unfinished']>
/** A token as it is answered once, when it is made. */
export type NewToken = Reply<typeof newToken>
export type NewUser = Reply<typeof newUser>
export type Invitation = Reply<typeof invitationReply>
export type Occurrence = Reply<typeof forecast>['occurrences'][number]
export type Preview = Reply<typeof preview>
export type RunInput = Part<Given<typeof runInput>>
export type RunReply = Reply<typeof runReply>
export type StatsSummary = Reply<typeof statsSummary>
export type TaskStats = Reply<typeof taskStats>
export type TimeseriesPoint = Reply<typeof timeseries>['points'][number]
export type TopEntry = Reply<typeof top>['tasks'][number]
export type TokenInput = Reply<typeof tokenInput>
export type UserInput = Reply<typeof userInput>
export type UserChanges = Reply<typeof userChanges>
export type TaskQuery = Part<Given<typeof taskQuery>>

export interface PreviewInput extends Part<Omit<Given<typeof previewInput>, 'schedule' | 'dst'>> {
  schedule: NonNullable<TaskInput['schedule']>
  dst?: TaskInput['dst']
}

/** `status` takes several. */
export interface ExecutionQuery extends Part<Omit<Given<typeof executionQuery>, 'status'>> {
  status?: readonly ExecutionStatus[] | undefined
}

export interface LedgerQuery extends PageQuery {
  task_id?: string | undefined
  from?: string | undefined
  to?: string | undefined
  answer?: LedgerAnswer | undefined
}

/** One page of a list. `rows` holds what the reply carries under the list's own name. */
export interface ListPage<T> {
  total: number
  page: number
  limit: number
  rows: T[]
  next_cursor: string | null
}

/** One page of a history that retention cuts. */
export interface PastPage<T> extends ListPage<T> {
  /** Whatever was due later is there; of what was due up to here, retention has removed some. Null: it removed nothing. */
  history_begins_at: string | null
}

export interface PageQuery {
  page?: number | undefined
  limit?: number | undefined
  cursor?: string | undefined
}
export type RoleView = Reply<typeof roleView>
export type RoleInput = Given<typeof roleInput>
export type RoleChanges = Part<Given<typeof roleChanges>>
export type TenantDetail = Reply<typeof tenantDetail>
export type TenantInput = Part<Given<typeof tenantInput>> & { id: string }
export type TenantChanges = Part<Given<typeof tenantChanges>>
export type UserGroup = Reply<typeof userGroup>
export type UserGroupDetail = Reply<typeof userGroupDetail>
export type UserGroupInput = Given<typeof userGroupInput>
export type UserGroupChanges = Part<Given<typeof userGroupChanges>>
export type Grant = Reply<typeof grant>
export type GrantChanges = Part<Given<typeof grantChanges>>
export type GrantInput = Given<typeof grantInput>
export type GrantQuery = Part<Given<typeof grantQuery>>
export type Node = Reply<typeof node>
export type NodeDetail = Reply<typeof nodeDetail>
export type NodeQuery = Part<Given<typeof nodeQuery>>
export type NodeEvents = Reply<typeof nodeEvents>
export type NodeHealth = Reply<typeof nodeHealth>
export type NodeInput = Given<typeof nodeInput>
export type NodeRegistered = Reply<typeof nodeRegistered>
export type NodeHeartbeat = Part<Given<typeof nodeHeartbeat>>
export type NodeHeard = Reply<typeof nodeHeard>
export type JoinToken = Reply<typeof joinTokenList>['join_tokens'][number]
export type JoinTokenInput = Part<Given<typeof joinTokenInput>>
export type NewJoinToken = Reply<typeof newJoinToken>
export type Pool = Reply<typeof pool>
export type PoolInput = Given<typeof poolInput>
export type PoolChanges = Part<Given<typeof poolChanges>>
export type PoolList = Reply<typeof poolList>
export type Secret = Reply<typeof secret>
export type SecretDetail = Reply<typeof secretDetail>
export type SecretSet = Reply<typeof secretSet>
export type SecretInput = Given<typeof secretInput>
export type SecretChanges = Part<Given<typeof secretChanges>>
export type SecretKeys = Reply<typeof secretKeys>
export type SecretsRewrapped = Reply<typeof secretsRewrapped>
export type AuditEntry = Reply<typeof auditEntry>
export type AuditQuery = Part<Given<typeof auditQuery>>
export type AuditExportQuery = Part<Given<typeof auditExportQuery>>
export type AuditCheckpoint = Reply<typeof auditCheckpoint>
export type AuditCheckpoints = Reply<typeof auditCheckpoints>
export type AccessExplanation = Reply<typeof accessExplanation>
export type AccessQuestion = Part<Given<typeof accessQuery>>
export type Policy = Reply<typeof policy>
export type PolicyInput = Given<typeof policyInput>
export type PolicyReplacement = Given<typeof policyReplacement>
export type PolicyCheck = Reply<typeof policyCheck>
export type ChangeRequest = Reply<typeof changeRequest>
export type ChangeRequestQuery = Part<Given<typeof changeRequestQuery>>
