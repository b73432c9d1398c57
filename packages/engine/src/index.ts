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
export { DataDirectoryError } from './store/sqlite/data-lock.ts'
export {
  createMemoryStore,
  DATA_FILES,
  openSqliteStore,
  type SqliteStoreOptions,
  type Store,
} from './store/sqlite/open.ts'
