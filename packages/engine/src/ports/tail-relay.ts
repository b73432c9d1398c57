import type { LogLine } from './logs.ts'
import type { UnfinishedLine } from './tails.ts'

/** What the instance that runs an execution tells those who watch it elsewhere. Numbers are those of the log. */
export type RelayedTail =
  /** Lines that stand in the log already; `no` is the number of the first. */
  | { kind: 'lines'; no: number; attempt: number; lines: readonly LogLine[] }
  /** It runs here, and its log has all lines below `no`; behind them stands this. Absent from older instances. */
  | { kind: 'here'; no: number; unfinished?: UnfinishedLine | null }
  /** An attempt has ended. */
  | { kind: 'end' }

/**
 * Live output between instances. Messages may be lost but come in order; their numbers show what is missing, and the
 * log has it. Nothing is kept: who does not watch costs nothing.
 */
export interface TailRelay {
  /** Sends to those who watch the execution; never waits, never throws, and drops what cannot go out now. */
  send(executionId: string, message: RelayedTail): void
  /** Calls the listener while somebody elsewhere watches executions: when that begins, and every {@link WATCH_MS}. */
  onWatched(listener: (executionIds: readonly string[]) => void): () => void
  /** Calls the listener with what is sent about the execution by other instances. */
  watch(executionId: string, listener: (message: RelayedTail) => void): () => void
}

/** A watcher says so this often, in ms. Who has not been heard of for three times as long has gone. */
export const WATCH_MS = 5_000
