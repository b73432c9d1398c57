import type { Clock } from '@rota/core'
import type { ExecutionStore, InstanceRecord } from '../ports/executions.ts'
import type { KnownInstance, Queries } from '../ports/queries.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'

export interface LeaseKeeperOptions {
  clock: Clock
  executions: ExecutionStore
  queries: Queries
  instance: Pick<InstanceRecord, 'id' | 'hostname' | 'pid' | 'version' | 'startedAt'>
  /** What the instance says of itself now. */
  report: () => Pick<InstanceRecord, 'state' | 'running' | 'waiting'>
  leaseMs: number
  /** Whether there can be other instances. */
  others: boolean
  pulse: Pulse
  /** Told that the lease was renewed after others may have thought that it had ended. */
  onRegained: () => void
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

/**
 * Keeps this instance's lease, which covers everything it has claimed. Others judge the lease by the store's time; this
 * instance by what its own monotonic clock says since it asked for the renewal, and is sure of it for a shorter time.
 */
export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { clock, executions, queries, instance, leaseMs, others, pulse } = options
  let sureUntil = Number.NEGATIVE_INFINITY
  let keptSince = Number.POSITIVE_INFINITY
  let place = 0
  let known: KnownInstance[] = []
  /** When a heartbeat was last found to be another than before, by our monotonic clock. */
  let heard = new Map<string, { heartbeatAt: number; at: number }>()

  const isSure = () => !others || clock.monotonic() < sureUntil

  async function renew() {
    const now = clock.now()
    const askedAt = clock.monotonic()
    await executions.heartbeat({ ...instance, ...options.report(), heartbeatAt: now }, now + leaseMs)
    const hadLapsed = !isSure()
    const isFirst = sureUntil === Number.NEGATIVE_INFINITY
    sureUntil = askedAt + leaseMs * (1 - MARGIN)
    if (hadLapsed) keptSince = askedAt
    pulse.storeWorks()
    if (hadLapsed && !isFirst) options.onRegained()
    if (others) await lookAround(now)
  }

  async function lookAround(now: number) {
    known = await queries.instances(0)
    const at = clock.monotonic()
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
    const now = clock.now()
    const gone = known.filter((one) => one.leaseUntil < now && one.state !== 'stopped')
    return gone.every((one) => at - heard.get(one.id)!.at >= leaseMs * (1 - MARGIN))
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
      await renew()
      return leaseMs / RENEWALS
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
      const now = clock.now()
      await executions.heartbeat({ ...instance, running: 0, waiting: 0, state: 'stopped', heartbeatAt: now }, now)
    },
  }
}
