import type { Clock } from '@rota/core'
import type { Outbox } from '../ports/outbox.ts'
import { createLoop, type Duty } from './loop.ts'
import { type Pulse, yieldToLoop } from './pulse.ts'

export interface OutboxPrunerOptions {
  clock: Clock
  outbox: Outbox
  pulse: Pulse
  /** Entries kept at most for consumers that do not come. */
  most: number
  /** Whether this instance does the housekeeping. */
  isOurs: () => boolean
}

const PERIOD_MS = 60_000
const MOST_RESTS = 10
/** Entries in one transaction, which holds up what else is to be written. */
const BATCH = 1000
/** The alarm comes when so much of what may be kept waits for one consumer. */
const ALARM_SHARE = 0.5

export interface OutboxPruner extends Duty {
  /** Tells that something was added. */
  note(): void
}

/** Keeps the outbox small: removes what every consumer has read, and tells of those that fall behind. */
export function createOutboxPruner({ clock, outbox, pulse, most, isOurs }: OutboxPrunerOptions): OutboxPruner {
  const behind = new Set<string>()
  let hasNew = true
  let rests = 0
  let closed = false

  async function step(): Promise<number> {
    if (!isOurs()) return PERIOD_MS
    // What others add is looked for now and then.
    if (!hasNew && ++rests < MOST_RESTS) return PERIOD_MS
    hasNew = false
    rests = 0
    for (const { consumer, waiting, oldestAt } of await outbox.backlogs()) {
      const isBehind = waiting >= most * ALARM_SHARE
      if (isBehind && !behind.has(consumer)) pulse.emit({ type: 'consumer_behind', consumer, waiting, oldestAt })
      if (isBehind) behind.add(consumer)
      else behind.delete(consumer)
    }
    while (!closed && (await outbox.prune({ most, batch: BATCH })) > 0) await yieldToLoop()
    return PERIOD_MS
  }

  const loop = createLoop({
    clock,
    step,
    longestSleepMs: PERIOD_MS,
    onError: pulse.storeFailed,
  })
  return {
    ...loop,
    note() {
      hasNew = true
    },
    stop() {
      closed = true
      return loop.stop()
    },
  }
}
