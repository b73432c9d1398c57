export { validateEnv } from './environment.ts'
export type {
  Executor,
  LogLine,
  LogStream,
  Run,
  RunOutcome,
  RunRequest,
  RunSink,
} from './executor.ts'
export { createExecutors } from './executors.ts'
export { HandlerExecutor, type HandlerExecutorOptions } from './handler-executor.ts'
export {
  createHandlerRegistry,
  type HandlerContext,
  type HandlerFunction,
  HandlerRegistry,
} from './handler-registry.ts'
export type { ExecutorOptions } from './options.ts'
