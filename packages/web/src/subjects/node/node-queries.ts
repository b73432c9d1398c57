import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'

export type Node = Schema<'Node'>
export type Pool = Schema<'Pool'>
export type NodeState = Node['status']

export const NODE_STATES = ['ready', 'degraded', 'draining', 'offline'] as const satisfies readonly NodeState[]

/** What a list of nodes can be asked for. */
export interface NodeFilter {
  status?: NodeState
  pool?: string
  selector?: string
  q?: string
}

/** Their loads move all the time, and no change tells of that. */
const LOADS_EVERY_MS = 10_000
/** There are no more nodes than can be read at once. */
const ALL = 1_000

export const nodesQuery = (filter: NodeFilter = {}) =>
  queryOptions({
    queryKey: ['nodes', 'list', filter],
    queryFn: async ({ signal }) =>
      data(api.GET('/api/scheduler/nodes', { params: { query: { ...filter, limit: ALL } }, signal })),
    refetchInterval: LOADS_EVERY_MS,
  })

export const nodeQuery = (id: string) =>
  queryOptions({
    queryKey: ['node', id],
    queryFn: () => data(api.GET('/api/scheduler/nodes/{node}', { params: { path: { node: id } } })),
    refetchInterval: LOADS_EVERY_MS,
  })

export const poolsQuery = queryOptions({
  queryKey: ['nodes', 'pools'],
  queryFn: () => data(api.GET('/api/scheduler/pools')),
})
