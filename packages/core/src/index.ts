export { type Caller, may, maySomewhere, meets, SYSTEM } from './access/caller.ts'
export {
  allows,
  firstEnd,
  type Grant,
  heldByBoth,
  isInForce,
  PLACED,
  type Place,
  type Reach,
  reaches,
  rightsSomewhere,
  scopeOfGrants,
} from './access/grants.ts'
export { ancestors, isInGroup } from './access/groups.ts'
export {
  ABOVE_TENANTS,
  ALLOWED_FROM,
  KINDS,
  type Kind,
  PERMISSIONS,
  type Permission,
  ROLES,
  type Role,
} from './access/kinds.ts'
export {
  type Need,
  narrowed,
  permissionsIn,
  type Rights,
  surplusOf,
  union,
  withinTenant,
} from './access/permissions.ts'
export { isRole, ROLE_RIGHTS } from './access/roles.ts'
export {
  EVERYTHING,
  type GrantedScope,
  isWithin,
  type OwnedRow,
  type Scope,
  scopeWithin,
  tenantOf,
} from './access/scope.ts'
export { CHAIN_START, linkText, type SealedEntry, type Sha256, seal } from './audit/chain.ts'
export { changesOf, type FieldChanges, taskChanges, taskFields } from './audit/changes.ts'
export {
  type ChainCheck,
  type ChainFault,
  type ChainReport,
  type Checkpoint,
  checkChain,
  checkpointText,
} from './audit/check.ts'
export { type AuditDraft, type Audited, type AuditedKind, drafted } from './audit/draft.ts'
export { type Clock, systemClock, type Timer } from './clock.ts'
export { type CronFlavour, isLeftover } from './crontab/flavour.ts'
export { readCrontab, readingCrontab } from './crontab/read-crontab.ts'
export type {
  CrontabFormat,
  CrontabLine,
  CrontabOptions,
  CrontabReport,
  LineOutcome,
} from './crontab/report.ts'
export { didYouMean } from './did-you-mean.ts'
export { encodingOf } from './encodings.ts'
export { ERROR_CATALOGUE, type ErrorCode, type FieldError, invalid, type Lack, notFound, RotaError } from './errors.ts'
export {
  canTransition,
  type ExecutionStatus,
  FAILURES,
  type FailureKind,
  isFinal,
  type SkipReason,
  TRANSITIONS,
  type Trigger,
} from './execution.ts'
export {
  createExecutionDefaults,
  type ExecutionDefaultSettings,
  type ExecutionDefaults,
  effectiveExecution,
} from './execution-defaults.ts'
export { harmless, harmlessJson } from './harmless.ts'
export { Histogram } from './histogram.ts'
export { createIds, type RandomBytes } from './ids.ts'
export { homesIn } from './import/homes.ts'
export { originPrefix } from './import/identity.ts'
export { type ImportedTask, importMark } from './import/imported-task.ts'
export type { Finding } from './import/match.ts'
export { type ImportPlan, type PlannedEntry, planImport, planningImport } from './import/plan.ts'
export { type ImportStep, type ImportWishes, otherNames, type StandingTask, whenTaken } from './import/step.ts'
export { isoInstant } from './iso-instant.ts'
export type { Json } from './json.ts'
export { say } from './language/say.ts'
export { type LanguageCode, label, languageOf, speak, translate } from './language/translate.ts'
export {
  type Capability,
  NODE_STATES,
  type NodeFacts,
  type NodeLease,
  type NodeState,
  type Usage,
} from './nodes/facts.ts'
export {
  HEALTHY,
  type HealthMemory,
  type HealthThresholds,
  judgeHealth,
} from './nodes/health.ts'
export { languagePool } from './nodes/language-pool.ts'
export {
  type Broadcast,
  type NeededCapability,
  type NodeTarget,
  ON_LOST,
  type OnLost,
  type Spread,
  STRATEGIES,
  type Strategy,
  type Target,
} from './nodes/target.ts'
export { spreadOf, targetOf } from './nodes/target-of.ts'
export {
  AGENT_PROTOCOL,
  type AttemptKey,
  type AttemptNews,
  type FromNode,
  NODE_REFUSALS,
  type NodeRefusal,
  type ToNode,
} from './nodes/wire.ts'
export type {
  LogLine,
  LogStream,
  Order,
  Refusal,
  RunOutcome,
  RunRequest,
  UnfinishedLine,
} from './order.ts'
export { checkOverrides, type RunOverrides } from './overrides/check-overrides.ts'
export { dangerOf } from './overrides/dangerous-variable.ts'
export { placementFacts } from './placement/facts.ts'
export {
  type Candidate,
  type Counterfactual,
  type Decision,
  type Explanation,
  type Judged,
  type PlacementRequest,
  REASON_CODES,
  type ReasonAction,
  type ReasonCode,
  type Snapshot,
} from './placement/model.ts'
export { place } from './placement/place.ts'
export { describeReason, type ReasonText } from './placement/reasons.ts'
export { matchesSelector, parseSelector, type Selector } from './placement/selector.ts'
export { applying, asksWho, type PolicyPlace } from './policy/applying.ts'
export { type AttemptBounds, type AttemptLimits, boundsOf } from './policy/bounds.ts'
export { type WrittenRules, wholeReach, wholeRules } from './policy/complete.ts'
export { type Violation, type ViolationCode, violationsOf } from './policy/complies.ts'
export type { Interpreter, PolicyMachine } from './policy/machine.ts'
export { MOST_PATTERN } from './policy/pattern.ts'
export type {
  AllowedCommand,
  Bearer,
  DeniedCommand,
  NetworkRules,
  Policy,
  PolicyLimits,
  PolicyReach,
  PolicyRules,
} from './policy/rules.ts'
export { commandOf, type PolicySubject, subjectOf } from './policy/subject.ts'
export { runsProgram, withUnixLines } from './program-text.ts'
export { retryDelayMs, shallRetry } from './retry.ts'
export { compileSchedule } from './schedule/compile.ts'
export { drawsFromKey, inDialect, JITTER_KEY_MISSING, KEY_MISSING } from './schedule/draft.ts'
export type {
  CronDialect,
  GapPolicy,
  NormalisedSchedule,
  OverlapPolicy as DstOverlapPolicy,
  ScheduleContext,
  ScheduleInput,
  ScheduleKind,
} from './schedule/input.ts'
export { jitterMs } from './schedule/jitter.ts'
export { meaningNotes } from './schedule/meaning-notes.ts'
export { DEPENDENCY, whyNeverFires } from './schedule/never-fires.ts'
export { RULE_FIELDS } from './schedule/rule-fields.ts'
export type { Schedule, ScheduleNote } from './schedule/schedule.ts'
export { createScheduleCache, type ScheduleCache } from './schedule/schedule-cache.ts'
export { describe } from './schedule/words/describe.ts'
export { processZone, resolveZone } from './schedule/zone-name.ts'
export { findMasks, maskParams, maskTask, unmask } from './secrets/mask.ts'
export {
  canNameSecret,
  mentionsSecret,
  refersToSecret,
  type SecretHolder,
  type SecretReference,
  secretProblems,
  secretReferences,
  secretsIn,
  textWithSecrets,
  withSecrets,
} from './secrets/references.ts'
export { isSecretName } from './secrets/secret-name.ts'
export { suggest, suggestName } from './suggest.ts'
export type {
  AttemptView,
  ConcurrencyPolicy,
  EffectiveExecution,
  ExecutionPhase,
  ExecutionView,
  FencedAttemptView,
  LedgerAnswer,
  LedgerEntry,
  MisfirePolicy,
  MisfireSettings,
  OverlapPolicy,
  RetryCause,
  RetryPolicy,
  ScheduleEntry,
  TaskDefinition,
  TaskInput,
  TaskStatus,
  TaskView,
} from './task.ts'
export {
  compactTask,
  DEFAULT_CONCURRENCY,
  DEFAULT_KILL_GRACE_SECONDS,
  DEFAULT_MAX_LOG_BYTES,
  DEFAULT_MISFIRE,
  DEFAULT_RETRY,
  expandTask,
  readTask,
  taskInputOf,
  writtenPart,
} from './task-document.ts'
export type { Field, Fields, InOf, TextShape } from './task-fields/field.ts'
export { FORMS } from './task-fields/forms.ts'
export type { HttpPayload } from './task-fields/http-payload.ts'
export {
  PAYLOAD_FIELDS,
  PAYLOAD_OF,
  type PayloadField,
  TASK_FIELDS,
  TASK_POLICIES,
  TASK_SET_BY_SERVER,
  type TaskFieldName,
  type TaskFields,
  typesOf,
} from './task-fields/table.ts'
export type { TargetInput } from './task-fields/target-field.ts'
export { changesBetween, tidyTask } from './task-fields/tidy.ts'
export { frozen, memberDefaults, usualOf } from './task-fields/usual.ts'
export { withoutTrailing } from './trailing.ts'
