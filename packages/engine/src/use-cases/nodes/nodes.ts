import {
  type Caller,
  type Capability,
  drafted,
  invalid,
  matchesSelector,
  type NodeFacts,
  type NodeState,
  notFound,
  parseSelector,
  RotaError,
  say,
  tenantOf,
} from '@rota/core'
import type { NodeFilter, Nodes, NodeView } from '../../api/nodes.ts'
import type { NodeEvent, NodeRow } from '../../ports/nodes.ts'
import type { KnownNode } from '../../ports/registry.ts'
import { nodeEventView } from '../../views/node-view.ts'
import { isSeen, knownNode, type NodesContext } from './context.ts'
import { createJoinTokens } from './join-tokens.ts'
import { joinByToken } from './joining.ts'
import { createPools } from './pools.ts'
import { viewsOf } from './views-of.ts'

/** What people ask of nodes, and nodes of the scheduler. */
export function createNodes(context: NodesContext): Omit<Nodes, 'connect'> {
  const { store, history, registry, clock } = context
  const found = (caller: Caller, id: string) => knownNode(context, caller, id)

  return {
    registry,
    pools: createPools(context),
    joinTokens: createJoinTokens(context),
    ...readsOf(context),
    drain: (caller, id, reason) => setDraining(context, caller, { node: found(caller, id), isDraining: true, reason }),
    undrain: (caller, id) => setDraining(context, caller, { node: found(caller, id), isDraining: false, reason: null }),
    remove: (caller, id) => removeNode(context, caller, found(caller, id)),
    register: (caller, facts, running) => registerFor(context, caller, { facts, running }),
    async registerItself(node, facts, running) {
      const kept = (await store.get(node.id)) ?? node
      return registry.join({ ...facts, id: node.id, tenantId: kept.tenantId }, running, 'request')
    },
    join: (facts, request) => joinByToken(context, facts, request),
    byKey: (hash) => store.byKey(hash),
    async setKey(id, hash) {
      await store.setKey(id, hash, clock.now())
      await context.refresh()
    },
    endEarlierKey: (id) => store.endEarlierKey(id),
    async events(caller, id, page) {
      const node = await keptNode(context, caller, id)
      return (await history.events(node.id, page)).map(nodeEventView)
    },
    load: async (caller, id, { from, most }) => history.load(found(caller, id).id, from, most),
  }
}

/** Also one that was removed: its events tell why. */
async function keptNode({ store }: NodesContext, caller: Caller, id: string): Promise<NodeRow> {
  const node = await store.get(id)
  if (node === null || !isSeen(caller, node.tenantId)) throw notFound('node', id.slice(0, 64))
  return node
}

function readsOf(context: NodesContext): Pick<Nodes, 'list' | 'get' | 'view' | 'offered' | 'unhealthy'> {
  const { registry, nodeIndex } = context
  const seenBy = (caller: Caller) => [...registry.nodes.values()].filter((node) => isSeen(caller, node.tenantId))
  return {
    list: async (caller, filter) => viewsOf(context, seenBy(caller).filter(passes(filter))),
    async get(caller, id) {
      const [view] = await viewsOf(context, [knownNode(context, caller, id)])
      return view!
    },
    async view(id) {
      const node = registry.nodes.get(id)
      return node === undefined ? null : (await viewsOf(context, [node]))[0]!
    },
    async offered(caller, id) {
      const services = await nodeIndex.capabilities(knownNode(context, caller, id).id).catch(() => null)
      if (services === null) return null
      const offered = Object.entries(services).map(([service, text]) => [service, JSON.parse(text) as Capability])
      return Object.fromEntries(offered)
    },
    unhealthy: async (caller) =>
      viewsOf(
        context,
        seenBy(caller).filter(({ state }) => state !== 'ready'),
      ),
  }
}

function passes({ status, pool, selector, q }: NodeFilter): (node: KnownNode) => boolean {
  const wanted = selector === undefined ? [] : parseSelector(selector)
  const looked = q?.toLowerCase()
  return (node) =>
    (status === undefined || node.state === status) &&
    (pool === undefined || node.inPools.includes(pool)) &&
    matchesSelector(wanted, node.labels) &&
    (looked === undefined || `${node.id}\n${node.name}\n${node.address ?? ''}`.toLowerCase().includes(looked))
}

interface Draining {
  node: KnownNode
  isDraining: boolean
  reason: string | null
}

