export { type Caller, type Scope, SYSTEM } from '@rota/core'
export type { Audit, AuditFilter, AuditView } from './api/audit.ts'
export type { Engine } from './api/engine.ts'
export type { EngineEvent } from './api/events.ts'
export type { ExecutionFilter, Executions, JobInput } from './api/executions.ts'
export type { EngineStatus, InstanceView } from './api/instances.ts'
export type { LedgerFilter } from './api/ledger.ts'
export type {
  JoinTokenView,
  NodeEventView,
  NodeFilter,
  Nodes,
  NodeView,
  PoolsStatus,
  PoolView,
} from './api/nodes.ts'
export type { Overviews } from './api/overviews.ts'
export type { Page, PageOf, PastOf } from './api/page.ts'
export type { SchedulePreview, Schedules } from './api/schedules.ts'
export type { Stats, StatsSummary, TaskStats } from './api/stats.ts'
export type { IfVersion, NewTaskVerdict, Revision, RunOptions, RunView, TaskFilter, Tasks } from './api/tasks.ts'
export { createEngine, type EngineOptions } from './engine.ts'
export { createMemoryHub } from './hot/memory/open.ts'
export { HotStateError } from './hot/redis/hot-state-error.ts'
export { openRedisHot } from './hot/redis/lazy.ts'
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
  type SourceView,
  type Work,
} from './library/index.ts'
export type { LimitSettings } from './planning/limits.ts'
export type { ChangeRelay, RelayedChanges } from './ports/change-relay.ts'
export type { Channel, Report } from './ports/channel.ts'
export type { ExecutionDetails, Waiting } from './ports/details.ts'
export type {
  Claimed,
  ClaimRequest,
  ClaimResult,
  DueSchedule,
  EnqueueResult,
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
export type { Ended, Happened, Happening, HappeningKind, Retried } from './ports/happenings.ts'
export type { Hint } from './ports/hints.ts'
export type { HotParts, HotStatus } from './ports/hot.ts'
export type { LogQuery, LogStore, NumberedLine } from './ports/logs.ts'
export type { NodeConnection, NodeLink } from './ports/node-link.ts'
export type {
  JoinToken,
  LoadSample,
  NodeEvent,
  NodeRow,
  NodeStore,
  PoolOrigin,
  PoolRow,
} from './ports/nodes.ts'
export type { ConsumerBacklog, KeptHappening, Outbox, OutboxEntry, Taken } from './ports/outbox.ts'
export type { Place, Placer, Shortage } from './ports/placer.ts'
export type { HeldChange, PolicySource, TaskDeed } from './ports/policies.ts'
export type { Bucket, RateLimits } from './ports/rate-limits.ts'
export type { Heard, Joined, KnownNode, Registry, Via } from './ports/registry.ts'
export type {
  Beaten,
  Committed,
  Holder,
  LeaseRef,
  NodeBeat,
  NodeDelta,
  NodeJoin,
  NodeLoad,
  Released,
  Reservations,
  Reserved,
  ReserveRequest,
} from './ports/reservations.ts'
export { type Revealed, SecretError, type SecretSource } from './ports/secrets.ts'
export type { StoreParts } from './ports/store.ts'
export type { RelayedTail } from './ports/tail-relay.ts'
export {
  isStillDue,
  type NewTask,
  type SaveOptions,
  type SaveResult,
  type ScheduleChange,
  type TaskRow,
  type TaskStore,
} from './ports/tasks.ts'
export { type CopiedTable, copyStore } from './store/copy.ts'
export { createDatabaseClock } from './store/postgres/database-clock.ts'
export { DatabaseError } from './store/postgres/database-error.ts'
export {
  examineDatabase,
  migrateDatabase,
  openPostgresStore,
  openSchemaForReading,
  openSchemaForWriting,
} from './store/postgres/lazy.ts'
export type { PostgresStore } from './store/postgres/open.ts'
export {
  backupDataDirectory,
  verifyBackup,
} from './store/sqlite/backup/backup.ts'
export { restoreDataDirectory } from './store/sqlite/backup/restore.ts'
export { type DataDirectory, takeDataDirectory } from './store/sqlite/data-directory.ts'
export { DataDirectoryError } from './store/sqlite/data-lock.ts'
export { DatabaseFileError } from './store/sqlite/database-file-error.ts'
export { checkIntegrity } from './store/sqlite/integrity.ts'
export { lastSignOfLife, secretKeysIn } from './store/sqlite/last-sign-of-life.ts'
export { makeFolder, removeFolders } from './store/sqlite/make-folder.ts'
export {
  createMemoryDisk,
  DATA_FILES,
  type MemoryDisk,
  openInMemoryStore,
  openSqliteStore,
  type SqliteStoreOptions,
} from './store/sqlite/open.ts'
export { openDirectoryForReading, openDirectoryForWriting } from './store/sqlite/transfer/open.ts'
export type { Store } from './store/store.ts'
