import type { StoreParts } from '../ports/store.ts'
import { createEras } from './eras.ts'
import { createNodeHistory, createNodeStore, type NodeStoreParts } from './nodes.ts'
import { createJoinTokenStore, createPoolStore } from './pools.ts'

/** Everything that is kept of nodes, in either database. */
export function createFleetStores(
  parts: NodeStoreParts,
): Pick<StoreParts, 'nodes' | 'nodeHistory' | 'pools' | 'joinTokens' | 'eras'> {
  return {
    nodes: createNodeStore(parts),
    nodeHistory: createNodeHistory(parts),
    pools: createPoolStore(parts),
    joinTokens: createJoinTokenStore(parts),
    eras: createEras(parts.kysely),
  }
}
