import { type Clock, say } from '@rota/core'
import type { Registry } from '@rota/engine'
import type { LiveChange } from '@rota/protocol'

type NodeChanged = Extract<LiveChange, { type: 'node_changed' }>

/**
 * Tells what becomes of nodes, whoever did it and wherever. Every server finds that by itself, so that none need tell the
 * others. Of a node that is gone it is remembered whose it was.
 */
export function tellOfNodes(registry: Registry, clock: Clock, tell: (change: NodeChanged) => void): void {
  const tenants = new Map<string, string | null>()
  registry.onChange((ids) => {
    for (const id of ids) {
      const node = registry.nodes.get(id)
      const at = new Date(clock.now()).toISOString()
      const tenantId = node === undefined ? (tenants.get(id) ?? null) : node.tenantId
      const told = { type: 'node_changed', id, tenant_id: tenantId, at } as const
      if (node === undefined) {
        tenants.delete(id)
        tell({ ...told, status: 'removed', reason: say`The node was removed.` })
      } else {
        tenants.set(id, tenantId)
        tell({ ...told, status: node.state, reason: node.stateReason })
      }
    }
  })
}
