import { NODE_STATES } from '@rota/core'
import { z } from 'zod'
import { AGENT_LIMITS, fromNode, nodeFacts } from './agent.ts'
import { id, instant, instantOrDate, jsonObject, pageQuery, sentence, text } from './scalars.ts'
import { strict } from './strict.ts'

const facts = nodeFacts as unknown as { shape: Readonly<Record<string, z.ZodType>> }
/** The schema of one thing that a node says of itself: agents and requests are held to the same. */
const fact = <T>(name: string) => facts.shape[name] as z.ZodType<T>

const labels = fact<Record<string, string>>('labels')
const names = (most: number) => z.array(text(AGENT_LIMITS.name, 1)).max(most)
const percent = z.number().min(0).max(100)
const poolName = text(100, 1).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
  error: 'must be letters, digits, or any of . _ - and begin with a letter or digit.',
})

const capability = z.strictObject({ languages: z.array(z.string()), models: z.array(z.string()) })
const gpu = z.strictObject({ count: z.int(), model: z.string().nullable() }).nullable()
const state = z.enum(NODE_STATES)
const usage = z.number().nullable().meta({ description: 'Per cent; null where it is not known.' })

export const node = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    tenant_id: z.string().nullable(),
    status: state.meta({ description: '`ready` and `degraded` take work, `draining` and `offline` take none.' }),
    status_reason: sentence(),
    status_since: instant,
    address: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    weight: z.number(),
    capacity: z.int().meta({ description: 'Attempts that it runs at once.' }),
    running: z.int().nullable().meta({ description: 'Null while the hot state cannot be asked; `reserved` likewise.' }),
    reserved: z.int().nullable(),
    languages: z.array(z.string()),
    capabilities: z.record(z.string(), capability),
    types: z.array(z.string()),
    handlers: z.array(z.string()),
    gpu,
    callback_url: z.string().nullable(),
    version: z.string().meta({ description: 'Of the program on the node.' }),
    pools: z.array(z.string()).meta({ description: 'Those that it is in.' }),
    platform: jsonObject,
    epoch: z.int().meta({ description: 'Raised by each registration; 0: it has never registered.' }),
    draining: z.boolean().meta({ description: 'Somebody lets it run dry.' }),
    quarantined: z.boolean().meta({ description: 'It has failed placements lately, and is left out for a while.' }),
    warmth: z.number().meta({ description: '0 to 1: how far its slow start has come.' }),
    cpu_usage: usage,
    memory_usage: usage,
    disk_usage: usage,
    gpu_usage: usage,
    clock_ahead_seconds: z
      .number()
      .nullable()
      .meta({ description: 'By how much its clock is ahead; null where this server has not heard.' }),
    last_heartbeat: instant.nullable(),
    registered_at: instant,
    has_key: z.boolean().meta({ description: 'It signs in with a key of its own.' }),
  })
  .meta({ id: 'Node' })

const nodeEvent = z
  .strictObject({
    id,
    at: instant,
    from: state.nullable().meta({ description: 'Null: it came.' }),
    to: z.enum([...NODE_STATES, 'removed']),
    reason: sentence(),
    actor: z.string().nullable().meta({ description: 'Who did it; null for Rota itself.' }),
  })
  .meta({ id: 'NodeEvent' })

export const nodeQuery = strict({
  page: pageQuery.page,
  limit: pageQuery.limit,
  status: state.exactOptional(),
  pool: text(100, 1).exactOptional(),
  selector: text(2_000).exactOptional().meta({ description: 'A label selector: `zone=a, disk in (ssd), !spot`.' }),
  q: text(200).exactOptional().meta({ description: 'Found in id, name or address.' }),
})

export const nodeList = z
  .strictObject({ total: z.int(), page: z.int(), limit: z.int(), nodes: z.array(node) })
  .meta({ id: 'NodeList' })

const loadSample = z
  .strictObject({
    at: instant,
    cpu_usage: usage,
    memory_usage: usage,
    disk_usage: usage,
    gpu_usage: usage,
    running: z.int(),
  })
  .meta({ id: 'LoadSample' })

export const nodeDetail = z
  .strictObject({
    ...node.shape,
    events: z.array(nodeEvent).meta({ description: 'The latest; all of them by `…/events`.' }),
    load_history: z.array(loadSample).meta({ description: 'Once a minute, oldest first, from `load_from` on.' }),
    offered: z
      .record(z.string(), capability)
      .nullable()
      .meta({ description: 'Capabilities as the hot state knows them; null when it has forgotten.' }),
  })
  .meta({ id: 'NodeDetail' })

