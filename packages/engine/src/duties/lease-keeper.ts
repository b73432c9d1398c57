import type { Clock } from '@rota/core'
import type { ExecutionStore, InstanceRecord } from '../ports/executions.ts'
import type { Lease, LeaseTerms } from '../ports/lease.ts'
import type { KnownInstance, Queries } from '../ports/queries.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'

export interface LeaseKeeperOptions {
  clock: Clock
  executions: ExecutionStore
  queries: Queries
  lease: Lease
  terms: LeaseTerms
  instance: Pick<InstanceRecord, 'id' | 'hostname' | 'pid' | 'version' | 'startedAt'>
  /** What the instance says of itself now. */
  report: () => Pick<InstanceRecord, 'state' | 'running' | 'waiting'>
  /** Done at each renewal. */
  onStep?: () => void
  /** Whether there can be other instances. */
  others: boolean
  pulse: Pulse
  /**
   * Told that the lease was renewed after others may have thought that it had ended, `silentMs` after the renewal
   * before. Until it returns the instance is not sure of its lease.
   */
  onRegained: (silentMs: number) => void
}

export interface LeaseKeeper extends Duty {
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
  readonly place: number
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
  const { clock, executions, queries, instance, lease, others, pulse } = options
  const { trustMs, leaseMs, everyMs } = options.terms
  let lapsesSeen = 0
  /** As far as this loop knows: when the last renewal before a lapse was asked for. */
  let lastSure = Number.NEGATIVE_INFINITY
  let keptSince = Number.POSITIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  let place = 0
  let known: KnownInstance[] = []
  /** When a heartbeat was last found to be another than before, by our monotonic clock. */
  let heard = new Map<string, { heartbeatAt: number; at: number }>()

  const isSure = () => !others || (clock.monotonic() < lease.askedAt + trustMs && lease.lapses === lapsesSeen)

  async function renew() {
    const now = clock.now()
    await lease.renew({ ...instance, ...options.report(), heartbeatAt: now })
    if (keptSince === Number.POSITIVE_INFINITY) keptSince = lease.askedAt
    if (lease.lapses !== lapsesSeen) regain()
    lastSure = lease.askedAt
    pulse.storeWorks()
    if (others) await lookAround(now)
  }

  function regain() {
    keptSince = lease.askedAt
    options.onRegained(lease.askedAt - lastSure)
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
    place = placeAmong(now)
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

  function placeAmong(now: number): number {
    const running = known.filter((one) => one.leaseUntil >= now && one.state !== 'draining' && one.state !== 'stopped')
    return Math.max(
      0,
      running.findIndex((one) => one.id === instance.id),
    )
  }

  const loop = createLoop({
    clock,
    onError: (error) => pulse.storeFailed(error),
    longestSleepMs: leaseMs,
    step: async () => {
      options.onStep?.()
      await renew()
      return everyMs
    },
  })
  return {
    ...loop,
    renew,
    isSure,
    mayJudge,
    get place() {
      return place
    },
    async resign() {
      await lease.stop()
      const now = clock.now()
      await executions.heartbeat({ ...instance, running: 0, waiting: 0, state: 'stopped', heartbeatAt: now }, now)
    },
  }
}
