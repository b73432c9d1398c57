import { type Clock, RotaError, say } from '@rota/core'
import { type ExecutionStore, type Settlement, type SettleResult, UNSEEN } from '../ports/executions.ts'
import type { Pulse } from './pulse.ts'
import type { Signals } from './signals.ts'

export interface CompleterOptions {
  clock: Clock
  executions: ExecutionStore
  pulse: Pulse
  /**
   * `addedFrom`: something went back, or somebody who waited for a slot may go on. `added`: what waits for its next
   * attempt. `fenced`: attempts whose ends came too late.
   */
  signals: Pick<Signals, 'added' | 'addedFrom' | 'fenced'>
  /** Whether what is due waits to start: that comes first, for a while. */
  isStarting?: () => boolean
}

const MOST_PER_BATCH = 5000
/** How long ends wait for starts. */
const LONGEST_WAIT_MS = 1_000

/** Collects how attempts ended and writes them together: at once when idle, joined to the next batch under load. */
export interface Completer {
  settle(settlement: Settlement): void
  /** Ends that are not written yet. */
  readonly backlog: number
  /** Resolves when everything settled before the call is durable. */
  drained(): Promise<void>
}

/** Ends are kept and tried again for as long as the store refuses them: nothing that ran is forgotten. */
export function createCompleter({
  clock,
  executions,
  pulse,
  signals,
  isStarting = () => false,
}: CompleterOptions): Completer {
  let pending: Settlement[] = []
  let inFlight: Settlement[] = []
  let scheduled = false
  let waiters: (() => void)[] = []

  /** One end that cannot be stored as it is must not keep the others waiting. */
  async function write(batch: Settlement[]): Promise<SettleResult> {
    try {
      return await executions.settle(batch, clock.now())
    } catch (error) {
      if (RotaError.is(error)) throw error
      if (batch.length === 1) return executions.settle([bareEnd(batch[0]!, error, clock.now())], clock.now())
      const middle = batch.length >> 1
      const first = await write(batch.slice(0, middle))
      const second = await write(batch.slice(middle))
      return {
        fenced: [...first.fenced, ...second.fenced],
        freed: first.freed || second.freed,
        happened: [...first.happened, ...second.happened],
      }
    }
  }

  function tellOf(settled: readonly Settlement[], freed: boolean) {
    if (freed || settled.some((it) => it.kind === 'give_back')) signals.addedFrom.tell({ runAt: clock.now() })
    const retries = settled.filter((it) => it.kind === 'retry')
    if (retries.length > 0) signals.added.tell(retries)
  }

  function tellOfFenced(settled: readonly Settlement[], fenced: ReadonlySet<number>) {
    const attempts = settled.flatMap((it) => (it.begun !== undefined && fenced.has(it.seq) ? [it.begun] : []))
    if (attempts.length > 0) signals.fenced.tell(attempts)
  }

  let waitingSince: number | null = null
  /** How many have waited long enough. */
  let overdue = 0

  /** Starts come before ends, but no end waits longer than a while. */
  function mayWait(): boolean {
    if (overdue > 0) return false
    const now = clock.monotonic()
    waitingSince ??= now
    if (waiters.length === 0 && isStarting() && now - waitingSince < LONGEST_WAIT_MS) return true
    waitingSince = null
    overdue = pending.length
    return false
  }

  async function flush() {
    if (mayWait()) {
      setImmediate(() => void flush())
      return
    }
    inFlight = pending.length > MOST_PER_BATCH ? pending.slice(0, MOST_PER_BATCH) : pending
    pending = pending.length > MOST_PER_BATCH ? pending.slice(MOST_PER_BATCH) : []
    const began = clock.monotonic()
    try {
      const { fenced, freed } = await write(inFlight)
      pulse.storeWorks()
      pulse.batch('complete', inFlight.length, clock.monotonic() - began)
      const settled = inFlight
      inFlight = []
      overdue -= settled.length
      if (fenced.length > 0) tellOfFenced(settled, new Set(fenced))
      tellOf(settled, freed)
    } catch (error) {
      pending = inFlight.concat(pending)
      inFlight = []
      pulse.retry(error, () => void flush())
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

/** What is left of an end whose details the store refuses. */
function bareEnd({ seq, claimSeq }: Settlement, error: unknown, finishedAt: number): Settlement {
  return {
    ...UNSEEN,
    kind: 'finish',
    seq,
    claimSeq,
    status: 'failed',
    failure: 'error',
    finishedAt,
    error: say`Its end could not be stored: ${error instanceof Error ? error.message : String(error)}`,
  }
}
