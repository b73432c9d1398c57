import type { Clock } from '@rota/core'
import type { ExecutionStore, Settlement } from '../ports/executions.ts'
import type { Pulse } from './pulse.ts'

export interface CompleterOptions {
  clock: Clock
  executions: ExecutionStore
  pulse: Pulse
  /** Told after each batch; `freed` when somebody who waited for a slot may go on. */
  onSettled: (freed: boolean) => void
  /** Told of results that came too late. */
  onFenced: (seqs: number[]) => void
}

const MOST_PER_BATCH = 5000

/** Collects how attempts ended and writes them together: at once when idle, joined to the next batch under load. */
export interface Completer {
  settle(settlement: Settlement): void
  /** Ends that are not written yet. */
  readonly backlog: number
  /** Resolves when everything settled before the call is durable. */
  drained(): Promise<void>
}

/** Ends are kept and tried again for as long as the store refuses them: nothing that ran is forgotten. */
export function createCompleter({ clock, executions, pulse, onSettled, onFenced }: CompleterOptions): Completer {
  let pending: Settlement[] = []
  let inFlight: Settlement[] = []
  let scheduled = false
  let waiters: (() => void)[] = []

  async function flush() {
    inFlight = pending.length > MOST_PER_BATCH ? pending.slice(0, MOST_PER_BATCH) : pending
    pending = pending.length > MOST_PER_BATCH ? pending.slice(MOST_PER_BATCH) : []
    const began = clock.monotonic()
    try {
      const { fenced, freed } = await executions.settle(inFlight, clock.now())
      pulse.storeWorks()
      pulse.batch('complete', inFlight.length, clock.monotonic() - began)
      inFlight = []
      if (fenced.length > 0) onFenced(fenced)
      onSettled(freed)
    } catch (error) {
      pending = inFlight.concat(pending)
      inFlight = []
      const pauseMs = pulse.storeFailed(error)
      clock.after(pauseMs, () => void flush())
      return
    }
    if (pending.length > 0) {
      setImmediate(() => void flush())
      return
    }
    scheduled = false
    const done = waiters
    waiters = []
    for (const resolve of done) resolve()
  }

  return {
    settle(settlement) {
      pending.push(settlement)
      if (scheduled) return
      scheduled = true
      setImmediate(() => void flush())
    },
    get backlog() {
      return pending.length + inFlight.length
    },
    drained() {
      if (!scheduled) return Promise.resolve()
      return new Promise((resolve) => waiters.push(resolve))
    },
  }
}
