import type { Clock } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import type { NodeIndex } from '../ports/node-index.ts'
import type { NodeRow, PoolStore } from '../ports/nodes.ts'
import type { Publications } from '../ports/publications.ts'
import { type PoolRule, poolsOf, type ReadRule, readRule } from './membership.ts'

export interface PoolBookOptions {
  clock: Clock
  publications: Publications
  nodeIndex: Pick<NodeIndex, 'noteApplied'>
  store: Pick<PoolStore, 'versions'>
  instanceId: string
  /** Called when another version is applied. */
  onApplied: () => void
  emit: (event: EngineEvent) => void
}

/** Name under which the pools are published. */
export const POOLS = 'pools'
/** How often an instance says again which version it goes by. */
const NOTE_MS = 30_000

/** What a leader publishes. The numbers are the store's, which forgets none. */
export interface PublishedPools {
  version: number
  term: number
  pools: readonly PoolRule[]
}

/** The pools as this instance goes by them: what was published last, as far as it has heard. */
export interface PoolBook {
  readonly pools: ReadonlyMap<string, ReadRule>
  /** 0: none yet. */
  readonly version: number
  readonly term: number
  poolsOf(node: NodeRow): readonly string[]
  /** Looks for a later version. */
  refresh(): Promise<void>
}

export function createPoolBook(options: PoolBookOptions): PoolBook {
  const { clock, publications, nodeIndex, store, instanceId, emit } = options
  let pools = new Map<string, ReadRule>()
  let version = 0
  let term = 0
  let notedAt = Number.NEGATIVE_INFINITY

  /** From the hot state; what that does not know, or while it is away, from the store. */
  async function latest(): Promise<PublishedPools | null> {
    const published = await publications.latest(POOLS).catch(() => null)
    if (published !== null) return JSON.parse(published.body) as PublishedPools
    const [kept] = await store.versions(1)
    if (kept === undefined) return null
    return { version: kept.version, term: kept.term, pools: JSON.parse(kept.body) as PoolRule[] }
  }

  async function noteApplied() {
    const now = clock.monotonic()
    if (version === 0 || now - notedAt < NOTE_MS) return
    try {
      await nodeIndex.noteApplied({ instance: instanceId, version, at: clock.now() })
      notedAt = now
    } catch {
      // Said again with the next look.
    }
  }

  return {
    get pools() {
      return pools
    },
    get version() {
      return version
    },
    get term() {
      return term
    },
    poolsOf: (node) => poolsOf(pools.values(), node),
    async refresh() {
      const found = await latest()
      if (found !== null && found.version > version) {
        pools = new Map(found.pools.map((rule) => [rule.name, readRule(rule)]))
        version = found.version
        term = found.term
        notedAt = Number.NEGATIVE_INFINITY
        options.onApplied()
        emit({ type: 'pools_applied', version })
      }
      await noteApplied()
    },
  }
}
