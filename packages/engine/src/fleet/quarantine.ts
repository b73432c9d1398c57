import type { Clock } from '@rota/core'
import type { KnownNode } from '../ports/registry.ts'
import type { FleetSettings } from './settings.ts'

export interface Quarantine {
  failed(node: string): void
  isQuarantined(node: string): boolean
  forget(node: string): void
}

/**
 * Remembers who has failed placements lately. Who does so too often is left out for a while; but of no pool more than a
 * share, or a fault of ours would take all nodes away (the cap on ejections in Envoy's outlier detection).
 */
export function createQuarantine(
  clock: Clock,
  nodes: ReadonlyMap<string, KnownNode>,
  { failures: most, windowMs, forMs, share }: FleetSettings['quarantine'],
): Quarantine {
  const failures = new Map<string, number[]>()
  const until = new Map<string, number>()

  function isQuarantined(node: string): boolean {
    const end = until.get(node)
    if (end === undefined) return false
    if (clock.monotonic() < end) return true
    until.delete(node)
    return false
  }

  function hasRoom(node: KnownNode): boolean {
    const pools = node.inPools.length === 0 ? [null] : node.inPools
    return pools.every((pool) => {
      const members = [...nodes.values()].filter((other) => pool === null || other.inPools.includes(pool))
      const left = members.filter(({ id }) => isQuarantined(id)).length
      return left + 1 <= Math.floor(members.length * share)
    })
  }

  return {
    isQuarantined,
    failed(id) {
      const now = clock.monotonic()
      const lately = (failures.get(id) ?? []).filter((at) => now - at < windowMs)
      lately.push(now)
      failures.set(id, lately.slice(-most))
      const node = nodes.get(id)
      if (node === undefined || lately.length < most || isQuarantined(id) || !hasRoom(node)) return
      until.set(id, now + forMs)
      failures.delete(id)
    },
    forget(node) {
      failures.delete(node)
      until.delete(node)
    },
  }
}
