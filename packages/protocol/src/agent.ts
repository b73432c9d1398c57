import {
  AGENT_PROTOCOL,
  type AttemptNews,
  type Capability,
  type FromNode,
  NODE_REFUSALS,
  NODE_STATES,
  type NodeFacts,
  type NodeLease,
  type NodeRefusal,
  RotaError,
  say,
  type ToNode,
  type Usage,
} from '@rota/core'
import { z } from 'zod'
import { parse } from './issues.ts'
import { openLine, order, orderLine, outcome } from './order.ts'
import { json, text } from './scalars.ts'

export { parse } from './issues.ts'

/** Sizes of the agent protocol. `packages/agent/PROTOCOL.md` shows the same table. */
export const AGENT_LIMITS = {
  /** Bytes of a frame of a node. */
  newsFrameBytes: 1_048_576,
  /** Bytes of a frame to a node: an order holds the sources of scripts. */
  orderFrameBytes: 8_388_608,
  /** Nested arrays and objects of a frame: a result may have 100 levels. */
  depth: 128,
  /** Characters of the id of a node, an execution or an instance. */
  id: 64,
  /** Characters of a lease, and of a key. */
  lease: 200,
  /** Characters of a name, a pool, a model or an address. */
  name: 200,
  labels: 64,
  capacity: 10_000,
  weight: 1_000,
  /** Services with capabilities. */
  services: 100,
  /** Languages of all services together; models likewise. */
  languages: 200,
  types: 50,
  handlers: 1_000,
  pools: 100,
  /** Facts about the platform. */
  platform: 32,
  /** Log lines in one frame. */
  lines: 2_000,
  /** Characters of a log line. */
  line: 65_536,
  /** Characters of a reason. */
  why: 4_000,
} as const

const most = AGENT_LIMITS
const epochMs = z.int()
const name = text(most.name, 1)
/** It stands in keys and addresses, so it holds no brace, slash or space. */
const nodeId = text(most.id, 1).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
  error: () => say`must be letters, digits, or any of . _ - and begin with a letter or digit.`,
})
const label = text(most.id, 1).regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, {
  error: () => say`must be letters, digits, or any of . _ / - and begin with a letter or digit.`,
})
const share = z.number().min(0).max(1).nullable()

const record = <Value>(key: z.ZodType<string, string>, value: z.ZodType<Value>, size: number) =>
  z.record(key, value).refine((given) => Object.keys(given).length <= size, {
    error: () => say`must have at most ${size} entries.`,
  })

const capability: z.ZodType<Capability> = z.strictObject({
  languages: z.array(text(35, 1)).max(most.languages),
  models: z.array(name).max(most.languages),
})

const capabilities = record(name, capability, most.services).superRefine((services, context) => {
  for (const part of ['languages', 'models'] as const) {
    let count = 0
    for (const [service, offered] of Object.entries(services)) {
      count += offered[part].length
      if (count <= most.languages) continue
      const message = say`brings the ${part} of all services to more than ${most.languages}.`
      context.addIssue({ code: 'custom', path: [service, part], message })
      break
    }
  }
})

/** What a node says of itself, in its greeting. */
export const nodeFacts: z.ZodType<NodeFacts> = z.strictObject({
  id: nodeId,
  name,
  address: name.nullable(),
  labels: record(label, text(most.name), most.labels),
  weight: z.number().positive().max(most.weight),
  capacity: z.int().min(1).max(most.capacity),
  languages: z.array(text(35, 1)).max(most.languages),
  capabilities,
  types: z.array(name).max(most.types),
  handlers: z.array(name).max(most.handlers),
  gpu: z.strictObject({ count: z.int().min(0).max(1_000), model: name.nullable() }).nullable(),
  // An address in a network of one's own has no domain.
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable(),
  version: text(100, 1),
  pools: z.array(name).max(most.pools),
  platform: record(name, json, most.platform),
  tenantId: text(most.id, 1).nullable(),
})

const attempt = { executionId: text(most.id, 1), fence: z.int().min(1) }

const nodeLease: z.ZodType<NodeLease> = z.strictObject({ ...attempt, lease: text(most.lease) })
const leases = z.array(nodeLease).max(most.capacity)

const usage: z.ZodType<Usage> = z.strictObject({ cpu: share, memory: share, disk: share, gpu: share })

const why = text(most.why)
const line = orderLine.refine(({ text: given }) => given.length <= most.line, {
  error: () => say`must be at most ${most.line} characters long.`,
  path: ['text'],
})

const attemptNews: z.ZodType<AttemptNews> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('acked') }),
  z.strictObject({
    kind: z.literal('refused'),
    refusal: z.enum(['unsupported', 'busy', 'draining', 'late', 'stale_fence']),
    why,
  }),
  z.strictObject({ kind: z.literal('lines'), from: z.int().min(0), lines: z.array(line).max(most.lines) }),
  z.strictObject({ kind: z.literal('progress'), percent: z.number().min(0).max(100), message: why.nullable() }),
  z.strictObject({ kind: z.literal('unfinished'), line: openLine.nullable() }),
  z.strictObject({ kind: z.literal('ended'), outcome, lines: z.int().min(0).optional() }),
])

