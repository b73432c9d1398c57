import { type Clock, RotaError } from '@rota/core'
import { createMemoryHub, type HotParts, type NodeDelta } from '@rota/engine'
import type { ManualClock } from '../../manual-clock.ts'
import type { Random } from '../../random.ts'
import type { Trap } from '../cluster/shared-store.ts'
import type { SimProcess } from '../sim-process.ts'

type NodeRelay = HotParts['nodeRelay']
/** The ports that keep something, and lose it with the hot state. */
const KEEPING = ['presence', 'leaderTerms', 'publications', 'nodeIndex', 'reservations'] as const
type Keeping = (typeof KEEPING)[number]
/** Calls that change nothing need not be repeated when the state is made anew. */
const READING = new Set(['loads', 'era', 'latest'])

/** One call that was carried out, and when. */
interface Done {
  port: Keeping
  call: string
  parameters: unknown[]
  wall: number
  monotonic: number
}

/** Sees every call as the hot state carries it out. */
export interface HotWatch {
  done(done: { port: string; call: string; parameters: readonly unknown[]; answer: unknown }): void
  /** All or some of what was known is gone. */
  forgot(): void
  /** An instance sends a frame towards a node. */
  sent(node: string, frame: Parameters<NodeRelay['toNode']>[1]): void
}

export interface SimHotOptions {
  base: ManualClock
  random: Random
  watch: HotWatch
  /** Share of messages between instances that are lost, and how long each may take. */
  lossShare: number
  delayMs: number
  plant: (hot: HotParts) => HotParts
}

/**
 * The hot state of a simulated cluster. It is away for a while, has forgotten everything, or goes on from an earlier
 * moment: then all calls up to that moment are carried out again on an empty one, under the clock as it was.
 */
export class SimHot {
  readonly #options: SimHotOptions
  #state!: { hub: HotParts; clock: ReplayClock }
  #done: Done[] = []
  #isAway = 0
  readonly #bus: ReturnType<typeof createMemoryHub>
  readonly #deltas = new Set<(delta: NodeDelta) => void>()

  constructor(options: SimHotOptions) {
    this.#options = options
    this.#bus = createMemoryHub(options.base)
    this.#begin([])
  }

  /** For whoever looks into it from outside. */
  get reservations(): HotParts['reservations'] {
    return this.#state.hub.reservations
  }

  get isAway(): boolean {
    return this.#isAway > 0
  }

