import type { AttemptNews, FromNode, NodeFacts, NodeLease, Order, RunOutcome, ToNode } from '@rota/core'
import type { Engine, NodeConnection } from '@rota/engine'

const FACTS: NodeFacts = {
  ...{ id: 'n1', name: 'n1', address: null, labels: {}, weight: 1, capacity: 1, languages: [], capabilities: {} },
  ...{ types: ['scripted', 'shell'], handlers: [], gpu: null, callbackUrl: null, version: '1', pools: [] },
  ...{ platform: {}, tenantId: null },
}

const SUCCESS: RunOutcome = {
  ...{ status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null, outputTail: '' },
  ...{ cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 },
}

/** An order that a node has in hand. */
export interface Given {
  order: Order
  lease: string
  owner: string
  /** News told of it, in order, kept until they are confirmed. */
  news: { number: number; news: AttemptNews }[]
  told: number
  confirmed: number
  lines: number
}

/** A node in the hands of a test: it speaks the frames of the protocol in memory, and answers nothing by itself. */
export class ScriptedNode {
  readonly facts: NodeFacts
  /** What it was told, but for orders. */
  readonly heard: ToNode[] = []
  readonly given: Given[] = []
  /** Why its link was closed; null while it is open. */
  closed: string | null = null
  /** Whether it begins whatever it is given. */
  isWilling = false
  /** What it says while it is being let in. */
  readonly #early: Exclude<FromNode, { kind: 'hello' }>[] = []
  #isConnecting = false
  #connection: NodeConnection | null = null
  #session = 0

  constructor(facts: Partial<NodeFacts> = {}) {
    this.facts = { ...FACTS, ...facts, name: facts.name ?? facts.id ?? FACTS.name }
  }

  get running(): NodeLease[] {
    return this.given.map(({ order, lease }) => ({ executionId: order.executionId, fence: order.fence, lease }))
  }

  /** Connects to an engine, with all that it still has in hand. */
  async connect(engine: Engine, versions: number[] = [1]): Promise<void> {
    this.closed = null
    const hello = {
      kind: 'hello',
      versions,
      node: this.facts,
      running: this.running,
      session: `${++this.#session}`,
    } as const
    const link = {
      node: this.facts.id,
      send: (frame: ToNode) => {
        this.#take(JSON.parse(JSON.stringify(frame)) as ToNode)
        return true
      },
      close: (why: string) => {
        this.closed = why
        this.#connection?.ended()
      },
    }
    this.#isConnecting = true
    this.#connection = await engine.nodes.connect(link, hello)
    this.#isConnecting = false
    for (const frame of this.#early.splice(0)) this.#say(frame)
  }

  /** Its connection is cut. */
  cut(): void {
    this.#connection?.ended()
    this.#connection = null
  }

  beat(): void {
    const usage = { cpu: 0.1, memory: 0.1, disk: 0.1, gpu: null }
    this.#say({ kind: 'heartbeat', usage, running: this.running, clock: 0 })
  }

  leave(reason: string): void {
    this.#say({ kind: 'leaving', reason })
  }

  /** The last order it was given. */
  get last(): Given {
    const last = this.given.at(-1)
    if (last === undefined) throw new Error(`Node ${this.facts.id} was given nothing.`)
    return last
  }

  tell(given: Given, news: AttemptNews): void {
    const entry = { number: ++given.told, news }
    given.news.push(entry)
    this.#sayNews(given, entry)
  }

  ack(given = this.last): void {
    this.tell(given, { kind: 'acked' })
  }

  print(text: string, given = this.last): void {
    this.tell(given, { kind: 'lines', from: given.lines++, lines: [{ at: 0, stream: 'stdout', text }] })
  }

  end(outcome: Partial<RunOutcome> = {}, given = this.last): void {
    this.tell(given, { kind: 'ended', outcome: { ...SUCCESS, ...outcome } })
  }

  /** Says again whatever was not confirmed. */
  sayAgain(given = this.last): void {
    for (const entry of given.news) this.#sayNews(given, entry)
  }

  #sayNews(given: Given, { number, news }: { number: number; news: AttemptNews }) {
    const { executionId, fence } = given.order
    this.#say({ kind: 'news', executionId, fence, number, owner: given.owner, news })
  }

  #say(frame: Exclude<FromNode, { kind: 'hello' }>) {
    if (this.#isConnecting) this.#early.push(frame)
    else this.#connection?.receive(JSON.parse(JSON.stringify(frame)) as typeof frame)
  }

  #take(frame: ToNode) {
    if (frame.kind === 'order') {
      const { order, lease, owner } = frame
      this.given.push({ order, lease, owner, news: [], told: 0, confirmed: 0, lines: 0 })
      if (this.isWilling) this.ack()
      return
    }
    this.heard.push(frame)
    if (frame.kind === 'welcome' || frame.kind === 'heard') for (const { lease } of frame.drop) this.#forget(lease)
    if (!('executionId' in frame)) return
    const given = this.given.find(({ order }) => order.executionId === frame.executionId && order.fence === frame.fence)
    if (given === undefined) return
    if (frame.kind === 'got') this.#confirmed(given, frame.number)
    else if (frame.kind === 'resume') {
      given.owner = frame.owner
      this.sayAgain(given)
    }
  }

  #confirmed(given: Given, number: number) {
    given.confirmed = number
    const hasEnded = given.news.some((entry) => entry.number <= number && entry.news.kind === 'ended')
    given.news = given.news.filter((entry) => entry.number > number)
    if (hasEnded) this.#forget(given.lease)
  }

  #forget(lease: string) {
    const at = this.given.findIndex((given) => given.lease === lease)
    if (at >= 0) this.given.splice(at, 1)
  }
}
