import type { FieldError, Json, LogLine, RunOutcome, RunRequest, UnfinishedLine } from '@rota/core'
import type { WrittenSettings } from './written-settings.ts'

export type { LogLine, LogStream, RunOutcome, RunRequest, UnfinishedLine } from '@rota/core'

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

/** A running attempt. */
export interface Run {
  readonly done: Promise<RunOutcome>
  /** Asks it to stop (SIGTERM, grace, SIGKILL for processes; AbortSignal for handlers). Harmless after the end. */
  cancel(reason: string): void
}

/** Kinds of places that attempts take on a server, of each of which it has so many. */
export type Capacity = 'processes' | 'calls'

/** Runs attempts of one task type. */
export interface Executor {
  readonly type: string
  /** What of a server's capacity an attempt takes: `processes` for programs; by default `calls`. */
  readonly takes?: Capacity
  /**
   * Finds what is wrong with a payload before it is saved; empty when it can run. What must be run to know that is run
   * as `runAs`, which stands for the same as in a request.
   */
  validate(payload: Record<string, Json>, runAs?: string | null): Promise<FieldError[]>
  /** The same for what runs on another machine, of which this one does not know all; absent where nothing differs. */
  validateElsewhere?(payload: Record<string, Json>): FieldError[]
  /** What starts the program of a payload, as it is looked up; absent for types that start none. */
  interpreter?(payload: Readonly<Record<string, Json>>): string | null
  /** Why nobody who may not change the task may choose its arguments; null or absent when they are only handed on. */
  argsProblem?(payload: Record<string, Json>): string | null
  /** Finds settings beside the payload that would have no effect, or let no attempt start. */
  checkSettings?(settings: WrittenSettings): FieldError[]
  /** Starts an attempt. Never throws: a failed start is an outcome. */
  start(request: RunRequest, sink: RunSink): Run
}
