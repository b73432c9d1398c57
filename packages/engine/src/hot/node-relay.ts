import type { ToNode } from '@rota/core'
import type { Connected, LostLeases, News, NodeRelay } from '../ports/node-relay.ts'
import type { Bus } from './bus.ts'

const CONNECTED = 'nodes'
const LOST = 'nodes:lost'
const toNode = (node: string) => `node:${node}`
const inboxOf = (instance: string) => `instance:${instance}:inbox`

export function createNodeRelay(bus: Bus): NodeRelay {
  return {
    toNode: (node, frame) => bus.publish(toNode(node), JSON.stringify(frame)),
    serve: (node, take) => bus.subscribe(toNode(node), (text) => take(JSON.parse(text) as ToNode)),
    toOwner: (node, news) => bus.publish(inboxOf(news.owner), JSON.stringify({ node, news })),
    own: (instance, take) =>
      bus.subscribe(inboxOf(instance), (text) => {
        const { node, news } = JSON.parse(text) as { node: string; news: News }
        take(node, news)
      }),
    announce: (connected) => bus.publish(CONNECTED, JSON.stringify(connected)),
    tellLost: (lost) => bus.publish(LOST, JSON.stringify(lost)),
    onLost: (listener) => bus.subscribe(LOST, (text) => listener(JSON.parse(text) as LostLeases)),
    onConnected: (listener) => bus.subscribe(CONNECTED, (text) => listener(JSON.parse(text) as Connected)),
  }
}
