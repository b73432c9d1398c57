import {
  type Caller,
  type FromNode,
  invalid,
  type NodeFacts,
  type NodeLease,
  notFound,
  RotaError,
  say,
  type Usage,
} from '@rota/core'
import type { JoinTokenView, NodeEventView, NodeRow, NodeView } from '@rota/engine'
import type { NodeHeartbeat, NodeInput, NodeJoin } from '@rota/protocol'
import type { FastifyRequest } from 'fastify'
import { NodeKeys } from './node-keys.ts'
import type { Services } from './services.ts'

type Parts = Pick<Services, 'engine' | 'clock' | 'config' | 'guesses'>

const HOUR_MS = 3_600_000
/** Events and samples shown with a node. */
const EVENTS_SHOWN = 20
const MOST_SAMPLES = 2_000
/** Life of a join token, and how often it may be used, where nothing is said. */
const JOIN_SECONDS = 3_600
const JOIN_USES = 1

/** What a node says of itself, filled in: what is left out restricts nothing and promises nothing. */
function factsOf(said: Omit<NodeInput, 'running'>): NodeFacts {
  const { id, capacity, callback_url = null, tenant_id = null, capabilities = {}, platform = {} } = said
  return {
    id,
    name: said.name ?? id,
    address: said.address ?? null,
    labels: said.labels ?? {},
    weight: said.weight ?? 1,
    capacity,
    languages: said.languages ?? [],
    capabilities,
    types: said.types ?? [],
    handlers: said.handlers ?? [],
    gpu: said.gpu ?? null,
    callbackUrl: callback_url,
    version: said.version ?? 'unknown',
    pools: said.pools ?? [],
    platform: platform as NodeFacts['platform'],
    tenantId: tenant_id,
  }
}

type WireLease = NonNullable<NodeInput['running']>[number]

const leaseOf = ({ execution_id: executionId, ...rest }: WireLease): NodeLease => ({ executionId, ...rest })
const wireLease = ({ executionId, fence, lease }: NodeLease) => ({ execution_id: executionId, fence, lease })

export async function listNodes(
  { engine }: Parts,
  caller: Caller,
  {
    page = 1,
    limit = 50,
    ...filter
  }: { page?: number; limit?: number } & Parameters<Services['engine']['nodes']['list']>[1],
) {
  const nodes = await engine.nodes.list(caller, filter)
  return { total: nodes.length, page, limit, nodes: nodes.slice((page - 1) * limit, page * limit) }
}

/** With its latest events and its load since an hour, or since the instant that is asked for. Throws `not_found`. */
export async function readNode({ engine, clock }: Parts, caller: Caller, id: string, loadFrom: string | undefined) {
  const node = await engine.nodes.get(caller, id)
  const from = loadFrom === undefined ? clock.now() - HOUR_MS : Date.parse(loadFrom)
  const samples = await engine.nodes.load(caller, id, { from, most: MOST_SAMPLES })
  return {
    ...node,
    events: await engine.nodes.events(caller, id, { before: null, most: EVENTS_SHOWN }),
    load_history: samples.map(({ at, cpu, memory, disk, gpu, running }) => ({
      at: new Date(at).toISOString(),
      cpu_usage: percent(cpu),
      memory_usage: percent(memory),
      disk_usage: percent(disk),
      gpu_usage: percent(gpu),
      running,
    })),
    offered: await engine.nodes.offered(caller, id),
  }
}

export async function nodeEvents(
  { engine }: Parts,
  caller: Caller,
  { id, before = null, limit = 50 }: { id: string; before?: string | null | undefined; limit?: number | undefined },
) {
  const events: NodeEventView[] = await engine.nodes.events(caller, id, { before, most: limit })
  return { events, next_before: events.length < limit ? null : events.at(-1)!.id }
}

