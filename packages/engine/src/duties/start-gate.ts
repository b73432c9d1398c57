import type { Clock, Timer } from '@rota/core'
import type { ExecutionStore, Start } from '../ports/executions.ts'
import type { Held } from './hand.ts'
import type { Pulse } from './pulse.ts'

export interface StartGateOptions {
  clock: Clock
  executions: ExecutionStore
  pulse: Pulse
  /** Asked again after the store's answer: others may have taken over what is held meanwhile. */
  isSure: () => boolean
  /** Asked before a start is tried again: the store may have been away for longer than its grace time. */
  mayStillStart: (held: Held) => boolean
  /** Starts what the store has noted. */
  begin: (held: Held) => void
  /** Told of what must not start: it was dropped, somebody else has it, or this instance is not sure of its lease. */
  onRefused: (held: Held, isGone: boolean) => void
}

/**
 * Nothing starts before the store has noted that it does. So every start is known of, also one that is cut short in the
 * next moment: what may not be repeated is not started again, and what may shows both. And whoever has lost a claim
 * learns it before the start, not by the result.
 */
export interface StartGate {
  /** Starts it as soon as the store has noted that; those of one turn of the loop together. */
  add(held: Held): void
  /** Notes now what was added. */
  flush(): void
  /** Has what was started, here or with another word of the store, show as running if it still runs in a moment. */
  showSoon(): void
  /** Whether something waits for the store's word. */
  readonly isBusy: boolean
  stop(): void
}

/** Batches under way at once: one is soon written, and what comes due meanwhile need not wait for it. */
const MOST_AT_ONCE = 2
/** Attempts shorter than this need not show as running: their end is written instead. */
const SHOWN_AFTER_MS = 40
/** While more is to start, they show this late: most of a burst has ended before anybody could look. */
const SHOWN_AT_LAST_MS = 1_000

function startOf({ row: { seq, claimSeq }, place }: Held, startedAt: number): Start {
  const onNode = place?.onNode
  if (onNode === undefined) return { seq, claimSeq, startedAt }
  return { seq, claimSeq, startedAt, placed: { node: onNode.node, placement: JSON.stringify(onNode) } }
}

export function createStartGate(options: StartGateOptions): StartGate {
  const { clock, executions, pulse, isSure, mayStillStart, begin, onRefused } = options
  let waiting: Held[] = []
  let inFlight = 0
  let isScheduled = false
  let showing: Timer | null = null
  let isStopped = false

  function flush() {
    if (waiting.length === 0 || inFlight >= MOST_AT_ONCE) return
    const batch = waiting
    waiting = []
    inFlight++
    void note(batch)
  }

  async function note(batch: Held[]) {
    const wanted = batch.filter((held) => held.stage === 'reserved')
    const startedAt = clock.now()
    try {
      const rows = wanted.map((held) => startOf(held, startedAt))
      const noted = new Set(rows.length === 0 ? [] : await executions.markStarted(rows))
      inFlight--
      for (const held of batch) {
        const isOurs = noted.has(held.row.seq)
        if (isOurs && held.stage === 'reserved' && isSure()) begin(held)
        else onRefused(held, held.stage === 'reserved' && !isOurs)
      }
      flush()
    } catch (error) {
      inFlight--
      pulse.retry(error, () => {
        waiting = batch.filter((held) => held.stage !== 'reserved' || mayStillStart(held)).concat(waiting)
        flush()
      })
    }
  }

  const isBusy = () => waiting.length > 0 || inFlight > 0

  function showAfter(ms: number, latest = clock.monotonic() + SHOWN_AT_LAST_MS) {
    if (executions.showStarted === undefined || showing !== null || isStopped) return
    showing = clock.after(ms, () => {
      showing = null
      if (isBusy() && clock.monotonic() < latest) showAfter(ms, latest)
      else executions.showStarted!().catch((error: unknown) => showAfter(pulse.storeFailed(error)))
    })
  }

  return {
    add(held) {
      waiting.push(held)
      if (isScheduled) return
      isScheduled = true
      setImmediate(() => {
        isScheduled = false
        flush()
      })
    },
    flush,
    showSoon: () => showAfter(SHOWN_AFTER_MS),
    get isBusy() {
      return isBusy()
    },
    stop() {
      isStopped = true
      showing?.cancel()
      showing = null
    },
  }
}
