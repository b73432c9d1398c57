import { languagePool, matchesSelector, type NodeFacts, parseSelector, type Selector } from '@rota/core'
import type { PoolRow } from '../ports/nodes.ts'

/** What of a pool decides who is in it. */
export type PoolRule = Pick<PoolRow, 'name' | 'tenantId' | 'origin' | 'selector' | 'members' | 'requiresGpu'>

type Member = Pick<NodeFacts, 'id' | 'tenantId' | 'labels' | 'languages' | 'capabilities' | 'gpu' | 'pools'>

/** A pool whose selector has been read. */
export interface ReadRule extends PoolRule {
  wants: Selector
  ids: ReadonlySet<string>
}

export function readRule(rule: PoolRule): ReadRule {
  return { ...rule, wants: parseSelector(rule.selector ?? ''), ids: new Set(rule.members) }
}

/** The automatic pool of a node's languages. Those of a tenant's nodes are that tenant's, and named after it. */
export function ownLanguagePool(node: Member): string | null {
  const name = languagePool(node)
  return name === null || node.tenantId === null ? name : `${node.tenantId}.${name}`
}

/** Whether a node is in a pool, a GPU left aside. */
export function belongs(pool: ReadRule, node: Member): boolean {
  if (pool.tenantId !== null && pool.tenantId !== node.tenantId) return false
  const asks = pool.tenantId === node.tenantId && node.pools.includes(pool.name)
  switch (pool.origin) {
    case 'auto':
      return asks || ownLanguagePool(node) === pool.name
    case 'selector':
      return matchesSelector(pool.wants, node.labels)
    case 'manual':
      return asks || pool.ids.has(node.id)
  }
}

/** The pools that a node is in. */
export function poolsOf(pools: Iterable<ReadRule>, node: Member): string[] {
  const names: string[] = []
  for (const pool of pools) if (belongs(pool, node) && !lacksGpu(pool, node)) names.push(pool.name)
  return names.sort()
}

/** Whether a pool wants a GPU that a node has not. */
export function lacksGpu({ requiresGpu }: Pick<PoolRule, 'requiresGpu'>, { gpu }: Pick<NodeFacts, 'gpu'>): boolean {
  return requiresGpu && (gpu === null || gpu.count === 0)
}