/** A node by its key, or somebody who may manage nodes for one. Throws `invalid` with the reason when it may not join. */
export async function registerNode(parts: Parts, by: Speaker, input: NodeInput) {
  const { engine, config } = parts
  const { running = [], ...said } = input
  const facts = factsOf(said)
  const leases = running.map(leaseOf)
  const joined = await ('node' in by
    ? registerItself(parts, by.node, { facts, leases })
    : engine.nodes.register(by.caller, facts, leases))
  return {
    node: await viewOf(parts, facts.id),
    epoch: joined.epoch,
    next_heartbeat_seconds: config.nodes.heartbeat_seconds,
    keep: joined.keep.map(wireLease),
    drop: joined.drop.map(wireLease),
  }
}

/** Who speaks: the node itself, known by its key, or a person or program for it. */
export type Speaker = { node: NodeRow } | { caller: Caller }

async function registerItself(
  { engine }: Parts,
  node: NodeRow,
  { facts, leases }: { facts: NodeFacts; leases: NodeLease[] },
) {
  if (facts.id !== node.id) throw otherNode(node.id)
  const joined = await engine.nodes.registerItself(node, facts, leases)
  if (joined.outcome === 'refused')
    throw invalid([{ path: joined.code === 'gpu_required' ? 'gpu' : 'id', message: joined.why }])
  return joined
}

function otherNode(id: string): RotaError {
  return new RotaError('forbidden', say`This is the key of the node ${id}; it speaks for no other.`)
}

/** The first heartbeat of a node that nobody knows registers it. */
export async function hearNode(parts: Parts, by: Speaker, beat: NodeHeartbeat) {
  const { engine, config } = parts
  const id = idOf(by, beat)
  if ('caller' in by) await requireOwn(parts, by.caller, id)
  const { running = [], epoch } = beat
  const word = {
    usage: usageOf(beat),
    running: running.map(leaseOf),
    clock: beat.at === undefined ? null : Date.parse(beat.at),
    ...(epoch !== undefined && { epoch }),
  }
  let heard = await engine.nodes.registry.beat(id, word)
  const isUnknown = heard.outcome === 'unknown'
  let drop: NodeLease[] = []
  if (heard.outcome === 'unknown') {
    const joined = await registerNode(parts, by, { ...inputOf(id, beat, engine.nodes.registry.nodes.get(id)), running })
    drop = joined.drop.map(leaseOf)
    const { epoch: _, ...rest } = word
    heard = await engine.nodes.registry.beat(id, rest)
  }
  if (heard.outcome === 'removed') throw removed(id)
  if (heard.outcome === 'unknown')
    throw new RotaError('conflict', say`The node ${id} is registering elsewhere; try again.`)
  return {
    node_id: id,
    status: heard.state,
    status_reason: heard.reason,
    registered: isUnknown,
    epoch: engine.nodes.registry.nodes.get(id)?.epoch ?? 0,
    next_heartbeat_seconds: config.nodes.heartbeat_seconds,
    drop: [...drop, ...heard.drop].map(wireLease),
  }
}

function removed(id: string): RotaError {
  return new RotaError('conflict', say`The node ${id} was removed. Register it (POST /nodes/register) to have it back.`)
}

function idOf(by: Speaker, { node_name: name, node_id: given }: NodeHeartbeat): string {
  const id = name ?? given ?? ('node' in by ? by.node.id : undefined)
  if (id === undefined) throw invalid([{ path: 'node_name', message: say`is missing: which node is it?` }])
  if ('node' in by && by.node.id !== id) throw otherNode(by.node.id)
  return id
}

/** A node of another tenant is none. */
async function requireOwn({ engine }: Parts, caller: Caller, id: string): Promise<void> {
  if (engine.nodes.registry.nodes.has(id)) await engine.nodes.get(caller, id)
}

