import { AGENT_PROTOCOL, type Clock, type FromNode, type NodeFacts, say, type ToNode, type Usage } from '@rota/core'
import type { Carrier } from './carrier.ts'
import { ClockOffset } from './clock-offset.ts'
import { Connection, type Turned, type Welcome } from './connection.ts'
import { Desk } from './desk.ts'
import { type Journal, NO_JOURNAL, type Restored } from './journal.ts'
import type { Spools } from './spool.ts'
import type { Closed, Dial } from './wire.ts'

/** What a node tells of itself, for a log or a person. */
export type NodeTold =
  | { kind: 'connected'; instance: string; epoch: number; offsetMs: number }
  | { kind: 'interrupted'; why: string; status: number | null; retryMs: number | null }
  | { kind: 'turned_away'; turned: Turned }
  | { kind: 'ordered'; executionId: string; fence: number }
  | { kind: 'draining'; isDraining: boolean }
  | { kind: 'state'; state: string; reason: string }

export interface NodeOptions {
  facts: NodeFacts
  dial: Dial
  carrier: Carrier
  clock: Clock
  /** Made anew with each start of the program. */
  session: string
  spools: Spools
  usage(): Usage
  random?: () => number
  journal?: Journal
  restored?: readonly Restored[]
  isHopeless?(status: number): boolean
  /** From now on the node signs in with it. */
  onNewKey?(key: string): void
  tell?(told: NodeTold): void
}

/** Why a node has ended by itself. */
export type NodeEnd = { kind: 'turned_away'; turned: Turned } | { kind: 'hopeless'; closed: Closed }

const UNKNOWN: Usage = { cpu: null, memory: null, disk: null, gpu: null }
/** What is confirmed late is confirmed to the next start of the program. */
const CONFIRMED_WITHIN_MS = 5_000

/** A node of a scheduler: joins a server, runs what it is ordered, and tells of it, until it is stopped. */
export class RotaNode {
  readonly #options: NodeOptions
  readonly #desk: Desk
  readonly #connection: Connection
  readonly #offset = new ClockOffset()
  readonly #end = Promise.withResolvers<NodeEnd>()
  /** When the questions were asked that are not answered yet. */
  #askedAt: number[] = []
  #onChange: (() => void)[] = []
  #state = ''
  #isStopping = false

