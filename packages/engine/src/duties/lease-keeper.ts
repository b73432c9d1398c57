import type { Clock } from '@rota/core'
import type { ExecutionStore, InstanceRecord } from '../ports/executions.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'

export interface LeaseKeeper extends Duty {
  /** Renews the lease now. */
  renew(): Promise<void>
}

/** Keeps this instance's lease, which covers everything it has claimed, a third of its length ahead of time. */
export function createLeaseKeeper(options: {
  clock: Clock
  executions: ExecutionStore
  instance: Omit<InstanceRecord, 'heartbeatAt'>
  leaseMs: number
  pulse: Pulse
}): LeaseKeeper {
  const { clock, executions, instance, leaseMs, pulse } = options

  async function renew() {
    const now = clock.now()
    await executions.heartbeat({ ...instance, heartbeatAt: now }, now + leaseMs)
    pulse.storeWorks()
  }

  const loop = createLoop({
    clock,
    onError: (error) => pulse.storeFailed(error),
    longestSleepMs: leaseMs,
    step: async () => {
      await renew()
      return leaseMs / 3
    },
  })
  return { ...loop, renew }
}
