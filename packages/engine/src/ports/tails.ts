import type { LogLine } from './logs.ts'

/** Lines as they are written. `first` counts from the first line that was ever published of the execution here. */
export interface TailLines {
  kind: 'lines'
  first: number
  attempt: number
  lines: readonly LogLine[]
}

/** Nothing more will come: the execution has its final state. */
export interface TailEnd {
  kind: 'end'
}

export type TailListener = (event: TailLines | TailEnd) => void

/** The lines of running executions, for whoever watches right now. Hot state: losing it loses no line. */
export interface Tails {
  /** Publish exactly what was appended to the log store, in the same turn, so that both count alike. */
  publish(executionId: string, attempt: number, lines: readonly LogLine[]): void
  /** Call once the final state is committed, for every execution, however it came to its end. */
  end(executionId: string): void
  /** Lines published so far. */
  position(executionId: string): number
  /** The listener is called in the turn of the publication; it must be quick and must not throw. */
  subscribe(executionId: string, listener: TailListener): () => void
}
