import {
  type Candidate,
  type Clock,
  type Decision,
  type Json,
  type PlacementRequest,
  place,
  type ReasonCode,
  RotaError,
} from '@rota/core'
import type { Channel } from '../ports/channel.ts'
import type { NodePlacer, NodeWork, OnNode, Place, Shortage, Tried } from '../ports/placer.ts'
import type { Registry } from '../ports/registry.ts'
import type { Reservations, Reserved } from '../ports/reservations.ts'
import type { Roster } from './roster.ts'
import { replayOf, whyOf } from './why.ts'

export interface NodePlacerOptions {
  clock: Clock
  registry: Registry
  reservations: Pick<Reservations, 'reserve' | 'release' | 'ticket'>
  roster: Roster
  /** Through which orders go. */
  channel: Channel
  /** Tells whoever sends orders under which lease the next one of an execution goes. */
  expect: (executionId: string, onNode: OnNode) => void
  /** Its room is given back, whether or not an order went out under it. */
  unexpect: (executionId: string, onNode: OnNode) => void
  instanceId: string
  nextId: () => string
  random: () => number
  /** How long room is held for an order that is on its way. */
  holdMs: number
  /** How many lines the log of an execution has. */
  linesOf: (executionId: string) => Promise<number>
  /** How each try to get room ended. */
  onTried: (outcome: Reserved['outcome'] | 'unavailable') => void
}

/** How long an execution keeps away from a node that has turned it away. */
const AVOIDS_MS = 30_000
/** Lines, tasks and executions of which something is remembered, at most. */
const MOST_REMEMBERED = 10_000
/** News of room are looked at together, so often at most. */
const ROOM_PAUSE_MS = 2
/** Views are renewed by answers; after so many rounds of them the work waits. */
const MOST_ROUNDS = 2

const CODES: Readonly<Record<Exclude<Reserved['outcome'], 'ok'>, ReasonCode>> = {
  full: 'FULL',
  not_ready: 'DRAINING',
  epoch: 'EPOCH_CHANGED',
  no_node: 'OFFLINE',
  gone: 'EPOCH_CHANGED',
}