  constructor(options: NodeOptions) {
    this.#options = options
    const { clock, carrier, spools, journal = NO_JOURNAL, restored = [], facts } = options
    this.#connection = new Connection({
      ...{ dial: options.dial, clock },
      ...(options.random !== undefined && { random: options.random }),
      ...(options.isHopeless !== undefined && { isHopeless: options.isHopeless }),
      greeting: () => this.#greeting(),
      heartbeat: () => this.#heartbeat(),
      onOpen: (welcome) => this.#opened(welcome),
      onFrame: (frame) => this.#hear(frame),
      onClosed: (closed, retryMs) => this.#closed(closed, retryMs),
      onTurned: (turned) => this.#turned(turned),
    })
    this.#desk = new Desk({
      ...{ carrier, clock, offset: this.#offset, capacity: facts.capacity, spools, journal, restored },
      send: (frame) => this.#connection.send(frame),
      isConnected: () => this.#connection.isOpen,
      onChange: () => {
        for (const listener of [...this.#onChange]) listener()
      },
    })
  }

  /** Resolves when no server will have it any more. */
  get ended(): Promise<NodeEnd> {
    return this.#end.promise
  }

  /** Attempts that run here. */
  get running(): number {
    return this.#desk.running
  }

  get isConnected(): boolean {
    return this.#connection.isOpen
  }

  start(): void {
    this.#connection.start()
  }

  /**
   * Takes nothing new, waits `graceMs` for what runs, ends the rest, and leaves when all ends are taken (or a few seconds
   * have passed). A second call with less grace shortens the first.
   */
  async stop({ graceMs, reason }: { graceMs: number; reason: string }): Promise<void> {
    this.#desk.isDraining = true
    if (!this.#isStopping) this.#connection.send({ kind: 'leaving', reason })
    this.#isStopping = true
    await this.#until(() => this.#desk.running === 0, graceMs)
    this.#desk.cancelAll(reason)
    await this.#until(() => this.#desk.running === 0, null)
    if (this.#connection.isOpen) await this.#until(() => this.#desk.isClear, CONFIRMED_WITHIN_MS)
    this.#connection.stop()
  }

  /** Resolves once `isSo`, which is asked after each change, or once `mostMs` have passed. */
  async #until(isSo: () => boolean, mostMs: number | null): Promise<void> {
    if (isSo()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const listener = () => isSo() && resolve()
    const timer = mostMs === null ? null : this.#options.clock.after(mostMs, resolve)
    this.#onChange.push(listener)
    await promise
    timer?.cancel()
    this.#onChange = this.#onChange.filter((each) => each !== listener)
  }

  #greeting(): FromNode {
    const { facts, session, clock } = this.#options
    this.#askedAt = [clock.now()]
    return { kind: 'hello', versions: [AGENT_PROTOCOL], node: facts, running: this.#desk.leases(), session }
  }

  #heartbeat(): FromNode {
    const clock = this.#options.clock.now()
    this.#askedAt.push(clock)
    this.#desk.remind()
    return { kind: 'heartbeat', usage: this.#usage(), running: this.#desk.leases(), clock }
  }

  /** A sensor that breaks must not silence the node. */
  #usage(): Usage {
    try {
      return this.#options.usage()
    } catch {
      return UNKNOWN
    }
  }

  #learnTime(serverAt: number): void {
    const askedAt = this.#askedAt.shift()
    if (askedAt !== undefined) this.#offset.learn(serverAt, askedAt, this.#options.clock.now())
  }

  #opened(welcome: Welcome): void {
    this.#learnTime(welcome.now)
    this.#askedAt = []
    const { instance, epoch } = welcome
    this.#tell({ kind: 'connected', instance, epoch, offsetMs: this.#offset.ms })
    this.#desk.connected(welcome.drop)
    if (this.#isStopping) this.#connection.send({ kind: 'leaving', reason: say`The node stops.` })
    // So that its load is known before the first order.
    else this.#connection.beat()
  }

  #closed(closed: Closed, retryMs: number | null): void {
    this.#desk.disconnected()
    this.#tell({ kind: 'interrupted', ...closed, retryMs })
    if (retryMs === null) this.#end.resolve({ kind: 'hopeless', closed })
  }

  #turned(turned: Turned): void {
    this.#tell({ kind: 'turned_away', turned })
    if (!turned.isFinal) return
    this.#desk.disconnected()
    this.#end.resolve({ kind: 'turned_away', turned })
  }

  #hear(frame: ToNode): void {
    const desk = this.#desk
    if (frame.kind === 'heard') {
      this.#learnTime(frame.now)
      this.#noteState(frame.state, frame.reason)
      desk.drop(frame.drop)
    } else if (frame.kind === 'order') {
      this.#tell({ kind: 'ordered', executionId: frame.order.executionId, fence: frame.order.fence })
      desk.order(frame)
    } else if (frame.kind === 'got') desk.got(frame, frame.number)
    else if (frame.kind === 'hold') desk.hold(frame)
    else if (frame.kind === 'go_on') desk.goOn(frame)
    else if (frame.kind === 'cancel') desk.cancel(frame, frame.reason)
    else if (frame.kind === 'resume') desk.resume(frame, frame.owner, frame.lines)
    else if (frame.kind === 'drain') this.#drain(frame.isDraining)
    else if (frame.kind === 'new_key') this.#options.onNewKey?.(frame.key)
  }

  #drain(isDraining: boolean): void {
    this.#desk.isDraining = isDraining || this.#isStopping
    this.#tell({ kind: 'draining', isDraining })
  }

  #noteState(state: string, reason: string): void {
    if (state === this.#state) return
    this.#state = state
    this.#tell({ kind: 'state', state, reason })
  }

  #tell(told: NodeTold): void {
    this.#options.tell?.(told)
  }
}
