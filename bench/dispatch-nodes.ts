/** Nodes of the benchmark `dispatch`: each with a key and a WebSocket of its own, and work that only takes time. */
import type { FromNode, NodeFacts, NodeLease, RunOutcome, ToNode } from '@rota/core'
import { dialWebSocket } from '@rota/node-side'
import { answerQuestions } from './dispatch-child.ts'

export interface NodesOptions {
  url: string
  /** Of the join. */
  token: string
  prefix: string
  count: number
  capacity: number
  /** How long an order runs. */
  runMs: number
}

type Order = Extract<ToNode, { kind: 'order' }>

/** Joins and greetings on their way at once. */
const AT_ONCE = 8
const SUCCESS: RunOutcome = {
  ...{ status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null, outputTail: '' },
  ...{ cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 },
}

class SimulatedNode {
  readonly facts: NodeFacts
  readonly #key: string
  readonly #options: NodesOptions
  readonly #running = new Map<string, NodeLease>()
  #send: (frame: FromNode) => void = () => undefined
  #close: () => void = () => undefined
  isOver = false
  /** Orders that it was given. */
  given = 0
  /** Beats that were answered. */
  heard = 0

  constructor(facts: NodeFacts, key: string, options: NodesOptions) {
    this.facts = facts
    this.#key = key
    this.#options = options
  }

  /** Resolves when it is welcome. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const dial = dialWebSocket({ url: this.#options.url, key: () => this.#key, userAgent: 'rota-bench' })
      const wire = dial({
        opened: () => this.#send({ kind: 'hello', versions: [1], node: this.facts, running: [], session: 's' }),
        said: (text) => {
          const frame = JSON.parse(text) as ToNode
          if (frame.kind === 'welcome') {
            this.#beat(frame.heartbeatMs)
            resolve()
          } else if (frame.kind === 'refused') reject(new Error(`${this.facts.id} is not let in: ${frame.why}`))
          else this.#take(frame)
        },
        closed: ({ why }) => {
          reject(new Error(why))
          // Figures of nodes that are not there would look good.
          if (!this.isOver) throw new Error(`The connection of ${this.facts.id} has ended: ${why}`)
        },
      })
      this.#send = (frame) => wire.send(JSON.stringify(frame))
      this.#close = () => wire.close()
    })
  }

  close(): void {
    this.isOver = true
    this.#close()
  }

  /** From a random instant on, as nodes that were not started by one program do. */
  #beat(everyMs: number): void {
    const usage = { cpu: 0.2, memory: 0.3, disk: 0.4, gpu: null }
    const beat = () => this.#send({ kind: 'heartbeat', usage, running: [...this.#running.values()], clock: Date.now() })
    setTimeout(() => setInterval(beat, everyMs), Math.random() * everyMs)
  }

  #take(frame: ToNode): void {
    if (frame.kind === 'heard') this.heard++
    if (frame.kind !== 'order') return
    const { executionId, fence } = frame.order
    this.given++
    this.#running.set(executionId, { executionId, fence, lease: frame.lease })
    this.#tell(frame, 1, { kind: 'acked' })
    setTimeout(() => {
      this.#running.delete(executionId)
      this.#tell(frame, 2, { kind: 'ended', outcome: SUCCESS })
    }, this.#options.runMs)
  }

  #tell({ order, owner }: Order, number: number, news: Extract<FromNode, { kind: 'news' }>['news']): void {
    this.#send({ kind: 'news', executionId: order.executionId, fence: order.fence, number, owner, news })
  }
}

const nodes: SimulatedNode[] = []

/** Lets nodes join by the token and connect; answers how long that took. */
async function connect(options: NodesOptions): Promise<{ ms: number }> {
  const startedAt = performance.now()
  let next = 0
  async function some() {
    while (next < options.count) {
      const node = await joined(`${options.prefix}${next++}`, options)
      nodes.push(node)
      await node.connect()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, some))
  return { ms: performance.now() - startedAt }
}

async function joined(id: string, options: NodesOptions): Promise<SimulatedNode> {
  const { url, token, capacity } = options
  const said = { id, name: id, labels: { zone: `z${id.length % 2}` }, weight: 1, capacity, languages: [] }
  const rest = { capabilities: {}, types: ['shell'], handlers: [], gpu: null, version: '0.1.0', pools: [] }
  const reply = await fetch(`${url}/api/scheduler/nodes/join`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ token, node: { ...said, ...rest } }),
  })
  if (!reply.ok) throw new Error(`${id} may not join: ${reply.status} ${await reply.text()}`)
  const { key } = (await reply.json()) as { key: string }
  const facts = { ...said, ...rest, address: null, callbackUrl: null, platform: {}, tenantId: null }
  return new SimulatedNode(facts, key, options)
}

function counts(): { given: number; heard: number; busiest: number } {
  const of = (key: 'given' | 'heard') => nodes.reduce((sum, node) => sum + node[key], 0)
  return { given: of('given'), heard: of('heard'), busiest: Math.max(...nodes.map(({ given }) => given)) }
}

answerQuestions({ connect, counts }, () => {
  for (const node of nodes) node.close()
})