  /** Nobody can reach it. */
  cut(forMs: number) {
    this.#isAway++
    this.#options.base.after(forMs, () => {
      this.#isAway--
    })
  }

  empty() {
    this.#begin([])
  }

  rollBack(byMs: number) {
    const until = this.#options.base.monotonic() - byMs
    this.#begin(this.#done.filter(({ monotonic }) => monotonic <= until))
  }

  #begin(done: Done[]) {
    const { base, watch, plant } = this.#options
    const clock = new ReplayClock(base)
    const hub = plant(createMemoryHub(clock).join())
    for (const { port, call, parameters, wall, monotonic } of done) {
      clock.at = { wall, monotonic }
      void methodOf(hub[port], call)(...parameters)
    }
    clock.at = null
    this.#done = done
    this.#state = { hub, clock }
    hub.reservations.onDelta((delta) => {
      if (this.#isAway === 0 && this.#state.hub === hub) for (const listener of this.#deltas) listener(delta)
    })
    watch.forgot()
  }

  #carryOut(port: Keeping, call: string, parameters: unknown[]): Promise<unknown> {
    const { base, watch } = this.#options
    const wall = base.now()
    const monotonic = base.monotonic()
    if (!READING.has(call)) this.#done.push({ port, call, parameters, wall, monotonic })
    // It works within the turn.
    const answer = methodOf(this.#state.hub[port], call)(...parameters) as Promise<unknown>
    return answer.then((value) => {
      watch.done({ port, call, parameters, answer: value })
      return value
    })
  }

  /** The hot state as one process of an instance reaches it. */
  join(process: SimProcess, trap: Trap): HotParts {
    const bus = this.#bus.join()
    const reached = Object.fromEntries(
      KEEPING.map((port) => [
        port,
        new Proxy({} as object, {
          get: (_, call) => {
            if (call === 'onDelta') return (listener: (delta: NodeDelta) => void) => this.#listen(process, listener)
            return (...parameters: unknown[]) => this.#request({ process, trap }, port, String(call), parameters)
          },
        }),
      ]),
    ) as Pick<HotParts, Keeping>
    return { ...bus, ...reached, nodeRelay: this.#relay(bus.nodeRelay, process) }
  }

  #listen(process: SimProcess, listener: (delta: NodeDelta) => void) {
    const own = (delta: NodeDelta) => process.run(() => listener(delta))
    this.#deltas.add(own)
    return () => void this.#deltas.delete(own)
  }

  #request(
    { process, trap }: { process: SimProcess; trap: Trap },
    port: Keeping,
    call: string,
    parameters: unknown[],
  ): Promise<unknown> {
    const { base, random } = this.#options
    return new Promise((resolve, reject) => {
      const later = (ms: number, fn: () => void) => (ms > 0 ? void base.after(ms, fn) : fn())
      const hit = trap.take()
      if (hit === 'before') trap.spring()
      if (process.isDead) return
      const delayMs = random.chance(0.2) ? random.int(1, 30) : 0
      const isLost = this.isAway || random.chance(0.002)
      later(delayMs, () => {
        // Of what is not answered some is carried out all the same.
        if (!isLost || random.chance(0.1)) {
          const answer = this.#carryOut(port, call, parameters)
          if (!isLost) {
            void answer.then(
              (value) => {
                if (hit === 'after') trap.spring()
                process.run(() => resolve(value))
              },
              (error) => process.run(() => reject(error)),
            )
            return
          }
        }
        if (hit === 'after') trap.spring()
        const away = () => reject(new RotaError('unavailable', 'The hot state is away.'))
        later(random.chance(0.5) ? 0 : 500, () => process.run(away))
      })
    })
  }

  /** Messages of one sender keep their order; some are lost. */
  #relay(relay: NodeRelay, process: SimProcess): NodeRelay {
    const { base, random, lossShare, delayMs, watch } = this.#options
    let last = 0
    const send = (publish: () => void) => {
      if (process.isDead || this.isAway || random.chance(lossShare)) return
      last = Math.max(last, base.monotonic() + (random.chance(0.3) ? random.int(0, delayMs) : 0))
      base.after(last - base.monotonic(), publish)
    }
    const alive =
      <T extends unknown[]>(take: (...given: T) => void) =>
      (...given: T) =>
        process.run(() => take(...given))
    return {
      toNode: (node, frame) => {
        watch.sent(node, frame)
        send(() => relay.toNode(node, frame))
      },
      serve: (node, take) => relay.serve(node, alive(take)),
      toOwner: (node, news) => send(() => relay.toOwner(node, news)),
      own: (owner, take) => relay.own(owner, alive(take)),
      announce: (connected) => send(() => relay.announce(connected)),
      tellLost: (lost) => send(() => relay.tellLost(lost)),
      onLost: (listener) => relay.onLost(alive(listener)),
      onConnected: (listener) => relay.onConnected(alive(listener)),
    }
  }
}

function methodOf(port: object, call: string): (...given: unknown[]) => unknown {
  const method = (port as Record<string, (...given: unknown[]) => unknown>)[call]!
  return (...given) => method.apply(port, given)
}

/** The true time, or a moment of the past. */
class ReplayClock implements Clock {
  at: { wall: number; monotonic: number } | null = null
  readonly #base: ManualClock

  constructor(base: ManualClock) {
    this.#base = base
  }

  now = () => this.at?.wall ?? this.#base.now()
  monotonic = () => this.at?.monotonic ?? this.#base.monotonic()
  after = (delayMs: number, fn: () => void) => this.#base.after(delayMs, fn)
}