async function setDraining(context: NodesContext, caller: Caller, wanted: Draining): Promise<NodeView> {
  const { store, reservations } = context
  const { node, isDraining } = wanted
  if (node.isDraining !== isDraining) {
    const to: NodeState = isDraining ? 'draining' : node.state === 'draining' ? 'ready' : node.state
    const reason = isDraining
      ? (wanted.reason ?? say`${caller.name ?? 'Rota'} lets it run dry.`)
      : say`${caller.name ?? 'Rota'} lets it take work again.`
    const event = eventOf(context, node, { to, reason, actor: caller.name })
    const action = isDraining ? 'drained' : 'undrained'
    const audit = drafted(caller, { ...about(node, action), detail: { reason } }, event.at)
    if (await store.drain(node.id, isDraining, event, [audit])) {
      await reservations.setState(node.id, to, reason, null).catch(() => false)
    }
    await context.refresh()
  }
  const [view] = await viewsOf(context, [knownNode(context, caller, node.id)])
  return view!
}

async function removeNode(context: NodesContext, caller: Caller, node: KnownNode): Promise<void> {
  const { store, reservations } = context
  const reason = say`${caller.name ?? 'Rota'} has removed it.`
  const event = eventOf(context, node, { to: 'removed', reason, actor: caller.name })
  const { name, capacity, labels } = node
  const audit = drafted(caller, { ...about(node, 'removed'), before: { name, capacity, labels } }, event.at)
  if (!(await store.remove(node.id, event, [audit]))) throw notFound('node', node.id)
  await reservations.remove(node.id).catch(() => undefined)
  await context.refresh()
}

/** Somebody who may manage nodes speaks for one: also for one that was removed, which is a node again then. */
async function registerFor(
  context: NodesContext,
  caller: Caller,
  { facts, running }: { facts: NodeFacts; running: Parameters<Nodes['register']>[2] },
) {
  const { store, registry, clock } = context
  const kept = await store.get(facts.id)
  const own = tenantOf(caller.scope)
  // An id is taken for all: whose it is, is not told.
  if (kept !== null && !isSeen(caller, kept.tenantId)) {
    throw new RotaError('conflict', say`The id ${facts.id} is taken; choose another.`)
  }
  const tenantId = own ?? facts.tenantId
  if (kept !== null && kept.removedAt === null && kept.tenantId !== tenantId) {
    throw new RotaError('conflict', say`The node ${facts.id} belongs to another tenant; remove it first.`)
  }
  if (kept?.removedAt != null) await readmit(context, { ...kept, tenantId })
  const joined = await registry.join({ ...facts, tenantId }, running, 'request')
  if (joined.outcome === 'refused') throw invalid([{ path: fieldOf(joined.code), message: joined.why }])
  const after = { name: facts.name, capacity: facts.capacity, labels: { ...facts.labels }, epoch: joined.epoch }
  const isNew = kept === null || kept.removedAt !== null
  const told = {
    kind: 'node',
    id: facts.id,
    name: facts.name,
    action: isNew ? 'registered' : 'registered again',
  } as const
  await store.save((await store.get(facts.id))!, null, [drafted(caller, { ...told, tenantId, after }, clock.now())])
  return joined
}

/** A node that was removed begins anew, without the key that it had. */
async function readmit({ store, clock }: NodesContext, kept: NodeRow): Promise<void> {
  const keys = { keyHash: null, earlierKeyHash: null, keyAt: null }
  const now = clock.now()
  await store.save(
    {
      ...kept,
      ...keys,
      isDraining: false,
      state: 'offline',
      stateAt: now,
      granted: { pools: [], labels: {} },
      removedAt: null,
    },
    null,
    [],
  )
}

function fieldOf(code: string): string {
  return code === 'gpu_required' ? 'gpu' : code === 'removed' ? 'id' : 'capacity'
}

const about = ({ id, name, tenantId }: NodeRow, action: string) =>
  ({ kind: 'node', id, name, action, tenantId }) as const

function eventOf(
  { nextId, clock }: NodesContext,
  node: NodeRow,
  { to, reason, actor }: Pick<NodeEvent, 'to' | 'reason' | 'actor'>,
): NodeEvent {
  return { id: nextId(), node: node.id, tenantId: node.tenantId, at: clock.now(), from: node.state, to, reason, actor }
}
