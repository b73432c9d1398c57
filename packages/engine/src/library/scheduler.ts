import type { ExecutionView, Json, ScheduleInput } from '@rota/core'
import type { HandlerContext, HandlerFunction } from '@rota/executors'
import type { Engine } from '../api/engine.ts'
import type { Executions } from '../api/executions.ts'
import type { Tasks } from '../api/tasks.ts'
import type { Duration } from './duration.ts'
import type { SchedulerEvent } from './events.ts'
import type { Instant } from './instant.ts'
import type { ScheduleHandle } from './schedule-handle.ts'
import type { Source, SourceView } from './sources.ts'
import type { JobOptions, ScheduleOptions } from './work-options.ts'

/** A function that takes part in {@link Scheduler.handle}, typed by what it is called with. */
export type JobHandler<Args extends Json[] = Json[], Kwargs extends Record<string, Json> = Record<string, Json>> = (
  args: Args,
  kwargs: Kwargs,
  context: HandlerContext,
) => unknown

/** What a schedule calls: a function, or the name of a handler. */
export type Work = HandlerFunction | string

/**
 * A scheduler inside a program: no server, its store in memory or in a folder. Made by `createScheduler()`.
 *
 * Definitions are checked at once and throw RotaError: `invalid` with the place of the mistake, `conflict` when a name is
 * taken. What concerns the store happens from `start()` on.
 */
export interface Scheduler {
  /** Names a function, so that jobs and schedules can call it, also after a restart. Returns the scheduler. */
  handle<Args extends Json[], Kwargs extends Record<string, Json>>(
    name: string,
    fn: JobHandler<Args, Kwargs>,
  ): Scheduler

  /** The names of all handlers. */
  handlers(): string[]
  /**
   * Takes a handler out; what runs ends by itself. What calls it from then on fails as `unknown_handler`, until the name
   * is given to another function. Throws `not_found`.
   */
  removeHandler(name: string): void

  /** Runs `work` at the instants of a cron expression: 5 fields, 6 with seconds, or a macro such as `@daily`. */
  cron(expression: string, work: Work, options?: ScheduleOptions): ScheduleHandle
  /** Runs `work` every so often, first after one interval; never drifts. `aligned` counts from local midnight. */
  every(interval: Duration, work: Work, options?: ScheduleOptions & { aligned?: boolean }): ScheduleHandle
  /** Runs `work` each day at one or several local times, `HH:MM` or `HH:MM:SS`. */
  daily(times: string | string[], work: Work, options?: ScheduleOptions): ScheduleHandle
  /** Runs `work` by any schedule that a task can have. */
  schedule(schedule: ScheduleInput, work: Work, options?: ScheduleOptions): ScheduleHandle
  /** A schedule by name, also one that an earlier run of the program left in the store. */
  named(name: string): ScheduleHandle
  /** When a schedule runs next. Throws `not_found`. */
  next(name: string): Promise<Date | null>

  /** Has a handler called once. Resolves when the job is durable: in a folder, it then survives a power cut. */
  submit(handler: string, options?: JobOptions): Promise<ExecutionView>
  /** Many jobs in one transaction, all or none; answers their ids in order. At most 10,000. */
  submitMany(handler: string, jobs: JobOptions[]): Promise<string[]>
  /** {@link submit} at an instant. One that lies in the past runs at once. */
  at(instant: Instant, handler: string, args?: Json[]): Promise<ExecutionView>

  /** Adds a producer of jobs and their consumer. Throws `invalid` for what cannot be, `conflict` for a taken name. */
  source<Data extends Json>(source: Source<Data>): Scheduler
  /** Asks the producer of a source again, e.g. because there is an earlier job now. Throws `not_found`. */
  poke(name: string): void

  /** All sources, in the order in which they were added. */
  sources(): SourceView[]
  /**
   * Takes a source out: its producer is asked no more, its jobs that wait are cancelled, those that run end by
   * themselves. Then the name is free. Rejects with `not_found`.
   */
  removeSource(name: string): Promise<void>

  /** Calls `listener` for every event until the returned function is called. */
  on(listener: (event: SchedulerEvent) => void): () => void

  /**
   * Opens the store, saves what was defined, and begins. Rejects when the folder is in use or its database is no good, and
   * when what was defined cannot be saved; then everything is closed again, and the program can end.
   */
  start(): Promise<void>
  /**
   * Starts nothing more, lets what runs finish for `graceMs` (default 10,000), then aborts it, and closes the store. A
   * stopped scheduler cannot be started again.
   */
  stop(options?: { graceMs?: number }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>

  /** The engine below, for everything that the library has no word for. Throws before `start()`. */
  readonly engine: Engine
  readonly tasks: Tasks
  readonly executions: Executions
}
