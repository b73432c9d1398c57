import type { LogLine, Refusal, RunOutcome, UnfinishedLine } from '@rota/core'
import type { Report } from '../ports/channel.ts'
import type { LogStore } from '../ports/logs.ts'
import type { Tails } from '../ports/tails.ts'
import type { Held } from './hand.ts'

/** An attempt that was offered to whoever runs it. */
export interface Running {
  held: Held
  startedAt: number
  /** Somebody wants it stopped for good. */
  cancelled: boolean
  progress: { percent: number; message: string | null } | null
  /** When whoever runs it said so; null before. */
  ackedAt: number | null
}

/** What an attempt says after somebody else has taken its execution over counts for nothing. */
export function isAbandoned({ stage }: Held): boolean {
  return stage === 'gone'
}

/** Where what attempts tell goes. */
export interface Told {
  logs: LogStore
  tails: Tails
  acked(entry: Running): void
  refused(entry: Running, refusal: Refusal, why: string): void
  /** `wrote`: lines of it are in the log. */
  ended(entry: Running, outcome: RunOutcome, wrote: boolean): Promise<void>
  lost(entry: Running, why: string): void
}

/** What one attempt tells. A class: an object of closures for each would cost more than a short call of a handler. */
export class AttemptReport implements Report {
  readonly #entry: Running
  readonly #told: Told
  #wrote: boolean

  /** `wrote`: somebody else has written lines of it before. */
  constructor(entry: Running, told: Told, wrote = false) {
    this.#entry = entry
    this.#told = told
    this.#wrote = wrote
  }

  acked(): void {
    this.#told.acked(this.#entry)
  }

  refused(refusal: Refusal, why: string): void {
    this.#told.refused(this.#entry, refusal, why)
  }

  lines(batch: LogLine[]): boolean {
    const { held } = this.#entry
    // Its numbers are those of whoever goes on with the log.
    if (isAbandoned(held)) return true
    this.#wrote = true
    const { id, attempt } = held.row
    this.#told.tails.publish(id, attempt, batch)
    return this.#told.logs.append(id, attempt, batch)
  }

  drained(): Promise<void> {
    return this.#told.logs.drained()
  }

  progress(percent: number, message: string | null): void {
    this.#entry.progress = { percent, message }
  }

  unfinished(line: UnfinishedLine | null): void {
    const { held } = this.#entry
    if (!isAbandoned(held)) this.#told.tails.publishUnfinished(held.row.id, line)
  }

  lost(why: string): void {
    this.#told.lost(this.#entry, why)
  }

  ended(outcome: RunOutcome): Promise<void> {
    return this.#told.ended(this.#entry, outcome, this.#wrote)
  }
}
