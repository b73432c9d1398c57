import type { Clock } from '@rota/core'
import type { NodeRow, NodeStore } from '../ports/nodes.ts'
import type { KnownNode } from '../ports/registry.ts'

export interface KnownNodesOptions {
  clock: Clock
  store: NodeStore
  /** The pools that a node is in by what is known of pools. */
  poolsOf: (node: NodeRow) => readonly string[]
}

/** So long before the last look what others have changed is read once more: their clocks and commits may be late. */
const OVERLAP_MS = 5_000

/** All nodes, as everybody here knows them. */
export interface KnownNodes {
  readonly nodes: ReadonlyMap<string, KnownNode>
  /** Reads what others have changed, the first time everything. */
  refresh(): Promise<void>
  /** Takes up what has happened here. */
  put(row: NodeRow): void
  /** From here, else from the store; null for one that is not there or was removed. */
  find(id: string): Promise<KnownNode | null>
  /** The pools have changed. */
  sortAnew(): void
  /** Told of nodes that have changed, with how they were before (null: unknown). */
  onChange(listener: (changes: readonly NodeChange[]) => void): void
}

export interface NodeChange {
  before: KnownNode | null
  /** Null: it was removed. */
  after: KnownNode | null
}

export function createKnownNodes({ clock, store, poolsOf }: KnownNodesOptions): KnownNodes {
  const nodes = new Map<string, KnownNode>()
  const listeners: ((changes: readonly NodeChange[]) => void)[] = []
  let readAt: number | null = null

  function take(row: NodeRow): NodeChange | null {
    const before = nodes.get(row.id) ?? null
    if (row.removedAt !== null) {
      if (before === null || before.registeredAt > row.removedAt) return null
      nodes.delete(row.id)
      return { before, after: null }
    }
    if (before !== null && isSame(before, row)) return null
    const after = { ...row, inPools: poolsOf(row) }
    nodes.set(row.id, after)
    return { before, after }
  }

  function tell(changes: readonly (NodeChange | null)[]) {
    const real = changes.filter((change) => change !== null)
    if (real.length > 0) for (const listener of listeners) listener(real)
  }

  return {
    nodes,
    async refresh() {
      const now = clock.now()
      const rows = readAt === null ? await store.list() : await store.changed(readAt - OVERLAP_MS)
      readAt = now
      tell(rows.map(take))
    },
    put: (row) => tell([take(row)]),
    async find(id) {
      const known = nodes.get(id)
      if (known !== undefined) return known
      const row = await store.get(id)
      if (row === null || row.removedAt !== null) return null
      tell([take(row)])
      return nodes.get(id) ?? null
    },
    sortAnew() {
      const changes: NodeChange[] = []
      for (const before of nodes.values()) {
        const inPools = poolsOf(before)
        if (inPools.join(' ') === before.inPools.join(' ')) continue
        const after = { ...before, inPools }
        nodes.set(after.id, after)
        changes.push({ before, after })
      }
      tell(changes)
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

/** By what each change of a row touches. */
function isSame(one: NodeRow, other: NodeRow): boolean {
  return (
    one.epoch === other.epoch &&
    one.registeredAt === other.registeredAt &&
    one.state === other.state &&
    one.stateAt === other.stateAt &&
    one.isDraining === other.isDraining &&
    one.keyAt === other.keyAt &&
    one.earlierKeyHash === other.earlierKeyHash
  )
}