export const nodeDetailQuery = strict({
  load_from: instantOrDate.exactOptional().meta({ description: 'Default: an hour ago. A day is kept.' }),
})

export const nodeEventQuery = strict({
  limit: pageQuery.limit,
  before: id.exactOptional().meta({ description: 'Id of an event: those before it.' }),
})
export const nodeEvents = z
  .strictObject({ events: z.array(nodeEvent), next_before: z.string().nullable() })
  .meta({ id: 'NodeEvents' })

const lease = strict({
  execution_id: text(AGENT_LIMITS.id, 1),
  fence: z.int().min(1),
  lease: text(AGENT_LIMITS.lease),
})
const leases = z.array(lease).max(AGENT_LIMITS.capacity)

/** What a node may say of itself beside its id; whatever is left out has a usual value, but the capacity. */
const said = {
  name: fact<string>('name').exactOptional(),
  address: fact<string | null>('address').exactOptional(),
  labels: labels.exactOptional(),
  weight: fact<number>('weight').exactOptional(),
  languages: fact<string[]>('languages').exactOptional(),
  capabilities: fact<Record<string, { languages: string[]; models: string[] }>>('capabilities').exactOptional(),
  types: fact<string[]>('types').exactOptional().meta({ description: 'Task types that it runs.' }),
  handlers: fact<string[]>('handlers').exactOptional().meta({ description: 'Functions for tasks of type `handler`.' }),
  gpu: fact<{ count: number; model: string | null } | null>('gpu').exactOptional(),
  callback_url: fact<string | null>('callbackUrl')
    .exactOptional()
    .meta({ description: 'Where frames are sent to, signed, once the node has greeted by `…/news`.' }),
  version: fact<string>('version').exactOptional(),
  pools: fact<string[]>('pools').exactOptional().meta({ description: 'Pools that it asks to be in.' }),
  platform: fact<Record<string, unknown>>('platform').exactOptional(),
  tenant_id: fact<string | null>('tenantId').exactOptional(),
}
const capacity = fact<number>('capacity').meta({ description: 'Attempts that it runs at once.' })

export const nodeInput = strict({ id: fact<string>('id'), capacity, ...said, running: leases.exactOptional() }).meta({
  id: 'NodeInput',
})

export const nodeRegistered = z
  .strictObject({
    node,
    epoch: z.int(),
    next_heartbeat_seconds: z.number(),
    keep: z.array(lease).meta({ description: 'Of what it has in hand: what goes on.' }),
    drop: z.array(lease).meta({ description: 'What it is to stop: it is somebody else’s by now.' }),
  })
  .meta({ id: 'NodeRegistered' })

export const nodeHeartbeat = strict({
  node_name: fact<string>('id').exactOptional().meta({ description: 'Its id. Left out: the node of the key.' }),
  node_id: fact<string>('id').exactOptional().meta({ description: 'The same by another name.' }),
  cpu_usage: percent.nullable().exactOptional(),
  memory_usage: percent.nullable().exactOptional(),
  disk_usage: percent.nullable().exactOptional(),
  gpu_usage: percent.nullable().exactOptional(),
  available_devices: z
    .int()
    .min(0)
    .exactOptional()
    .meta({ description: 'How much it can take; its capacity, where its first heartbeat says nothing of that.' }),
  running: leases.exactOptional().meta({ description: 'What it has in hand.' }),
  epoch: z.int().min(1).exactOptional().meta({ description: 'As its registration was answered.' }),
  at: instantOrDate.exactOptional().meta({ description: 'By its clock.' }),
  capacity: capacity.exactOptional(),
  ...said,
}).meta({ id: 'NodeHeartbeat' })

export const nodeHeard = z
  .strictObject({
    node_id: z.string(),
    status: state,
    status_reason: sentence(),
    registered: z.boolean().meta({ description: 'It was not known, and has registered by this.' }),
    epoch: z.int(),
    next_heartbeat_seconds: z.number(),
    drop: z.array(lease),
  })
  .meta({ id: 'NodeHeard' })

export const nodeDrain = strict({ reason: text(500).exactOptional() }).meta({ id: 'NodeDrain' })

export const nodeJoin = strict({
  token: text(200, 1).meta({ description: 'A join token.' }),
  node: strict({ id: fact<string>('id'), capacity: capacity.exactOptional(), ...said }),
}).meta({ id: 'NodeJoin' })

export const nodeJoined = z
  .strictObject({
    node_id: z.string(),
    key: z.string().meta({ description: 'What it signs in with from now on. Shown once.' }),
    heartbeat_seconds: z.number(),
  })
  .meta({ id: 'NodeJoined' })

