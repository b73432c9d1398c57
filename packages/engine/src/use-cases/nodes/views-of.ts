import type { NodeView } from '../../api/nodes.ts'
import type { KnownNode } from '../../ports/registry.ts'
import { nodeView } from '../../views/node-view.ts'
import type { NodesContext } from './context.ts'

/** Nodes in the order of their ids, with what the hot state knows of their load; without while it is away. */
export async function viewsOf(context: NodesContext, nodes: readonly KnownNode[]): Promise<NodeView[]> {
  const { registry, reservations, clockAheadOf } = context
  const sorted = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1))
  const loads = await reservations.loads(sorted.map(({ id }) => id)).catch(() => sorted.map(() => null))
  return sorted.map((node, at) =>
    nodeView(node, {
      load: loads[at] ?? null,
      clockAheadMs: clockAheadOf(node.id),
      isQuarantined: registry.isQuarantined(node.id),
      warmth: registry.warmth(node.id),
    }),
  )
}
