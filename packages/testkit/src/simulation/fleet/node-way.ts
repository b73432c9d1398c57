import { type FromNode, RotaError, type ToNode } from '@rota/core'
import type { NodeConnection } from '@rota/engine'
import type { Dial, Wire, WireEvents } from '@rota/node-side'
import type { ManualClock } from '../../manual-clock.ts'
import type { Random } from '../../random.ts'
import type { Instance } from '../cluster/instance.ts'
import type { SimProcess } from '../sim-process.ts'

export interface WaysOptions {
  base: ManualClock
  random: Random
  instances: () => readonly Instance[]
  /** How long a frame may take. */
  latencyMs: number
  /** An instance sends a frame to a node that is connected to it. */
  onSent: (node: string, frame: ToNode) => void
  complain: (what: string) => void
}

/** What a node's network and a node's tongue do to what it says. */
export interface Temper {
  /** What becomes of a frame: as many as are sent, each so many ms late. */
  twist(frame: FromNode): { frame: FromNode; lateMs: number }[]
}

/** Whoever has said nothing for so long is taken for gone, by either side. */
const SILENCE_MS = 15_000

/** The network of one node: it holds up everything while it is cut. */
export class Line {
  readonly #base: ManualClock
  #held: (() => void)[] = []
  #cuts = 0

  constructor(base: ManualClock) {
    this.#base = base
  }

  cut(forMs: number) {
    this.#cuts++
    this.#base.after(forMs, () => {
      if (--this.#cuts > 0) return
      for (const pass of this.#held.splice(0)) pass()
    })
  }

  get isCut(): boolean {
    return this.#cuts > 0
  }

  /** Lets something pass, as soon as it can. */
  pass(fn: () => void) {
    if (this.isCut) this.#held.push(fn)
    else fn()
  }
}

/** How a node's program reaches some instance, whichever answers. */
export function dialler(
  options: WaysOptions,
  { node, process, line, temper }: { node: string; process: SimProcess; line: Line; temper: Temper },
): Dial {
  const { random, instances } = options
  return (events) => {
    const instance = random.pick(instances())
    return new Way(options, { node, process, line, temper, events, instance }).wire
  }
}

interface Ends {
  node: string
  process: SimProcess
  line: Line
  temper: Temper
  events: WireEvents
  instance: Instance
}

/** One connection: frames keep their order each way, and come while both ends believe in it. */
class Way {
  readonly wire: Wire
  readonly #options: WaysOptions
  readonly #ends: Ends
  readonly #server: SimProcess
  /** What either end believes. */
  #isNodeOpen = true
  #isServerOpen = false
  #connection: NodeConnection | null = null
  #isConnecting = false
  #early: Exclude<FromNode, { kind: 'hello' }>[] = []
  #lastUp = 0
  #lastDown = 0
  #heardAt = 0

  constructor(options: WaysOptions, ends: Ends) {
    this.#options = options
    this.#ends = ends
    this.#server = ends.instance.process
    this.wire = {
      send: (text) => this.#say(JSON.parse(text) as FromNode),
      close: () => this.#leave(),
    }
    ends.process.onDeath(() => this.#leave())
    this.#server.onDeath(() => this.#serverDied())
    this.#up(() => this.#accept())
  }

  /** Towards the server, after those before it. */
  #up(fn: () => void, lateMs = 0) {
    const at = this.#options.base.monotonic() + this.#delay()
    // What is late on purpose comes out of turn.
    if (lateMs === 0) this.#lastUp = Math.max(this.#lastUp, at)
    this.#after(lateMs === 0 ? this.#lastUp : at + lateMs, () => this.#server.run(fn))
  }

  #down(fn: () => void) {
    this.#lastDown = Math.max(this.#lastDown, this.#options.base.monotonic() + this.#delay())
    this.#after(this.#lastDown, () => this.#ends.process.run(() => this.#isNodeOpen && fn()))
  }

  #after(at: number, fn: () => void) {
    const { base } = this.#options
    base.after(at - base.monotonic(), () => this.#ends.line.pass(fn))
  }

  #delay(): number {
    const { random, latencyMs } = this.#options
    return random.chance(0.3) ? random.int(0, latencyMs) : 0
  }

  /** The server takes the connection, or nobody does. */
  #accept() {
    if (!this.#server.isAwake || this.#ends.instance.engine === null) return this.#refuse()
    this.#isServerOpen = true
    this.#heardAt = this.#server.monotonic()
    this.#watch()
    this.#down(() => this.#ends.events.opened())
  }

  #refuse() {
    this.#down(() => this.#nodeClosed('Nobody answers.'))
  }

  #watch() {
    this.#server.after(SILENCE_MS / 3, () => {
      if (!this.#isServerOpen) return
      if (this.#server.monotonic() - this.#heardAt >= SILENCE_MS) this.#serverCloses('The node says nothing.')
      else this.#watch()
    })
  }

  #say(frame: FromNode) {
    for (const each of this.#ends.temper.twist(frame)) this.#up(() => this.#hear(each.frame), each.lateMs)
  }

  #hear(frame: FromNode) {
    if (!this.#isServerOpen) return
    this.#heardAt = this.#server.monotonic()
    if (frame.kind === 'hello') void this.#letIn(frame)
    else if (this.#isConnecting) this.#early.push(frame)
    else this.#connection?.receive(frame)
  }

  async #letIn(hello: Extract<FromNode, { kind: 'hello' }>) {
    const { instance, node } = this.#ends
    const { engine } = instance
    if (engine === null) return this.#serverCloses('The server is shutting down.')
    const send = (frame: ToNode) => {
      const text = JSON.stringify(frame)
      this.#options.onSent(node, frame)
      this.#down(() => this.#ends.events.said(text))
      return true
    }
    this.#isConnecting = true
    try {
      const connection = await engine.nodes.connect({ node, send, close: (why) => this.#serverCloses(why) }, hello)
      if (!this.#isServerOpen) return connection.ended()
      this.#connection = connection
      this.#isConnecting = false
      for (const frame of this.#early.splice(0)) connection.receive(frame)
    } catch (error) {
      if (!RotaError.is(error) && !/end of tape/.test(String(error)))
        this.#options.complain(`a node is not let in: ${(error as Error).stack}`)
      this.#serverCloses('The server could not let the node in.')
    }
  }

  #serverCloses(why: string) {
    if (!this.#isServerOpen) return
    this.#isServerOpen = false
    this.#connection?.ended()
    this.#down(() => this.#nodeClosed(why))
  }

  #nodeClosed(why: string) {
    this.#isNodeOpen = false
    this.#ends.events.closed({ why, status: null })
  }

  /** The node's program ends it, or has ended itself: the server hears of it, or does not. */
  #leave() {
    if (!this.#isNodeOpen) return
    this.#isNodeOpen = false
    if (this.#options.random.chance(0.3)) return
    this.#up(() => {
      if (!this.#isServerOpen) return
      this.#isServerOpen = false
      this.#connection?.ended()
    })
  }

  #serverDied() {
    this.#isServerOpen = false
    if (this.#isNodeOpen && this.#options.random.chance(0.7)) {
      this.#down(() => this.#nodeClosed('The connection was reset.'))
    }
  }
}
