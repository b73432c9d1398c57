import type { ConcurrencyPolicy, Json, OverlapPolicy, RetryPolicy, TaskInput } from '@rota/core'
import type { JobInput } from '../api/executions.ts'
import { type Duration, durationSeconds } from './duration.ts'
import { type Instant, isoInstant } from './instant.ts'
import { jsonValue } from './json-value.ts'
import { refuseUnknown } from './option-names.ts'

/** How a failed attempt is tried again. A number stands for that many attempts in all. */
export interface RetryOptions {
  /** Attempts in all, the first included. */
  attempts: number
  /** Before the second attempt. Default one minute. */
  delay?: Duration
  /** `exponential` doubles the delay each time, up to `maxDelay`. Default `fixed`. */
  backoff?: 'fixed' | 'exponential'
  /** Default one hour. */
  maxDelay?: Duration
  /** Share of the delay that is added or taken away at random, 0 to 1. Default 0. */
  jitter?: number
}

/** What jobs, schedules and sources can all say about their runs. */
export interface WorkOptions {
  /** Higher starts first among what waits for a free place. Default 0. */
  priority?: number
  /** Ends an attempt that takes longer: its `context.signal` is aborted and it counts as failed. Default: none. */
  timeout?: Duration
  /** Default: no retry. */
  retry?: number | RetryOptions
}

/** The options of a job. */
export interface JobOptions extends WorkOptions {
  /** First argument of the handler. Must be JSON. */
  args?: Json[]
  /** Second argument of the handler. Must be JSON. */
  kwargs?: Record<string, Json>
  /** Not before this instant; one that lies in the past runs at once. Default: now. */
  runAt?: Instant
  /** Work with equal keys shares a limit: one at a time, unless `max` says more. */
  key?: string | { name: string; max: number }
  /** A second job with the same idempotency key is not made; the first one is answered. */
  idempotencyKey?: string
  /** False leaves no row behind once the job has ended. Default true. */
  history?: boolean
}

/** The options of a schedule. */
export interface ScheduleOptions extends WorkOptions {
  /** Unique; with it the schedule is found again after a restart. Default: the handler's or the function's name. */
  name?: string
  /** IANA zone. Default: the scheduler's. */
  timezone?: string
  args?: Json[]
  kwargs?: Record<string, Json>
  key?: string | { name: string; max: number }
  /** What becomes of an occurrence while the one before still runs. Default `skip`. */
  overlap?: OverlapPolicy
  /** How many may run at once, unless `overlap` is `allow`. Default 1. */
  max?: number
  /** What becomes of occurrences that passed while the program was down. Default `run_once`. */
  misfire?: 'skip' | 'run_once' | 'run_all'
  /** How late an occurrence may start and still count as in time. Default one minute. */
  grace?: Duration
  /** Each occurrence is moved by up to this much, always by the same amount. */
  jitter?: Duration
  startAt?: Instant
  endAt?: Instant
  maxRuns?: number
  /** Run once whenever the scheduler starts, too. */
  atStart?: boolean
}

const WORK_OPTIONS = ['priority', 'timeout', 'retry'] as const satisfies (keyof WorkOptions)[]
const JOB_OPTIONS: (keyof JobOptions)[] = [
  ...WORK_OPTIONS,
  'args',
  'kwargs',
  'runAt',
  'key',
  'idempotencyKey',
  'history',
]
const SCHEDULE_OPTIONS: (keyof ScheduleOptions)[] = [
  ...WORK_OPTIONS,
  'name',
  'timezone',
  'args',
  'kwargs',
  'key',
  'overlap',
  'max',
  'misfire',
  'grace',
  'jitter',
  'startAt',
  'endAt',
  'maxRuns',
  'atStart',
]

/** A job as the engine takes it. Throws `invalid` for options that do not exist and values that are not JSON. */
export function jobOf(handler: string, options: JobOptions): JobInput {
  refuseUnknown(options, JOB_OPTIONS)
  const { runAt, key, history } = options
  return {
    type: 'handler',
    name: handler,
    payload: { handler },
    ...workFields(options),
    ...paramFields(options),
    ...(runAt === undefined ? {} : { run_at: isoInstant(runAt, 'runAt') }),
    ...(key === undefined ? {} : { concurrency: keyFields(key) }),
    ...(history === undefined ? {} : { keep_history: history }),
  }
}

/** A schedule's part of a task document. Throws as {@link jobOf}. */
export function scheduleFields(options: ScheduleOptions): Partial<TaskInput> {
  refuseUnknown(options, SCHEDULE_OPTIONS)
  const { timezone, overlap, max, key, misfire, grace, jitter, startAt, endAt, maxRuns, atStart } = options
  const concurrency = {
    ...(overlap === undefined ? {} : { overlap }),
    ...(max === undefined ? {} : { max }),
    ...(key === undefined ? {} : keyFields(key)),
  }
  const misfires = {
    ...(misfire === undefined ? {} : { policy: misfire }),
    ...(grace === undefined ? {} : { grace_seconds: durationSeconds(grace, 'grace') }),
  }
  return {
    ...workFields(options),
    ...paramFields(options),
    ...(timezone === undefined ? {} : { timezone }),
    concurrency,
    misfire: misfires,
    ...(jitter === undefined ? {} : { jitter_seconds: durationSeconds(jitter, 'jitter') }),
    ...(startAt === undefined ? {} : { start_at: isoInstant(startAt, 'startAt') }),
    ...(endAt === undefined ? {} : { end_at: isoInstant(endAt, 'endAt') }),
    ...(maxRuns === undefined ? {} : { max_runs: maxRuns }),
    ...(atStart === undefined ? {} : { run_at_start: atStart }),
  }
}

/** What a job and a task say in the same words. */
export function workFields({
  priority,
  timeout,
  retry,
}: WorkOptions): Pick<TaskInput, 'priority' | 'timeout_seconds'> & { retry?: Partial<RetryPolicy> } {
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(timeout === undefined ? {} : { timeout_seconds: durationSeconds(timeout, 'timeout') }),
    ...(retry === undefined ? {} : { retry: retryFields(retry) }),
  }
}

function retryFields(retry: number | RetryOptions): Partial<RetryPolicy> {
  if (typeof retry === 'number') return { max_attempts: retry }
  refuseUnknown(retry, ['attempts', 'delay', 'backoff', 'maxDelay', 'jitter'])
  const { attempts, delay, backoff, maxDelay, jitter } = retry
  return {
    max_attempts: attempts,
    ...(delay === undefined ? {} : { delay_seconds: durationSeconds(delay, 'retry.delay') }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(maxDelay === undefined ? {} : { max_delay_seconds: durationSeconds(maxDelay, 'retry.maxDelay') }),
    ...(jitter === undefined ? {} : { jitter }),
  }
}

function paramFields({ args, kwargs }: { args?: Json[]; kwargs?: Record<string, Json> }) {
  if (args === undefined && kwargs === undefined) return {}
  return {
    params: {
      ...(args === undefined ? {} : { args: jsonValue(args, 'args') as Json[] }),
      ...(kwargs === undefined ? {} : { kwargs: jsonValue(kwargs, 'kwargs') as Record<string, Json> }),
    },
  }
}

function keyFields(key: string | { name: string; max: number }): Pick<ConcurrencyPolicy, 'key' | 'key_max'> {
  return typeof key === 'string' ? { key, key_max: 1 } : { key: key.name, key_max: key.max }
}
