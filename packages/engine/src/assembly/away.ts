import { say } from '@rota/core'
import { createNodeChannel } from '../channels/node-channel.ts'
import { createSpreadChannel } from '../channels/spread-channel.ts'
import { createSecretChannel } from '../channels/with-secrets.ts'
import type { Completer } from '../duties/completer.ts'
import type { Held } from '../duties/hand.ts'
import { workOf } from '../duties/placing.ts'
import { createConnections } from '../fleet/connections.ts'
import { createCourier } from '../fleet/courier.ts'
import { createStrays } from '../fleet/strays.ts'
import { createNodePlacer } from '../placement/node-placer.ts'
import { createRoster } from '../placement/roster.ts'
import { spreadPlan } from '../placement/spread-plan.ts'
import { attemptsOf } from '../ports/attempts.ts'
import type { NodePlacer, Place } from '../ports/placer.ts'
import type { Registry } from '../ports/registry.ts'
import { executionOf, type SpreadPlan } from '../ports/spread.ts'
import type { Ground } from './ground.ts'
import type { EngineSettings } from './options.ts'

/** How often the view of all nodes is read anew, whatever was heard of them. */
const REFRESH_MS = 2_000
/** Between an order and the deadline of its room: the way there, and a margin. */
const DISPATCH_MARGIN_MS = 5_000

interface AwayParts {
  registry: Registry
  completer: Pick<Completer, 'drained'>
}

/** Work that runs away from this server: finding nodes for it, and the way to them. */
export function createAway(settings: EngineSettings, ground: Ground, { registry, completer }: AwayParts) {
  const { hot, store, secrets, random, nodes } = settings
  const { clock, instanceId, nextId, signals } = ground
  const { reservations } = hot
  const courier = createCourier({
    ...{ relay: hot.nodeRelay, instanceId },
    onNews: (node, news) => channel.heard(node, news),
    onConnected: (connected) => channel.connected(connected),
    onLost: (lost) => channel.lost(lost),
    replaced: say`The node has connected anew.`,
  })
  const channel = createNodeChannel({
    ...{ clock, reservations, instanceId, send: courier.send },
    ...{ ackTimeoutMs: nodes.ackTimeoutMs, runTtlMs: 3 * nodes.offlineAfterMs, patienceMs: 2 * nodes.offlineAfterMs },
    flush: (id) => store.logs.flush(executionOf(id)),
    settled: completer.drained,
    onFailed({ node, executionId, code }) {
      registry.failed(node)
      roster.doubt(node)
      placer.avoid(executionId, node)
      signals.turnedAway.tell({ node, code })
    },
    onAcked: signals.acked.tell,
  })
  const roster = createRoster({ clock, registry, reservations, refreshMs: REFRESH_MS })
  const placer = createNodePlacer({
    ...{ clock, registry, reservations, roster, instanceId, nextId, random },
    channel: createSecretChannel(channel, secrets),
    ...{ expect: channel.expect, unexpect: channel.unexpect },
    holdMs: nodes.ackTimeoutMs + DISPATCH_MARGIN_MS,
    linesOf: (id) => store.logs.flush(id),
    onTried: signals.asked.tell,
  })
  const strays = createStrays({
    ...{ clock, details: store.details },
    drop(node, leases) {
      const { state = 'ready', stateReason: reason = '' } = registry.nodes.get(node) ?? {}
      courier.send(node, { kind: 'heard', state, reason, now: clock.now(), drop: [...leases] })
    },
  })
  registry.onLost(courier.lost)
  const spread = createSpreading(settings, ground, placer)
  return {
    placer,
    spread,
    connections: createConnections({ clock, registry, store: store.nodes, courier, strays, instanceId, nextId }),
    start() {
      courier.start()
      roster.start()
    },
    async stop() {
      roster.stop()
      courier.stop(say`the server is shutting down`)
    },
  }
}

/** The place of what runs on several nodes. Its parts take room, it takes none. */
function createSpreading({ secrets }: EngineSettings, { clock }: Ground, placer: NodePlacer) {
  const plans = new Map<string, SpreadPlan>()
  const keyOf = (executionId: string, fence: number) => `${executionId}/${fence}`
  const spreading = createSpreadChannel({
    ...{ clock, placer },
    planOf: ({ executionId, fence }) => plans.get(keyOf(executionId, fence))!,
  })
  const channel = createSecretChannel(spreading, secrets)
  return (held: Held): Place => {
    const { row } = held
    const { spread } = held.work
    const work = workOf(held)
    const only = attemptsOf(row.attempts).at(-1)?.failed_parts ?? null
    const key = keyOf(row.id, row.claimSeq)
    plans.set(key, spreadPlan({ work, spread: spread!, only, nodes: placer.fitting(work) }))
    return { channel, release: () => void plans.delete(key) }
  }
}
