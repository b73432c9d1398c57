import type { Happening, HappeningKind } from './happenings.ts'

/** A happening as it is kept: without what can be looked up and may change. */
export type KeptHappening = {
  [Kind in HappeningKind]: Omit<Extract<Happening, { kind: Kind }>, 'taskSeq' | 'work'> & { taskId: string | null }
}[HappeningKind]

/** An entry of the outbox. Later ones have higher numbers, also those that others write. */
export interface OutboxEntry {
  seq: number
  happening: KeptHappening
}

/** What a consumer takes at a time. */
export interface Taken {
  entries: OutboxEntry[]
  /** Where the consumer stood. */
  from: number
  /** Everything up to here is among the entries, or not wanted. */
  through: number
  /** How many entries were removed before the consumer came to them, since it was last told. */
  missed: number
}

export interface TakeRequest {
  consumer: string
  /** Whoever takes; nobody else can until `until`. */
  instanceId: string
  now: number
  until: number
  most: number
}

/** A consumer and what it has not dealt with. */
export interface ConsumerBacklog {
  consumer: string
  waiting: number
  /** When the oldest of them happened; null for none. */
  oldestAt: number | null
}

/** How much is kept for consumers that do not come. */
export interface OutboxBounds {
  /** Entries at most. */
  most: number
  /** Entries removed in one transaction at most. */
  batch: number
}

/**
 * What happened, for those who must not miss it: written by the transaction by which it happens, read by cursor, at
 * least once and in order, by one instance at a time for each consumer. What nobody wants is not written.
 */
export interface Outbox {
  /**
   * Keeps happenings of these kinds for a consumer from now on. One that is known goes on where it stood; what it wants
   * in addition counts from now.
   */
  want(consumer: string, kinds: readonly HappeningKind[], now: number): Promise<void>
  /** Forgets a consumer, and with it what was kept for it alone. */
  leave(consumer: string): Promise<void>
  /** Takes what comes next. Null while another instance does, and for a consumer that is not known. */
  take(request: TakeRequest): Promise<Taken | null>
  /** Keeps others from taking what was taken, until an instant. */
  keep(consumer: string, instanceId: string, until: number): Promise<void>
  /** Notes that what was taken is dealt with, and lets others take; false when another instance has taken over meanwhile. */
  advance(consumer: string, instanceId: string, taken: Pick<Taken, 'through' | 'missed'>): Promise<boolean>
  /** Lets another instance take at once what was not dealt with. */
  release(consumer: string, instanceId: string): Promise<void>
  backlogs(): Promise<ConsumerBacklog[]>
  /** Removes what every consumer has dealt with, and the oldest beyond the bounds; answers how many went. */
  prune(bounds: OutboxBounds): Promise<number>
}
