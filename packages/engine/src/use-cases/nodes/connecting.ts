import { AGENT_PROTOCOL, type FromNode, say } from '@rota/core'
import type { Nodes } from '../../api/nodes.ts'
import type { NodeConnection, NodeLink } from '../../ports/node-link.ts'
import type { KnownNode } from '../../ports/registry.ts'
import type { NodesContext } from './context.ts'

type Hello = Extract<FromNode, { kind: 'hello' }>
type Beat = Extract<FromNode, { kind: 'heartbeat' }>

/** A connection that has been let in. */
interface Held {
  link: NodeLink
  epoch: number
  isDraining: boolean
}

/** What is said to nodes that keep a connection here: whether they may join, and how they are judged. */
export function createConnecting(context: NodesContext): Nodes['connect'] {
  const { registry, clock, instanceId, store } = context
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

  async function beat({ link, epoch }: Held, { usage, running, clock: nodeClock }: Beat) {
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
    if (frame.kind === 'heartbeat') void beat(connection, frame).catch(failed)
    if (frame.kind === 'leaving') void registry.leaving(link.node, frame.reason).catch(failed)
  }

  return async (link, hello: Hello) => {
    const kept = await store.get(link.node)
    const facts = kept === null ? hello.node : { ...hello.node, tenantId: kept.tenantId }
    const joined = await registry.join(facts, hello.running, 'connection')
    if (joined.outcome === 'refused') {
      refuse(link, { code: joined.code, why: joined.why, isFinal: joined.code !== 'gpu_required' })
      return { receive() {}, ended() {} }
    }
    held.get(link.node)?.link.close(say`The node has connected again.`)
    const { epoch, heartbeatMs, silenceMs, drop } = joined
    const connection: Held = { link, epoch, isDraining: kept?.isDraining ?? false }
    held.set(link.node, connection)
    const terms = { version: AGENT_PROTOCOL, epoch, instance: instanceId, heartbeatMs, silenceMs }
    link.send({ kind: 'welcome', ...terms, drop, now: clock.now() })
    if (connection.isDraining) link.send({ kind: 'drain', isDraining: true })
    return {
      receive: (frame) => receive(connection, frame),
      ended() {
        if (held.get(link.node) === connection) held.delete(link.node)
      },
    }
  }
}

type Refused = {
  code: 'removed' | 'replaced' | 'gpu_required' | 'invalid' | 'other_key' | 'version'
  why: string
  isFinal: boolean
}

function refuse(link: NodeLink, { code, why, isFinal }: Omit<Refused, 'code'> & { code: string }): void {
  link.send({ kind: 'refused', code: code as Refused['code'], why, isFinal })
  link.close(why)
}
