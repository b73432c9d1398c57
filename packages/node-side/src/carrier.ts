import type { LogLine, Order, RunOutcome, UnfinishedLine } from '@rota/core'

/** Takes what an attempt says, as executors say it. */
export interface Sink {
  /** False: whoever sends them is to wait until `drained` resolves. */
  lines(batch: LogLine[]): boolean
  drained(): Promise<void>
  progress(percent: number, message: string | null): void
  unfinished(line: UnfinishedLine | null): void
}

/** An attempt that runs. */
export interface Carried {
  readonly done: Promise<RunOutcome>
  cancel(reason: string): void
}

/** Who runs the attempts of a node: executors, or functions. */
export interface Carrier {
  /** Why it never runs such an order, in a sentence; null when it does. */
  problem(order: Order): string | null
  /** It has no room for such an order now, though the node has. Default: never. */
  isFull?(order: Order): boolean
  /** Starts it. May throw: that is the end of the attempt. */
  carry(order: Order, sink: Sink): Carried
}
