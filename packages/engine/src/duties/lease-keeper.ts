import type { Clock } from '@rota/core'
import type { ExecutionStore, InstanceRecord } from '../ports/executions.ts'
import type { Lease, LeaseTerms } from '../ports/lease.ts'
import type { KnownInstance, Queries } from '../ports/queries.ts'
import type { ClockWatch } from './clock-watch.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'
import type { Signals } from './signals.ts'

export interface LeaseKeeperOptions {
  clock: Clock
  executions: ExecutionStore
  queries: Queries
  lease: Lease
  terms: LeaseTerms
  instance: Pick<InstanceRecord, 'id' | 'hostname' | 'pid' | 'version' | 'startedAt'>
  /** What the instance says of itself now. */
  report: () => Pick<InstanceRecord, 'state' | 'running' | 'waiting'>
  /** Looks at the clock at each renewal. */
  watch?: ClockWatch
  /** Whether there can be other instances. */
  isShared: boolean
  pulse: Pulse
  /** Until those have returned who hear that the lease was regained, the instance is not sure of it. */
  signals: Pick<Signals, 'regained'>
}

export interface LeaseKeeper extends Duty {
  /** Tells when the clock was set back. */
  lookAtClock(): void
  /** Renews the lease now. */
  renew(): Promise<void>
  /** False when others may think that this instance is gone: it must start nothing then. */
  isSure(): boolean
  /**
   * Whether this instance may take others for gone whose lease has ended. Not before it has kept its own lease for the
   * length of one: after an outage of the store everybody seems gone. And not while one of them is heard of that seems
   * gone: then it is a clock that was set.
   */
  mayJudge(): boolean
  /** How many of the running instances are longer at it than this one. */
  readonly standing: number
  /** Says that the instance has stopped: nothing of it needs to be taken over. */
  resign(): Promise<void>
}

/** So much earlier than others this instance thinks that its lease has ended, as a share of it. */
const MARGIN = 0.1
/** Renewals in the time of a lease: some may fail or come late. */
const RENEWALS = 4

export function leaseTerms(leaseMs: number, loopDeadMs: number): LeaseTerms {
  return { leaseMs, trustMs: leaseMs * (1 - MARGIN), everyMs: leaseMs / RENEWALS, loopDeadMs }
}

/**
 * Keeps this instance's lease, which covers everything it has claimed. Others judge the lease by the store's time; this
 * instance by what its own monotonic clock says since the renewal was asked for, and is sure of it for a shorter time.
 * A thread may have renewed it while the loop was busy: what counts is what the store took, whoever asked.
 */
export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { clock, executions, queries, instance, lease, isShared, pulse } = options
  const { trustMs, leaseMs, everyMs } = options.terms
  let lapsesSeen = 0
  /** As far as this loop knows: when the last renewal before a lapse was asked for. */
  let lastSure = Number.NEGATIVE_INFINITY
  let keptSince = Number.POSITIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  let standing = 0
  let known: KnownInstance[] = []
  /** When a heartbeat was last found to be another than before, by our monotonic clock. */
  let heard = new Map<string, { heartbeatAt: number; at: number }>()

  const isSure = () => !isShared || (clock.monotonic() < lease.askedAt + trustMs && lease.lapses === lapsesSeen)

  async function renew() {
    const now = clock.now()
    await lease.renew({ ...instance, ...options.report(), heartbeatAt: now })
    if (keptSince === Number.POSITIVE_INFINITY) keptSince = lease.askedAt
    if (lease.lapses !== lapsesSeen) regain()
    lastSure = lease.askedAt
    pulse.storeWorks()
    if (isShared) await lookAround(now)
  }

  function lookAtClock() {
    const byMs = options.watch?.look() ?? 0
    if (byMs > 0) pulse.emit({ type: 'clock_set_back', byMs })
  }

  function regain() {
    keptSince = lease.askedAt
    options.signals.regained.tell(lease.askedAt - lastSure)
    lapsesSeen = lease.lapses
  }

  async function lookAround(now: number) {
    known = await queries.instances(0)
    const at = clock.monotonic()
    lookedAt = at
    heard = new Map(
      known.map(({ id, heartbeatAt }) => {
        const before = heard.get(id)
        return [id, before?.heartbeatAt === heartbeatAt ? before : { heartbeatAt, at }]
      }),
    )
    standing = standingAmong(now)
  }

  function mayJudge(): boolean {
    const at = clock.monotonic()
    if (!isSure() || at - keptSince < leaseMs) return false
    // The lease may have been kept while this loop was busy; what it knows of the others is old then.
    if (at - lookedAt >= trustMs) return false
    const now = clock.now()
    const gone = known.filter((one) => one.leaseUntil < now && one.state !== 'stopped')
    return gone.every((one) => at - heard.get(one.id)!.at >= trustMs)
  }

  function standingAmong(now: number): number {
    const running = known.filter((one) => one.leaseUntil >= now && one.state !== 'draining' && one.state !== 'stopped')
    return Math.max(
      0,
      running.findIndex((one) => one.id === instance.id),
    )
  }

  const loop = createLoop({
    clock,
    onError: pulse.storeFailed,
    longestSleepMs: leaseMs,
    step: async () => {
      lookAtClock()
      await renew()
      return everyMs
    },
  })
  return {
    ...loop,
    renew,
    lookAtClock,
    isSure,
    mayJudge,
    get standing() {
      return standing
    },
    async resign() {
      await lease.stop()
      const now = clock.now()
      await executions.heartbeat({ ...instance, running: 0, waiting: 0, state: 'stopped', heartbeatAt: now }, now)
    },
  }
}
