import { AGENT_PROTOCOL, type Clock, type FromNode, type NodeRefusal, RotaError, say } from '@rota/core'
import type { NodeConnection, NodeLink } from '../ports/node-link.ts'
import type { Registry } from '../ports/registry.ts'
import type { Courier } from './courier.ts'

type Hello = Extract<FromNode, { kind: 'hello' }>
type Heartbeat = Extract<FromNode, { kind: 'heartbeat' }>

export interface ConnectionsOptions {
  clock: Clock
  registry: Registry
  courier: Courier
  instanceId: string
  nextId: () => string
}

/** Lets nodes in: what is said between a node's first word and the end of its connection. */
export interface Connections {
  /** Answers null when it is not let in; it has been told why then, and the link is closed. */
  connect(link: NodeLink, hello: Hello): Promise<NodeConnection | null>
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { clock, registry, courier, instanceId } = options

  function refuse(link: NodeLink, { code, why, isFinal }: { code: NodeRefusal; why: string; isFinal: boolean }): null {
    link.send({ kind: 'refused', code, why, isFinal })
    link.close(why)
    return null
  }

  async function beat(link: NodeLink, { usage, running, clock: theirs }: Heartbeat) {
    try {
      const heard = await registry.beat(link.node, { usage, running, clock: theirs })
      // It has to say hello again: with a new connection it does.
      if (heard.outcome !== 'ok') link.close(say`This server does not know the node any more; it has to join again.`)
      else link.send({ kind: 'heard', state: heard.state, reason: heard.reason, now: clock.now(), drop: heard.drop })
    } catch (error) {
      if (!RotaError.is(error)) throw error
      // What it says cannot be kept now. It lives all the same, and hears so.
      link.send({ kind: 'heard', state: 'degraded', reason: error.message, now: clock.now(), drop: [] })
    }
  }

  return {
    async connect(link, { versions, node, running }) {
      if (!versions.includes(AGENT_PROTOCOL)) {
        const spoken = versions.join(', ')
        return refuse(link, {
          code: 'version',
          why: say`This server speaks version ${AGENT_PROTOCOL} of the agent protocol, the node ${spoken}. Give both the same release.`,
          isFinal: true,
        })
      }
      const joined = await registry.join(node, running, 'connection')
      if (joined.outcome === 'refused') return refuse(link, { ...joined, isFinal: joined.code !== 'too_many' })
      const { epoch, heartbeatMs, silenceMs, drop } = joined
      const about = { version: AGENT_PROTOCOL, epoch, instance: instanceId, heartbeatMs, silenceMs, drop }
      link.send({ kind: 'welcome', ...about, now: clock.now() })
      const kept = running.filter((lease) => !drop.some((gone) => gone.lease === lease.lease))
      courier.attach(link, { node: node.id, running: kept, instance: instanceId, connection: options.nextId() })
      return {
        receive(frame) {
          if (frame.kind === 'heartbeat') void beat(link, frame)
          else if (frame.kind === 'news') courier.deliver(link.node, frame)
          else registry.leaving(link.node, frame.reason)
        },
        ended: () => courier.detach(link),
      }
    },
  }
}