/** What a node that has to register again is, as it was, with what this heartbeat says anew. */
function inputOf(id: string, beat: NodeHeartbeat, known: NodeRow | undefined): NodeInput {
  const { node_name: _, node_id: __, available_devices: free, running: ___, epoch: ____, at: _____, ...rest } = beat
  const { cpu_usage: _c, memory_usage: _m, disk_usage: _d, gpu_usage: _g, capacity: given, ...said } = rest
  const capacity = given ?? known?.capacity ?? Math.max(free ?? 1, 1)
  if (known === undefined) return { id, capacity, ...said }
  const { name, address, labels, weight, capabilities, types, handlers, gpu, version, pools, platform } = known
  return {
    ...{ id, capacity, name, address, weight, gpu, version, platform },
    labels: { ...labels },
    languages: [...known.languages],
    capabilities: capabilities as NonNullable<NodeInput['capabilities']>,
    types: [...types],
    handlers: [...handlers],
    pools: [...pools],
    callback_url: known.callbackUrl,
    tenant_id: known.tenantId,
    ...said,
  }
}

/** Per cent on the wire, shares inside. */
function usageOf({ cpu_usage, memory_usage, disk_usage, gpu_usage }: NodeHeartbeat): Usage {
  const share = (given: number | null | undefined) => (given == null ? null : given / 100)
  return { cpu: share(cpu_usage), memory: share(memory_usage), disk: share(disk_usage), gpu: share(gpu_usage) }
}

const percent = (share: number | null) => (share === null ? null : Math.round(share * 1_000) / 10)

async function viewOf({ engine }: Parts, id: string): Promise<NodeView> {
  const view = await engine.nodes.view(id)
  if (view === null) throw notFound('node', id)
  return view
}

/** A node joins by a token and gets a key of its own. Wrong tokens count as guesses of the address they come from. */
export async function joinNode({ engine, config, guesses }: Parts, { token, node }: NodeJoin, request: FastifyRequest) {
  const key = NodeKeys.newKey()
  const { capacity = 1, ...said } = node
  const facts = factsOf({ ...said, capacity })
  const about = { address: request.ip, requestId: request.id }
  const row = await engine.nodes
    .join(facts, { tokenHash: NodeKeys.hashOf(token), keyHash: key.hash, ...about })
    .catch((error) => guesses.count(error, request.ip))
  return { node_id: row.id, key: key.text, heartbeat_seconds: config.nodes.heartbeat_seconds }
}

export async function createJoinToken(
  { engine, clock }: Parts,
  caller: Caller,
  input: {
    name?: string
    pools?: string[]
    labels?: Record<string, string>
    uses?: number | null
    expires_in_seconds?: number
  },
): Promise<JoinTokenView & { token: string }> {
  const { text, hash } = NodeKeys.newJoinToken()
  const { name = 'node', pools = [], labels = {}, uses = JOIN_USES, expires_in_seconds = JOIN_SECONDS } = input
  const expiresAt = Math.round(clock.now() + expires_in_seconds * 1_000)
  const made = await engine.nodes.joinTokens.create(caller, { name, hash, pools, labels, uses, expiresAt })
  return { ...made, token: text }
}

export async function nodeHealth({ engine, config }: Parts, caller: Caller) {
  const { cpu_threshold: cpu, memory_threshold: memory, disk_threshold: disk, gpu_threshold: gpu } = config.nodes
  const unhealthy = await engine.nodes.unhealthy(caller)
  const all = await engine.nodes.list(caller, {})
  return {
    healthy: all.length - unhealthy.length,
    unhealthy,
    recovering: engine.nodes.registry.isRecovering,
    thresholds: { cpu, memory, disk, gpu },
  }
}

/** How long a poll may be held, in ms. */
const POLL_MS = 20_000

/**
 * What a node says in a request, and what it is told. Throws `conflict` when it has not greeted this server, and as
 * frames that are none are refused.
 */
export async function speakWithNode(
  { gateway }: Pick<Services, 'gateway'>,
  { node, id }: { node: NodeRow; id: string },
  { frames, way }: { frames: readonly FromNode[]; way: 'poll' | 'news' },
) {
  if (id !== node.id) throw otherNode(node.id)
  const session = await gateway.session(node, frames, way)
  if (session === null) {
    throw new RotaError('conflict', say`The node has not greeted this server: send hello first.`)
  }
  session.receive(frames)
  return { frames: await session.take(way === 'poll' ? POLL_MS : 0), wait_seconds: 0 }
}
