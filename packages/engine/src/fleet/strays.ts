import type { Clock, NodeLease } from '@rota/core'
import type { ExecutionDetails } from '../ports/details.ts'
import type { OnNode } from '../ports/placer.ts'
import { executionOf } from '../ports/spread.ts'

export interface StraysOptions {
  clock: Clock
  details: Pick<ExecutionDetails, 'attemptUnderWay'>
  /** Tells a node to stop what is nobody's. */
  drop: (node: string, leases: readonly NodeLease[]) => void
}

/** How long something may run before anybody asks whose it is: what an instance has left behind is adopted by then. */
const FIRST_LOOK_MS = 30_000
/** How often it is asked again. */
const LOOK_AGAIN_MS = 300_000

/**
 * Finds what nodes have in hand that no execution has any more: what went on while its instance died and its execution
 * was ended or begun anew by others, or what a node only says it has.
 */
export interface Strays {
  /** What a node that is connected here says it has in hand. */
  heard(node: string, running: readonly NodeLease[]): void
  forget(node: string): void
}

export function createStrays({ clock, details, drop }: StraysOptions): Strays {
  /** When each lease of a node is to be looked at, by the monotonic clock. */
  const looks = new Map<string, Map<string, number>>()

  /** Whether the attempt that is under way is this one: an order of its own, or a part of one. */
  async function isOurs({ executionId, fence, lease }: NodeLease): Promise<boolean> {
    const ofExecution = executionOf(executionId)
    const found = await details.attemptUnderWay(ofExecution)
    if (found === null) return false
    if (ofExecution !== executionId) return found.claimSeq === fence
    return found.placement !== null && (JSON.parse(found.placement) as OnNode).lease === lease
  }

  async function look(node: string, leases: readonly NodeLease[]) {
    try {
      const answers = await Promise.all(leases.map(isOurs))
      const strays = leases.filter((_, i) => !answers[i])
      if (strays.length > 0) drop(node, strays)
    } catch {
      // The store is away: it is asked again with the next look.
    }
  }

  return {
    heard(node, running) {
      const known = looks.get(node)
      const now = clock.monotonic()
      const next = new Map<string, number>()
      const due: NodeLease[] = []
      for (const lease of running) {
        const at = known?.get(lease.lease) ?? now + FIRST_LOOK_MS
        if (at <= now) due.push(lease)
        next.set(lease.lease, at <= now ? now + LOOK_AGAIN_MS : at)
      }
      looks.set(node, next)
      if (due.length > 0) void look(node, due)
    },
    forget: (node) => void looks.delete(node),
  }
}
