import { AGENT_PROTOCOL, type Clock, type FromNode, type NodeRefusal, say } from '@rota/core'
import type { NodeConnection, NodeLink } from '../ports/node-link.ts'
import type { NodeStore } from '../ports/nodes.ts'
import type { KnownNode, Registry } from '../ports/registry.ts'
import type { Courier } from './courier.ts'
import type { Strays } from './strays.ts'

type Hello = Extract<FromNode, { kind: 'hello' }>
type Heartbeat = Extract<FromNode, { kind: 'heartbeat' }>

export interface ConnectionsOptions {
  clock: Clock
  registry: Registry
  store: Pick<NodeStore, 'get'>
  courier: Courier
  strays: Strays
  instanceId: string
  nextId: () => string
}

/** Lets nodes in: what is said between a node's first word and the end of its connection. */
export interface Connections {
  /** It is told over the link what follows from its greeting; a link that is not let in is closed. */
  connect(link: NodeLink, hello: Hello): Promise<NodeConnection>
}

/** A connection that has been let in. */
interface Held {
  link: NodeLink
  epoch: number
  isDraining: boolean
}

const NOBODY: NodeConnection = { receive() {}, ended() {} }

export function createConnections(options: ConnectionsOptions): Connections {
  const { clock, registry, courier, instanceId, store } = options
  const held = new Map<string, Held>()

  registry.onChange((nodes) => {
    for (const id of nodes) {
      const connection = held.get(id)
      if (connection !== undefined) tellChange(connection, registry.nodes.get(id))
    }
  })

  function tellChange(connection: Held, node: KnownNode | undefined) {
    if (node === undefined) {
      refuse(connection.link, { code: 'removed', why: say`The node was removed.`, isFinal: true })
      return
    }
    if (node.epoch > connection.epoch) {
      refuse(connection.link, { code: 'replaced', why: say`The node has connected again elsewhere.`, isFinal: false })
      return
    }
    if (node.isDraining === connection.isDraining) return
    connection.isDraining = node.isDraining
    connection.link.send({ kind: 'drain', isDraining: node.isDraining })
  }

  async function beat({ link, epoch }: Held, { usage, running, clock: nodeClock }: Heartbeat) {
    options.strays.heard(link.node, running)
    const heard = await registry.beat(link.node, { usage, running, clock: nodeClock, epoch })
    if (heard.outcome === 'removed') {
      return refuse(link, { code: 'removed', why: say`The node was removed.`, isFinal: true })
    }
    if (heard.outcome === 'unknown') return link.close(say`The node is to register again.`)
    const { state, reason, drop } = heard
    link.send({ kind: 'heard', state, reason, drop, now: clock.now() })
  }

  function receive(connection: Held, frame: Parameters<NodeConnection['receive']>[0]) {
    const { link } = connection
    const failed = () => link.close(say`The server could not take what the node said.`)
    if (frame.kind === 'news') courier.deliver(link.node, frame)
    else if (frame.kind === 'heartbeat') void beat(connection, frame).catch(failed)
    else void registry.leaving(link.node, frame.reason).catch(failed)
  }

  return {
    async connect(link, { versions, node, running }) {
      if (!versions.includes(AGENT_PROTOCOL)) {
        const spoken = versions.join(', ')
        const why = say`This server speaks version ${AGENT_PROTOCOL} of the agent protocol, the node ${spoken}. Give both the same release.`
        refuse(link, { code: 'version', why, isFinal: true })
        return NOBODY
      }
      const kept = await store.get(link.node)
      const facts = kept === null ? node : { ...node, tenantId: kept.tenantId }
      const joined = await registry.join(facts, running, 'connection')
      if (joined.outcome === 'refused') {
        refuse(link, { code: joined.code, why: joined.why, isFinal: joined.code !== 'gpu_required' })
        return NOBODY
      }
      const { epoch, heartbeatMs, silenceMs, drop } = joined
      const connection: Held = { link, epoch, isDraining: kept?.isDraining ?? false }
      held.set(link.node, connection)
      const terms = { version: AGENT_PROTOCOL, epoch, instance: instanceId, heartbeatMs, silenceMs }
      link.send({ kind: 'welcome', ...terms, drop, now: clock.now() })
      if (connection.isDraining) link.send({ kind: 'drain', isDraining: true })
      const gone = new Set(drop.map(({ lease }) => lease))
      const still = running.filter(({ lease }) => !gone.has(lease))
      courier.attach(link, { node: link.node, running: still, instance: instanceId, connection: options.nextId() })
      return {
        receive: (frame) => receive(connection, frame),
        ended() {
          if (held.get(link.node) === connection) {
            held.delete(link.node)
            options.strays.forget(link.node)
          }
          courier.detach(link)
        },
      }
    },
  }
}

function refuse(link: NodeLink, { code, why, isFinal }: { code: NodeRefusal; why: string; isFinal: boolean }): void {
  link.send({ kind: 'refused', code, why, isFinal })
  link.close(why)
}
