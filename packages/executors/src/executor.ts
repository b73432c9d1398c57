import type { ExecutionStatus, FailureKind, FieldError, Json } from '@rota/core'
import type { ResourceLimits } from './resource-limits.ts'
import type { WrittenSettings } from './written-settings.ts'

/** Everything an executor needs to run one attempt. It gets no access to the server's own environment. */
export interface RunRequest {
  executionId: string
  /** 1 for the first attempt. */
  attempt: number
  taskId: string | null
  taskName: string | null
  /** The due instant for a scheduled execution, else when it was asked for; epoch ms. */
  scheduledAt: number
  /** Type-specific part of the task, e.g. `{ command }` for `shell`. Already validated by {@link Executor.validate}. */
  payload: Record<string, Json>
  params: { args: Json[]; kwargs: Record<string, Json> }
  /** The task's own variables, added to the small base environment. */
  env: Record<string, string>
  workingDir: string | null
  /** Milliseconds until the attempt is stopped with failure `timeout`; null for none. */
  timeoutMs: number | null
  /** Milliseconds between SIGTERM and SIGKILL. */
  killGraceMs: number
  /** Bytes of log kept; beyond it head and tail are kept and the cut is marked. */
  maxLogBytes: number
  /** Number of the claim this attempt runs under; higher for every later claim of the same execution. */
  fence?: number
  /** Name of the user to run as; null or absent for the server's own. */
  runAs?: string | null
  /** True leaves what the program left behind running, once it has ended by itself. */
  detach?: boolean
  /** Encoding of the output as `encodingOf` knows it; null or absent for UTF-8. */
  encoding?: string | null
  /** What the attempt may use, over the executors' own defaults. */
  limits?: ResourceLimits
}

export type LogStream = 'stdout' | 'stderr' | 'system'

/** One line of output. `text` has no line terminator; bytes that are not UTF-8 appear as U+FFFD. */
export interface LogLine {
  /** Epoch ms at which the line was complete. */
  at: number
  stream: LogStream
  text: string
}

/** A line of output that its program has not ended yet. */
export interface UnfinishedLine {
  stream: 'stdout' | 'stderr'
  /** What a terminal would show of it; of a long one the end. */
  text: string
  /** Epoch ms of its last bytes. */
  since: number
}

/** Where an attempt's output goes while it runs. */
export interface RunSink {
  /**
   * Takes lines in order. Returns false when the consumer is behind; the executor then stops reading the child's
   * pipes until `drained` resolves.
   */
  lines(batch: LogLine[]): boolean
  drained(): Promise<void>
  progress(percent: number, message: string | null): void
  /**
   * Tells of a line that stands unfinished for a while, anew when it has changed, and with null when it stands there no
   * more. It comes among the lines once it is complete.
   */
  unfinished?(line: UnfinishedLine | null): void
}

/** How an attempt ended. */
export interface RunOutcome {
  status: Extract<ExecutionStatus, 'success' | 'failed' | 'cancelled'>
  failure: FailureKind | null
  exitCode: number | null
  /** Name of the signal that ended the process, e.g. `SIGKILL`. */
  signal: string | null
  /** One or a few sentences for a person; null on success. */
  error: string | null
  /** From a handler's return value, a `::result::` line, or an HTTP response. */
  result: Json
  /** The last bytes of output (at most 16 KiB), for lists and notifications. */
  outputTail: string
  cpuSeconds: number | null
  maxRssBytes: number | null
  /** Bytes of output that were not kept. */
  droppedLogBytes: number
}

/** A running attempt. */
export interface Run {
  readonly done: Promise<RunOutcome>
  /** Asks it to stop (SIGTERM, grace, SIGKILL for processes; AbortSignal for handlers). Harmless after the end. */
  cancel(reason: string): void
}

/** Runs attempts of one task type. */
export interface Executor {
  readonly type: string
  /**
   * Finds what is wrong with a payload before it is saved; empty when it can run. What must be run to know that is run
   * as `runAs`, which stands for the same as in a request.
   */
  validate(payload: Record<string, Json>, runAs?: string | null): Promise<FieldError[]>
  /** Why nobody who may not change the task may choose its arguments; null or absent when they are only handed on. */
  argsProblem?(payload: Record<string, Json>): string | null
  /** Finds settings beside the payload that would have no effect, or let no attempt start. */
  checkSettings?(settings: WrittenSettings): FieldError[]
  /** Starts an attempt. Never throws: a failed start is an outcome. */
  start(request: RunRequest, sink: RunSink): Run
}