/** What a node says. */
export const fromNode: z.ZodType<FromNode> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hello'),
    versions: z.array(z.int().min(1)).min(1).max(16),
    node: nodeFacts,
    running: leases,
    session: text(most.id, 1),
  }),
  z.strictObject({ kind: z.literal('heartbeat'), usage, running: leases, clock: epochMs }),
  z.strictObject({
    kind: z.literal('news'),
    ...attempt,
    number: z.int().min(1),
    owner: text(most.id, 1),
    news: attemptNews,
  }),
  z.strictObject({ kind: z.literal('leaving'), reason: why }),
])

const ms = z.number().min(0)

/** What is said to a node. */
export const toNode: z.ZodType<ToNode> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('welcome'),
    version: z.int().min(1),
    epoch: z.int().min(0),
    instance: text(most.id, 1),
    heartbeatMs: ms.min(100).max(3_600_000),
    silenceMs: ms.min(200).max(7_200_000),
    drop: leases,
    now: epochMs,
  }),
  z.strictObject({ kind: z.literal('refused'), code: z.enum(NODE_REFUSALS), why, isFinal: z.boolean() }),
  z.strictObject({ kind: z.literal('heard'), state: z.enum(NODE_STATES), reason: why, now: epochMs, drop: leases }),
  z.strictObject({
    kind: z.literal('order'),
    order,
    lease: text(most.lease),
    owner: text(most.id, 1),
    beginWithinMs: ms.nullable(),
  }),
  z.strictObject({ kind: z.literal('got'), ...attempt, number: z.int().min(0) }),
  z.strictObject({ kind: z.literal('hold'), ...attempt }),
  z.strictObject({ kind: z.literal('go_on'), ...attempt }),
  z.strictObject({ kind: z.literal('cancel'), ...attempt, reason: why }),
  z.strictObject({ kind: z.literal('resume'), ...attempt, owner: text(most.id, 1), lines: z.int().min(0) }),
  z.strictObject({ kind: z.literal('drain'), isDraining: z.boolean() }),
  z.strictObject({ kind: z.literal('new_key'), key: text(most.lease, 16) }),
])

/**
 * Reads a frame of a node. Throws RotaError `too_large`, `malformed` (no JSON, or too deep), `conflict` (a greeting in
 * none of our versions), or `invalid` with a field named.
 */
export function parseFromNode(frame: string): FromNode {
  const value = read(frame, most.newsFrameBytes)
  // First of all, for what another version has besides is none of our business.
  const versions = otherVersions(value)
  if (versions !== null) {
    throw new RotaError(
      'conflict',
      say`The node speaks version ${versions} of the agent protocol, this server version ${AGENT_PROTOCOL}: bring the older of the two up to date.`,
    )
  }
  return parse(fromNode, value)
}

/** Reads a frame to a node. Throws RotaError `too_large`, `malformed` or `invalid`. */
export function parseToNode(frame: string): ToNode {
  return parse(toNode, read(frame, most.orderFrameBytes))
}

/** What a node is told whose frame could not be read. */
export function refusalOf(error: unknown): NodeRefusal {
  if (!RotaError.is(error)) return 'invalid'
  if (error.code === 'too_large') return 'too_large'
  return error.code === 'conflict' ? 'version' : 'invalid'
}

function read(frame: string, mostBytes: number): unknown {
  // A character has three bytes at most; only what may be too long is measured.
  if (frame.length > mostBytes || (frame.length * 3 > mostBytes && utf8Bytes(frame) > mostBytes)) {
    throw new RotaError('too_large', say`A frame has at most ${mostBytes} bytes.`)
  }
  let value: unknown
  try {
    value = JSON.parse(frame)
  } catch {
    throw new RotaError('malformed', say`A frame is one JSON object.`)
  }
  if (isTooDeep(value)) {
    throw new RotaError('malformed', say`A frame must not be nested deeper than ${most.depth} levels.`)
  }
  return value
}

const utf8Bytes = (given: string) => new TextEncoder().encode(given).length

/** Without recursion, so that depth cannot exhaust the stack. */
function isTooDeep(root: unknown): boolean {
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most.depth) return true
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) next.push(child)
    }
    level = next
  }
  return false
}

/** The versions of a greeting that has none of ours; null for whatever else. */
function otherVersions(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const { kind, versions } = value as { kind?: unknown; versions?: unknown }
  if (kind !== 'hello' || !Array.isArray(versions) || versions.length === 0) return null
  if (!versions.every(Number.isInteger) || versions.includes(AGENT_PROTOCOL)) return null
  return versions.slice(0, 16).join(', ')
}
