import type { Clock } from '@rota/core'
import type { ExecutionStore } from '../ports/executions.ts'
import type { Lease, LeaseTerms } from '../ports/lease.ts'

/** A lease that the engine's own loop renews: for stores that have no thread for it, and for virtual time. */
export function createOwnLease(clock: Clock, executions: ExecutionStore, terms: LeaseTerms): Lease {
  let askedAt = Number.NEGATIVE_INFINITY
  let lapses = 0
  return {
    async renew(record) {
      const asked = clock.monotonic()
      await executions.heartbeat(record, record.heartbeatAt + terms.leaseMs)
      const isFirst = askedAt === Number.NEGATIVE_INFINITY
      if (!isFirst && clock.monotonic() >= askedAt + terms.trustMs) lapses++
      askedAt = asked
    },
    get askedAt() {
      return askedAt
    },
    get lapses() {
      return lapses
    },
    stop: () => Promise.resolve(),
  }
}