/** Decides on a view, and takes the room where it is. */
export function createNodePlacer(options: NodePlacerOptions): NodePlacer & { avoid(id: string, node: string): void } {
  const { clock, registry, reservations, roster } = options
  const avoided = new Map<string, Map<string, number>>()
  const lastNodes = new Map<string, string>()
  const weights = new Map<string, Readonly<Record<string, number>>>()
  const waiting = createWaitingWishes({ clock, roster, decide: (work) => decide(work, 0, []) })

  function avoids(executionId: string): string[] {
    const nodes = avoided.get(executionId)
    if (nodes === undefined) return []
    const now = clock.monotonic()
    return [...nodes].flatMap(([node, until]) => (until > now ? [node] : []))
  }

  function requestOf(work: NodeWork, turnedAway: readonly string[]): PlacementRequest {
    const { executionId, tenantId, type, handler, target, taskId } = work
    return {
      ...{ executionId, tenantId, type, handler, target },
      lastNode: (taskId === null ? undefined : lastNodes.get(taskId)) ?? null,
      avoid: [...avoids(executionId), ...turnedAway],
    }
  }

  function decide(work: NodeWork, ticket: number, turnedAway: readonly string[]): Decision & { replay: Json } {
    const { tenantId, target } = work
    const request = requestOf(work, turnedAway)
    const snapshot = {
      at: clock.now(),
      ageMs: roster.ageMs(),
      candidates: roster.candidates(),
      hasPool: target.pool === null || registry.hasPool(target.pool, tenantId),
      ticket,
      weights: weights.get(lineOf(work)) ?? {},
    }
    const seed = Math.trunc(options.random() * 2 ** 31)
    const replay = replayOf(request, snapshot, seed)
    return { ...place(request, snapshot, seed), replay }
  }

  async function ask(work: NodeWork, node: Candidate, lease: string): Promise<Reserved> {
    const { executionId, attempt, tenantId } = work
    const holder = { tenantId, executionId, attempt, instance: options.instanceId }
    const answer = await reservations.reserve({
      ...{ node: node.id, lease, slots: 1, ttlMs: options.holdMs, epoch: node.epoch, holder },
    })
    options.onTried(answer.outcome)
    if (answer.outcome === 'ok') roster.taken(node.id, answer.free)
    else if (answer.outcome === 'full') roster.full(node.id, answer.free)
    else if (answer.outcome === 'not_ready') roster.gone(node.id, answer.state)
    else if (answer.outcome === 'no_node') roster.gone(node.id, null)
    return answer
  }

  function release(executionId: string, onNode: OnNode) {
    const { node, lease, leaseFence: fence } = onNode
    options.unexpect(executionId, onNode)
    // What is not given back now is given back by its deadline, or by the node's heartbeats.
    reservations.release({ node, lease, fence }).catch(() => {})
  }

  function placeOf(executionId: string, onNode: OnNode): Place {
    options.expect(executionId, onNode)
    return { channel: options.channel, onNode, release: () => release(executionId, onNode) }
  }

  function shortageOf(work: NodeWork, decision: Decision): { waitsFor: Shortage } {
    const line = lineOf(work)
    waiting.note(line, work, decision.reason !== 'STORE_UNAVAILABLE')
    // Nodes of other tenants do not count.
    return { waitsFor: { line, max: decision.explanation.candidates, decision } }
  }

  async function tryRound(work: NodeWork, selectedAt: number, tried: Tried[]): Promise<Place | Decision> {
    const pool = work.target.pool ?? lineOf(work)
    const ticket = work.target.strategy === 'round_robin' ? await reservations.ticket(pool) : 0
    const busy = tried.flatMap(({ node, code }) => (code === 'FULL' ? [] : [node]))
    const decision = decide(work, ticket, busy)
    if (decision.weights !== null) remember(weights, lineOf(work), decision.weights)
    for (const id of decision.chosen) {
      const node = roster.get(id)
      if (node === undefined) continue
      const lease = options.nextId()
      const answer = await ask(work, node, lease)
      const at = clock.now()
      tried.push({ node: id, code: answer.outcome === 'ok' ? 'OK' : CODES[answer.outcome], at })
      if (answer.outcome !== 'ok') continue
      if (work.taskId !== null) remember(lastNodes, work.taskId, id)
      return placeOf(work.executionId, {
        ...{ node: id, lease, leaseFence: answer.fence, fence: work.fence, waits: work.target.on_lost === 'wait' },
        linesBefore: work.attempt === 1 ? 0 : await options.linesOf(work.executionId),
        why: whyOf(decision, decision.replay, { chosen: id, tried, selectedAt, reservedAt: at }),
      })
    }
    return decision
  }

  return {
    lineOf,
    async find(work) {
      const selectedAt = clock.now()
      const tried: Tried[] = []
      let decision: Decision | null = null
      try {
        for (let round = 0; round < MOST_ROUNDS; round++) {
          const got = await tryRound(work, selectedAt, tried)
          if ('channel' in got) return got
          decision = got
          if (got.chosen.length === 0) break
        }
      } catch (error) {
        if (!RotaError.is(error) || error.code !== 'unavailable') throw error
        options.onTried('unavailable')
        decision = { ...(decision ?? decide(work, 0, [])), chosen: [], reason: 'STORE_UNAVAILABLE' }
      }
      return shortageOf(work, decision!)
    },
    fitting(work) {
      const asked = requestOf(work, [])
      const hasPool = work.target.pool === null || registry.hasPool(work.target.pool, work.tenantId)
      const fits = (candidate: Candidate) => {
        const candidates = [{ ...candidate, running: 0, reserved: 0, isQuarantined: false }]
        const snapshot = { at: clock.now(), ageMs: 0, candidates, hasPool, ticket: 0, weights: {} }
        return place(asked, snapshot, 0).chosen.length > 0
      }
      return roster
        .candidates()
        .filter(fits)
        .map(({ id }) => id)
        .sort()
    },
    adopted: placeOf,
    avoid(executionId, node) {
      const nodes = avoided.get(executionId) ?? new Map<string, number>()
      nodes.set(node, clock.monotonic() + AVOIDS_MS)
      remember(avoided, executionId, nodes)
    },
    onRoom: waiting.onRoom,
  }
}

function lineOf({ type, handler, target }: Pick<NodeWork, 'type' | 'handler' | 'target'>): string {
  const { pool, node_id, selector, capability } = target
  return JSON.stringify([pool, node_id, selector, capability, type, handler])
}

/** The longest known goes first. */
function remember<V>(map: Map<string, V>, key: string, value: V) {
  map.delete(key)
  map.set(key, value)
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value!)
}

interface WaitingOptions {
  clock: Clock
  roster: Roster
  decide: (work: NodeWork) => Decision
}

/** Lines in which somebody has found no room, and which of them a node that has some again concerns. */
function createWaitingWishes({ clock, roster, decide }: WaitingOptions) {
  const wishes = new Map<string, NodeWork>()
  const listeners: ((lines: readonly string[] | null) => void)[] = []
  let isLooking = false

  function look() {
    isLooking = false
    const lines = [...wishes].flatMap(([line, work]) => (decide(work).chosen.length > 0 ? [line] : []))
    for (const line of lines) wishes.delete(line)
    if (lines.length > 0) for (const listener of listeners) listener(lines)
  }

  function lookSoon() {
    if (isLooking || wishes.size === 0) return
    isLooking = true
    clock.after(ROOM_PAUSE_MS, look)
  }

  roster.onRoom(lookSoon)

  return {
    note(line: string, work: NodeWork, mayHaveRoom: boolean) {
      remember(wishes, line, work)
      // What was freed while nodes were asked told of itself too early.
      if (mayHaveRoom) lookSoon()
    },
    onRoom: (listener: (lines: readonly string[] | null) => void) => void listeners.push(listener),
  }
}
