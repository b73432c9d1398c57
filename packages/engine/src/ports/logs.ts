import type { LogLine, LogStream } from '@rota/core'

export type { LogLine, LogStream } from '@rota/core'

/** A line with its number within the execution, 0-based over all attempts. */
export interface NumberedLine extends LogLine {
  no: number
  attempt: number
}

export interface LogQuery {
  /** First line number wanted, 0-based. */
  from?: number
  /** At most this many lines, 1–10,000; by default 1,000. */
  limit?: number
  stream?: LogStream
  /** Literal text, without regard to case. */
  q?: string
  /** The last so many (matching) lines; `from` and `limit` then do not count. */
  tail?: number
}

export interface LogPage {
  lines: NumberedLine[]
  /** Lines the execution has so far, whether they match or not: the number that the next line will get. */
  total: number
  /** Where the next page begins, null when everything stored has been looked at. A page may be short, even empty. */
  next: number | null
}

/** What the store of logs has to say about itself, from memory. */
export interface LogStoreStatus {
  /** Bytes taken by `append` and not yet written. */
  queuedBytes: number
  /** Lines given up since the start because the disk refused them or nobody heeded the back-pressure. */
  droppedLines: number
  /** Why lines are being dropped now; null while all is well. */
  fault: string | null
}

/**
 * The output of executions, apart from their rows. Numbers never change: where lines had to be dropped, numbers are
 * missing and a `system` line in their place says how many. No method rejects because the disk is at fault.
 */
export interface LogStore {
  /**
   * Takes lines in order; never blocks and never throws. False means that the store is behind: the lines are taken,
   * but the caller should send no more until {@link drained}.
   */
  append(executionId: string, attempt: number, lines: readonly LogLine[]): boolean
  /** Resolves when `append` would answer true again; at once when it would now. */
  drained(): Promise<void>
  /**
   * Resolves when every line appended before the call can be read and survives a kill of the process. Answers how many
   * lines the execution had at the time of the call, dropped ones included.
   */
  flush(executionId: string): Promise<number>
  /** Sees every line appended before the call. */
  read(executionId: string, query: LogQuery): Promise<LogPage>
  /** Deletes what is stored of these executions. */
  remove(executionIds: readonly string[]): Promise<void>
  status(): LogStoreStatus
  /** Writes what is queued, then closes. Nothing may be appended afterwards; it would be dropped. */
  close(): Promise<void>
}

/** Lines per page when a query names no limit, and the most it can name. */
const LOG_PAGE = { usual: 1_000, most: 10_000 } as const

/** The most lines that `query` can be answered with. */
export function wantedLines(query: LogQuery): number {
  return Math.min(Math.max(query.tail ?? query.limit ?? LOG_PAGE.usual, 1), LOG_PAGE.most)
}

/** The test that a line must pass to be in the answer; null when every line does. */
export function lineTest(query: LogQuery): ((line: LogLine) => boolean) | null {
  const { stream } = query
  const q = query.q?.toLowerCase()
  if (stream === undefined && !q) return null
  return (line) => (stream === undefined || line.stream === stream) && (!q || line.text.toLowerCase().includes(q))
}
