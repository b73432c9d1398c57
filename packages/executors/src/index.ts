export { hostRuleProblem } from './address-guard.ts'
export { validateEnv } from './environment.ts'
export type {
  Capacity,
  Executor,
  LogLine,
  LogStream,
  Run,
  RunOutcome,
  RunRequest,
  RunSink,
  UnfinishedLine,
} from './executor.ts'
export { createExecutors } from './executors.ts'
export { createGuardedSender, type GuardedRequest } from './guarded-request.ts'
export { HandlerExecutor, type HandlerExecutorOptions } from './handler-executor.ts'
export { createHandlerPool, HandlerPool, type HandlerPoolOptions } from './handler-pool.ts'
export {
  createHandlerRegistry,
  type HandlerContext,
  type HandlerFunction,
  HandlerRegistry,
} from './handler-registry.ts'
export { limitingControllers } from './hosts/local/cgroup-hierarchy.ts'
export { type ReapOptions, reapOrphans } from './hosts/local/orphan-reaper.ts'
export { createPolicyMachine } from './hosts/local/policy-machine.ts'
export { isOtherAlive, ownIdentity, type ProcessIdentity } from './hosts/local/process-birth.ts'
export type { HttpOptions } from './http-options.ts'
export { type Masker, maskerOf } from './masking/masker.ts'
export { isMaskable, SHORTEST_NEEDLE } from './masking/needles.ts'
export type { ExecutorOptions } from './options.ts'
export type { ResourceLimits } from './resource-limits.ts'
export { probePrograms } from './shell-executor.ts'