const joinToken = z
  .strictObject({
    id,
    name: z.string(),
    tenant_id: z.string().nullable(),
    pools: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
    uses_left: z.int().nullable().meta({ description: 'Null: any number.' }),
    expires_at: instant,
    created_at: instant,
    created_by: z.string().nullable(),
  })
  .meta({ id: 'JoinToken' })

export const joinTokenInput = strict({
  name: text(100, 1).exactOptional(),
  pools: z
    .array(poolName)
    .max(AGENT_LIMITS.pools)
    .exactOptional()
    .meta({ description: 'Nodes that join are in them.' }),
  labels: labels.exactOptional().meta({ description: 'Nodes that join have them.' }),
  uses: z.int().min(1).max(100_000).nullable().exactOptional().meta({ description: 'Default 1; null: any number.' }),
  expires_in_seconds: z.number().min(1).max(31_622_400).exactOptional().meta({ description: 'Default an hour.' }),
}).meta({ id: 'JoinTokenInput' })

export const newJoinToken = z
  .strictObject({ ...joinToken.shape, token: z.string().meta({ description: 'Shown once.' }) })
  .meta({ id: 'NewJoinToken' })
export const joinTokenList = z.strictObject({ join_tokens: z.array(joinToken) }).meta({ id: 'JoinTokenList' })

export const pool = z
  .strictObject({
    name: z.string(),
    tenant_id: z.string().nullable(),
    origin: z
      .enum(['auto', 'selector', 'manual'])
      .meta({ description: 'By the languages of nodes or as they ask, by a label selector, or by hand.' }),
    description: sentence(),
    selector: z.string().nullable(),
    members: z.array(z.string()).meta({ description: 'Nodes that were put in by hand.' }),
    requires_gpu: z.boolean(),
    size: z.int().meta({ description: 'Nodes in it.' }),
    ready: z.int().meta({ description: 'Those of them that take work.' }),
    sample: z.array(z.string()).meta({ description: 'Some of the nodes in it.' }),
    created_at: instant,
    updated_at: instant,
    empty_since: instant
      .nullable()
      .meta({ description: 'An automatic pool goes when it has stood empty for a while.' }),
  })
  .meta({ id: 'Pool' })

export const poolList = z
  .strictObject({
    pools: z.array(pool),
    version: z.int().meta({ description: 'Of the pools, that this server goes by; 0: none yet.' }),
    term: z.int().meta({ description: 'Of the leader that published it.' }),
    applied: z.array(z.strictObject({ instance: z.string(), version: z.int(), at: instant })).meta({
      description: 'Which version each server goes by.',
    }),
  })
  .meta({ id: 'PoolList' })

const poolFields = {
  description: text(500).exactOptional(),
  selector: text(2_000).nullable().exactOptional(),
  members: names(10_000).exactOptional().meta({ description: 'Ids of nodes; a pool has a selector or members.' }),
  requires_gpu: z.boolean().exactOptional(),
}
export const poolInput = strict({ name: poolName, ...poolFields }).meta({ id: 'PoolInput' })
export const poolChanges = strict(poolFields).meta({ id: 'PoolChanges' })
export const poolMembersQuery = strict({ page: pageQuery.page, limit: pageQuery.limit })

export const nodeHealth = z
  .strictObject({
    healthy: z.int().meta({ description: 'Nodes that are ready.' }),
    unhealthy: z.array(node).meta({ description: 'Those over a threshold, draining or offline, with their reasons.' }),
    recovering: z.boolean().meta({ description: 'The hot state had forgotten the nodes; they are telling it again.' }),
    thresholds: z.strictObject({
      cpu: z.number(),
      memory: z.number(),
      disk: z.number(),
      gpu: z.number(),
    }),
  })
  .meta({ id: 'NodeHealth' })

/** Frames in one request. */
const MOST_FRAMES = 500
export const nodeFrames = strict({ frames: z.array(fromNode).max(MOST_FRAMES) }).meta({ id: 'NodeFrames' })
export const framesToNode = z
  .strictObject({
    frames: z.array(jsonObject).meta({ description: 'Frames of the agent protocol, in their order.' }),
    wait_seconds: z.number().meta({ description: 'Ask again after so long.' }),
  })
  .meta({ id: 'FramesToNode' })

export type NodeInput = z.output<typeof nodeInput>
export type NodeHeartbeat = z.output<typeof nodeHeartbeat>
export type NodeJoin = z.output<typeof nodeJoin>
