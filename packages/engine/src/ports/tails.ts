import type { LogLine, UnfinishedLine } from '@rota/core'

export type { UnfinishedLine } from '@rota/core'

/** Lines as they are written. `first` counts from the first line that was ever published of the execution here. */
export interface TailLines {
  kind: 'lines'
  first: number
  attempt: number
  lines: readonly LogLine[]
}

/** What stands unfinished now, in place of what stood before; null for nothing. */
export interface TailUnfinished {
  kind: 'unfinished'
  line: UnfinishedLine | null
}

/** Nothing more will come: the execution has its final state. */
export interface TailEnd {
  kind: 'end'
}

export type TailListener = (event: TailLines | TailUnfinished | TailEnd) => void

/** The lines of running executions, for whoever watches right now. Hot state: losing it loses no line. */
export interface Tails {
  /** Publish exactly what was appended to the log store, in the same turn, so that both count alike. */
  publish(executionId: string, attempt: number, lines: readonly LogLine[]): void
  /** What stands unfinished behind the lines from now on; null for nothing. */
  publishUnfinished(executionId: string, line: UnfinishedLine | null): void
  /** What stands unfinished of an execution that runs here. */
  unfinished(executionId: string): UnfinishedLine | null
  /** Call once the final state is committed, for every execution, however it came to its end. */
  end(executionId: string): void
  /** Lines published so far. */
  position(executionId: string): number
  /** The listener is called in the turn of the publication; it must be quick and must not throw. */
  subscribe(executionId: string, listener: TailListener): () => void
}
