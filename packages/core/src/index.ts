export { type Clock, systemClock, type Timer } from './clock.ts'
export { distinctName } from './crontab/distinct-name.ts'
export { type CronFlavour, isLeftover } from './crontab/flavour.ts'
export { identityIn, originPrefix } from './crontab/identity.ts'
export { type EarlierTask, type Finding, matchJobs } from './crontab/match.ts'
export { readCrontab, readingCrontab } from './crontab/read-crontab.ts'
export type {
  CrontabFormat,
  CrontabLine,
  CrontabOptions,
  CrontabReport,
  ImportedTask,
  LineOutcome,
} from './crontab/report.ts'
export { didYouMean } from './did-you-mean.ts'
export { encodingOf } from './encodings.ts'
export { ERROR_CATALOGUE, type ErrorCode, type FieldError, invalid, notFound, RotaError } from './errors.ts'
export {
  canTransition,
  type ExecutionStatus,
  type FailureKind,
  isFinal,
  type SkipReason,
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
export type { Json } from './json.ts'
export { say } from './language/say.ts'
export { type LanguageCode, label, languageOf, speak, translate } from './language/translate.ts'
export { checkOverrides, type RunOverrides } from './overrides/check-overrides.ts'
export { dangerOf } from './overrides/dangerous-variable.ts'
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
export type { Schedule, ScheduleNote } from './schedule/schedule.ts'
export { createScheduleCache, type ScheduleCache } from './schedule/schedule-cache.ts'
export { describe } from './schedule/words/describe.ts'
export { processZone, resolveZone } from './schedule/zone-name.ts'
export { findMasks, maskParams, maskTask, unmask } from './secrets/mask.ts'
export { findSecretReferences } from './secrets/references.ts'
export { isSecretName } from './secrets/secret-name.ts'
export { suggest, suggestName } from './suggest.ts'
export type {
  AttemptView,
  ConcurrencyPolicy,
  EffectiveExecution,
  ExecutionPhase,
  ExecutionView,
  FencedAttemptView,
  HttpPayload,
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
} from './task-document.ts'
export { TASK_LIMITS } from './task-rules.ts'
export { withoutTrailing } from './trailing.ts'
