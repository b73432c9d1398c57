import type { ToNode } from '@rota/core'
import type { NodeLink } from '../ports/node-link.ts'
import type { Connected, LostLeases, News, NodeRelay } from '../ports/node-relay.ts'

/** Carries frames to nodes and news from them, whichever instance has the connection and whichever the attempt. */
export interface Courier {
  /** Never throws; that it arrives is not known. */
  send(node: string, frame: ToNode): void
  /** Hands news to whoever owns the attempt. */
  deliver(node: string, news: News): void
  /** Takes over a connection that ends here; one that the node had before is closed. */
  attach(link: NodeLink, connected: Connected): void
  detach(link: NodeLink): void
  /** Tells of what a node has lost whoever owns it. */
  lost(lost: Lost): void
  start(): void
  /** Closes all connections that end here: nodes look for another instance. */
  stop(why: string): void
}

export interface CourierOptions {
  relay: NodeRelay
  instanceId: string
  /** News of attempts that this instance owns. */
  onNews: (node: string, news: News) => void
  /** A node has connected, here or elsewhere. */
  onConnected: (connected: Connected) => void
  /** A node has lost attempts that this instance may own; null for all that it had. */
  onLost: (lost: Lost) => void
  /** What its earlier connection is told. */
  replaced: string
}

type Lost = Omit<LostLeases, 'leases'> & { leases: readonly string[] | null }

interface Attached {
  link: NodeLink
  connection: string
  unserve: () => void
}

export function createCourier(options: CourierOptions): Courier {
  const { relay, instanceId, onNews, onConnected, replaced } = options
  const links = new Map<string, Attached>()
  let stops: (() => void)[] = []

  function drop(node: string, why: string) {
    const attached = links.get(node)
    if (attached === undefined) return
    links.delete(node)
    attached.unserve()
    attached.link.close(why)
  }

  return {
    send(node, frame) {
      const attached = links.get(node)
      if (attached === undefined) relay.toNode(node, frame)
      else attached.link.send(frame)
    },
    deliver(node, news) {
      if (news.owner === instanceId) onNews(node, news)
      else relay.toOwner(node, news)
    },
    attach(link, connected) {
      const { node, connection } = connected
      drop(node, replaced)
      links.set(node, { link, connection, unserve: relay.serve(node, (frame) => link.send(frame)) })
      relay.announce(connected)
      onConnected(connected)
    },
    detach(link) {
      const attached = links.get(link.node)
      if (attached?.link !== link) return
      links.delete(link.node)
      attached.unserve()
    },
    lost(lost) {
      options.onLost(lost)
      // That a node is gone every instance finds; what it has lost of what it had only who hears it.
      if (lost.leases !== null) relay.tellLost({ ...lost, leases: lost.leases })
    },
    start() {
      stops = [
        relay.own(instanceId, onNews),
        relay.onLost(options.onLost),
        relay.onConnected((connected) => {
          // It has gone to another instance without our hearing the end of its connection here.
          drop(connected.node, replaced)
          onConnected(connected)
        }),
      ]
    },
    stop(why) {
      for (const stop of stops) stop()
      stops = []
      for (const node of [...links.keys()]) drop(node, why)
    },
  }
}
