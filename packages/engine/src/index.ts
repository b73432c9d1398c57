export type {
  Actor,
  Engine,
  EngineEvent,
  EngineStatus,
  ExecutionFilter,
  Executions,
  IfVersion,
  JobInput,
  LedgerFilter,
  LogQuery,
  NumberedLine,
  Page,
  PageOf,
  Revision,
  RunOptions,
  SchedulePreview,
  Schedules,
  Stats,
  StatsSummary,
  TaskFilter,
  TaskStats,
  Tasks,
} from './api.ts'
export { createEngine, type EngineOptions } from './engine.ts'
export {
  createScheduler,
  type Duration,
  type Instant,
  type JobHandler,
  type JobOptions,
  type OnError,
  type ProducedJob,
  type RetryOptions,
  type ScheduleHandle,
  type ScheduleOptions,
  type Scheduler,
  type SchedulerEvent,
  type SchedulerFailure,
  type SchedulerOptions,
  type Source,
  type Work,
} from './library/index.ts'
export type { LimitSettings } from './planning/limits.ts'
export type { ExecutionDetails, Waiting } from './ports/details.ts'
export type {
  Claimed,
  ClaimRequest,
  ClaimResult,
  DueSchedule,
  ExecutionStore,
  Finish,
  InstanceRecord,
  NewExecution,
  Orphan,
  OrphanQuery,
  PlannedSchedule,
  Settlement,
  SettleResult,
  UnrunAnswer,
} from './ports/executions.ts'
export type { LogStore } from './ports/logs.ts'
export type { StoreParts } from './ports/store.ts'
export type { NewTask, SaveOptions, ScheduleChange, TaskRow, TaskStore } from './ports/tasks.ts'
export {
  backupDataDirectory,
  verifyBackup,
} from './store/sqlite/backup/backup.ts'
export { restoreDataDirectory } from './store/sqlite/backup/restore.ts'
export { DataDirectoryError } from './store/sqlite/data-lock.ts'
export {
  createMemoryDisk,
  createMemoryStore,
  DATA_FILES,
  type MemoryDisk,
  openSqliteStore,
  type SqliteStoreOptions,
  type Store,
} from './store/sqlite/open.ts'
