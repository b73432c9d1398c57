import {
  AGENT_PROTOCOL,
  type AttemptNews,
  type FromNode,
  type NodeFacts,
  type NodeLease,
  type ToNode,
} from '@rota/core'
import type { NodeLink } from '@rota/engine'
import { parseToNode } from '@rota/protocol'
import { WebSocket } from 'ws'
import { FrameQueue } from './frame-queue.ts'

/** Facts of a node that takes shell tasks; what a test is about is given. */
export function factsOf(id: string, more: Partial<NodeFacts> = {}): NodeFacts {
  return {
    ...{ id, name: id, address: null, labels: {}, weight: 1, capacity: 4, languages: [], capabilities: {} },
    ...{ types: ['shell'], handlers: [], gpu: null, callbackUrl: null, version: '0.1.0', pools: [], platform: {} },
    tenantId: null,
    ...more,
  }
}

export interface MockNodeOptions {
  facts: NodeFacts
  /** What it says that it has in hand. */
  running?: readonly NodeLease[]
  session?: string
}

type OrderFrame = Extract<ToNode, { kind: 'order' }>

/** A node that does as a test says: it speaks frames, and does nothing by itself. */
export class MockNode {
  readonly frames = new FrameQueue<ToNode>()
  readonly facts: NodeFacts
  readonly #options: MockNodeOptions
  readonly #numbers = new Map<string, number>()
  protected say: (text: string) => void = () => {}

  constructor(options: MockNodeOptions) {
    this.facts = options.facts
    this.#options = options
  }

  get greeting(): Extract<FromNode, { kind: 'hello' }> {
    const { facts, running = [], session = 's1' } = this.#options
    return { kind: 'hello', versions: [AGENT_PROTOCOL], node: facts, running, session }
  }

  greet(): void {
    this.send(this.greeting)
  }

  send(frame: FromNode): void {
    this.say(JSON.stringify(frame))
  }

  /** What is no frame at all. */
  sendText(text: string): void {
    this.say(text)
  }

  beat(running: readonly NodeLease[] = [], clock = 0): void {
    this.send({ kind: 'heartbeat', usage: { cpu: 0.1, memory: 0.1, disk: 0.1, gpu: null }, running, clock })
  }

  /** Tells news of an order, numbered as the protocol wants. */
  tell({ order, owner }: OrderFrame, news: AttemptNews): void {
    const { executionId, fence } = order
    const number = (this.#numbers.get(`${executionId}/${fence}`) ?? 0) + 1
    this.#numbers.set(`${executionId}/${fence}`, number)
    this.send({ kind: 'news', executionId, fence, number, owner, news })
  }
}

/** A scripted node at the end of a real WebSocket. */
export class WebSocketNode extends MockNode {
  readonly closed: Promise<number>
  readonly #socket: WebSocket

  /** `url` is that of the server. `opened` rejects when the connection is turned away. */
  constructor(options: MockNodeOptions & { url: string; key: string }) {
    super(options)
    const address = `${options.url.replace(/^http/, 'ws')}/api/scheduler/nodes/connect`
    this.#socket = new WebSocket(address, { headers: { authorization: `Bearer ${options.key}` } })
    this.#socket.on('message', (data) => this.frames.push(parseToNode(String(data))))
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code) => {
        this.frames.end(`the connection has ended (${code})`)
        resolve(code)
      })
    })
    this.#socket.on('error', () => undefined)
    this.say = (text) => this.#socket.send(text)
  }

  /** Resolves with the HTTP status with which the server answered: 101 when it is open. */
  opened(): Promise<number> {
    return new Promise((resolve) => {
      this.#socket.once('open', () => resolve(101))
      this.#socket.once('unexpected-response', (request, response) => {
        request.destroy()
        resolve(response.statusCode ?? 0)
      })
    })
  }

  /** As a cable that is cut. */
  kill(): void {
    this.#socket.terminate()
  }

  /** Reads nothing any more: the socket stays, half open. */
  freeze(): void {
    this.#socket.pause()
  }
}

/** A scripted node whose frames an engine is handed in memory. */
export class MemoryNode extends MockNode {
  /** What the engine sends by. */
  readonly link: NodeLink
  /** Why the engine has closed it. */
  closedWhy: string | null = null

  /** `receive` takes what the node says, as text it would have been. */
  constructor(options: MockNodeOptions & { receive(frame: FromNode): void }) {
    super(options)
    this.say = (text) => options.receive(JSON.parse(text) as FromNode)
    this.link = {
      node: options.facts.id,
      send: (frame) => {
        this.frames.push(parseToNode(JSON.stringify(frame)))
        return true
      },
      close: (why) => {
        this.closedWhy = why
      },
    }
  }
}
