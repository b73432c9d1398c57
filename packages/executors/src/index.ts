export type {
  Executor,
  LogLine,
  LogStream,
  Run,
  RunOutcome,
  RunRequest,
  RunSink,
} from './executor.ts'
