export { type Clock, systemClock, type Timer } from './clock.ts'
export { readCrontab } from './crontab/read-crontab.ts'
export type {
  CronFlavour,
  CrontabFormat,
  CrontabLine,
  CrontabOptions,
  CrontabReport,
  ImportedTask,
  LineOutcome,
} from './crontab/report.ts'
export { ERROR_CATALOGUE, type ErrorCode, type FieldError, invalid, notFound, RotaError } from './errors.ts'
export {
  canTransition,
  type ExecutionStatus,
  type FailureKind,
  isFinal,
  type SkipReason,
  type Trigger,
} from './execution.ts'
export { Histogram } from './histogram.ts'
export type { Json } from './json.ts'
export { compileSchedule } from './schedule/compile.ts'
export type {
  GapPolicy,
  NormalisedSchedule,
  OverlapPolicy,
  ScheduleContext,
  ScheduleInput,
  ScheduleKind,
} from './schedule/input.ts'
export { jitterMs } from './schedule/jitter.ts'
export type { Schedule, ScheduleNote } from './schedule/schedule.ts'
export { suggest } from './suggest.ts'
