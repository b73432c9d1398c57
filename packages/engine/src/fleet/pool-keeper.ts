import { type Clock, say } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import type { NodeIndex } from '../ports/node-index.ts'
import type { NodeRow, PoolRow, PoolStore } from '../ports/nodes.ts'
import type { Publications } from '../ports/publications.ts'
import type { KnownNode } from '../ports/registry.ts'
import { ownLanguagePool, type PoolRule, poolsOf, readRule } from './membership.ts'
import { POOLS, type PublishedPools } from './pool-book.ts'

export interface PoolKeeperOptions {
  clock: Clock
  store: PoolStore
  publications: Publications
  nodeIndex: Pick<NodeIndex, 'setMembers'>
  nodes: ReadonlyMap<string, KnownNode>
  instanceId: string
  /** How long an automatic pool may stand empty. */
  pruneMs: number
  emit: (event: EngineEvent) => void
  /** Called when a version has been published. */
  onPublished: () => void
}

/** Every so often the index is written whole: what was lost of it comes back. */
const INDEX_MS = 60_000

export interface PoolKeeper {
  /**
   * Makes the automatic pools that nodes need, drops those that have stood empty, and publishes what is new. Answers the
   * later term of another leader that refused it; null when nobody did.
   */
  keep(term: number): Promise<number | null>
}

/** What one leader does for the pools. */
export function createPoolKeeper(options: PoolKeeperOptions): PoolKeeper {
  const { clock, store, publications, nodeIndex, nodes, instanceId } = options
  /** What was published last, of the term it was read in. */
  let last: { term: number; published: PublishedPools | null; body: string } | null = null
  let isInHot = false
  let indexed = new Map<string, string>()
  let indexedAt = Number.NEGATIVE_INFINITY

  /** Automatic pools that there should be and are not. */
  async function makeMissing(rows: Map<string, PoolRow>): Promise<void> {
    for (const node of nodes.values()) {
      const language = ownLanguagePool(node)
      const wanted = language === null ? node.pools : [language, ...node.pools]
      for (const name of wanted) {
        if (rows.has(name)) continue
        const row = autoPool(name, node, { isByLanguage: name === language, now: clock.now() })
        await store.add(row, [])
        // Somebody may have made one of that name meanwhile; the next look will show it.
        rows.set(name, row)
      }
    }
  }

  /** Those that have stood empty go, the others are noted. */
  async function dropEmpty(rows: Map<string, PoolRow>, sizes: ReadonlyMap<string, number>): Promise<void> {
    const now = clock.now()
    for (const row of rows.values()) {
      if (row.origin !== 'auto') continue
      const isEmpty = (sizes.get(row.name) ?? 0) === 0
      if (!isEmpty && row.emptySince !== null) await store.noteEmpty(row.name, null)
      if (isEmpty && row.emptySince === null) await store.noteEmpty(row.name, now)
      if (isEmpty && row.emptySince !== null && now - row.emptySince >= options.pruneMs) {
        await store.remove(row.name, [], true)
        rows.delete(row.name)
      }
    }
  }

  async function publish(rules: readonly PoolRule[], term: number): Promise<number | null> {
    const body = JSON.stringify(rules)
    if (last?.term !== term) {
      const [kept] = await store.versions(1)
      last = { term, published: kept ? { ...kept, pools: JSON.parse(kept.body) } : null, body: kept?.body ?? '' }
      isInHot = false
    }
    if (body !== last.body) {
      const done = await store.publish({ term, body, at: clock.now(), instance: instanceId })
      if (done.outcome === 'fenced') return done.term
      last = { term, published: { version: done.version, term, pools: rules }, body }
      isInHot = false
    }
    if (isInHot || last.published === null) return null
    return spread(last.published, term)
  }

  /** Tells all instances. What cannot be told now is told with a later look; the store has it. */
  async function spread(published: PublishedPools, term: number): Promise<number | null> {
    const body = JSON.stringify({ version: published.version, term: published.term, pools: published.pools })
    let expected = published.version - 1
    for (let tries = 0; tries < 2; tries++) {
      const done = await publications.publish(POOLS, { expected, term, body })
      if (done.outcome === 'fenced') return done.term
      if (done.outcome === 'published') break
      // The hot state counts for itself; what counts is the number in the document.
      expected = done.version
    }
    isInHot = true
    options.onPublished()
    return null
  }

  async function writeIndex(members: ReadonlyMap<string, KnownNode[]>): Promise<void> {
    const now = clock.monotonic()
    const isWhole = now - indexedAt >= INDEX_MS
    const written = new Map<string, string>()
    for (const name of new Set([...members.keys(), ...indexed.keys()])) {
      const list = (members.get(name) ?? []).map(({ id, capacity }) => ({ node: id, capacity }))
      const text = JSON.stringify(list)
      if (list.length > 0) written.set(name, text)
      if (isWhole || indexed.get(name) !== text) await nodeIndex.setMembers(name, list)
    }
    indexed = written
    if (isWhole) indexedAt = now
  }

  return {
    async keep(term) {
      const rows = new Map((await store.list()).map((row) => [row.name, row]))
      await makeMissing(rows)
      const rules = () => [...rows.values()].map(ruleOf).sort((a, b) => (a.name < b.name ? -1 : 1))
      const members = membersOf(rules(), nodes.values())
      await dropEmpty(rows, new Map([...members].map(([name, list]) => [name, list.length])))
      const fencedBy = await publish(rules(), term)
      if (fencedBy !== null) {
        options.emit({ type: 'publication_refused', term: fencedBy })
        return fencedBy
      }
      await writeIndex(members)
      return null
    },
  }
}

function membersOf(rules: readonly PoolRule[], nodes: Iterable<KnownNode>): Map<string, KnownNode[]> {
  const read = rules.map(readRule)
  const members = new Map<string, KnownNode[]>()
  for (const node of nodes) {
    for (const name of poolsOf(read, node)) {
      const list = members.get(name)
      if (list === undefined) members.set(name, [node])
      else list.push(node)
    }
  }
  return members
}

function ruleOf({ name, tenantId, origin, selector, members, requiresGpu }: PoolRow): PoolRule {
  return { name, tenantId, origin, selector, members, requiresGpu }
}

function autoPool(
  name: string,
  node: Pick<NodeRow, 'tenantId'>,
  { isByLanguage, now }: { isByLanguage: boolean; now: number },
): PoolRow {
  return {
    name,
    tenantId: node.tenantId,
    origin: 'auto',
    description: isByLanguage ? say`Nodes with the same languages.` : say`Nodes that ask to be in it.`,
    selector: null,
    members: [],
    requiresGpu: false,
    createdAt: now,
    updatedAt: now,
    emptySince: null,
  }
}
