import type { AttemptKey, LogLine, Order, Refusal, RunOutcome, UnfinishedLine } from '@rota/core'

/**
 * What a channel tells of an order. First `acked` or `refused`, and nothing after the latter; then what the attempt says,
 * in order; `ended` last. Calls may come in the turn of the offer.
 */
export interface Report {
  /** The attempt has begun there. */
  acked(): void
  /** It does not begin there. `why`: a sentence for people. */
  refused(refusal: Refusal, why: string): void
  /** Takes lines in order. False: whoever sends them is to wait until `drained` resolves. */
  lines(batch: LogLine[]): boolean
  drained(): Promise<void>
  progress(percent: number, message: string | null): void
  /** What stands unfinished behind the lines now; null for nothing. */
  unfinished(line: UnfinishedLine | null): void
  /** Resolves once the end is on its way into the store. */
  ended(outcome: RunOutcome): Promise<void> | void
  /** Nobody can say any more what became of it: whoever ran it is gone. Nothing follows. */
  lost(why: string): void
}

/**
 * The way to where attempts run: this process, another machine, a container. The same order goes through any of them,
 * and the same report comes back.
 */
export interface Channel {
  /** Hands over an order. Never throws: what goes wrong is reported. */
  offer(order: Order, report: Report): void
  /** Asks the attempt under a fence to stop; harmless when it has ended or never began. */
  cancel(executionId: string, fence: number, reason: string): void
  /** Goes on with an attempt that was offered through another instance's channel; only where that is possible. */
  resume?(attempt: AttemptKey, report: Report): void
  /** Hears no more of an attempt, which goes on for somebody else; where {@link resume} is possible. */
  forget?(executionId: string, fence: number): void
}
