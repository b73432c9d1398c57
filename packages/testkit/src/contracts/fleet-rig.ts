import { type Clock, type NodeFacts, RotaError, SYSTEM } from '@rota/core'
import { createEngine, type Engine, type EngineEvent, type HotParts, openInMemoryStore, type Store } from '@rota/engine'

/** A hot state on which instances watch nodes together. */
export interface FleetAdapter {
  name: string
  open(): Promise<OpenFleet>
}

export interface OpenFleet {
  clock: Clock
  join(): Promise<HotParts>
  /** Forgets everything, as a server that was restarted without its data. */
  forget(): Promise<void>
  passTime(): Promise<void>
  close(): Promise<void>
}

/** Everything goes on ten times as fast as usual. */
export const QUICK = { heartbeatMs: 100, offlineAfterMs: 400, leaderMs: 600, lookMs: 50, slowStartMs: 0 } as const

export interface Instance {
  engine: Engine
  events: EngineEvent[]
  /** The hot state cannot be reached any more, or can again. */
  cutOff(isAway: boolean): void
  /** Ends without a word. */
  kill(): void
}

/** Several instances on one store and one hot state. */
export class FleetRig {
  readonly store: Store
  readonly #open: OpenFleet
  readonly #instances: Instance[] = []

  constructor(open: OpenFleet) {
    this.#open = open
    this.store = openInMemoryStore({ clock: open.clock })
  }

  async start(settings: object = {}): Promise<Instance> {
    const { clock } = this.#open
    const state = { isDead: false, isAway: false }
    const own: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, fn) => clock.after(ms, () => state.isDead || fn()),
    }
    const hot = reachable(await this.#open.join(), () => state.isAway || state.isDead)
    const store = { ...this.store, close: async () => undefined }
    const engine = createEngine({ store, executors: new Map(), clock: own, hot, nodes: { ...QUICK, ...settings } })
    const instance: Instance = {
      engine,
      events: [],
      cutOff: (isAway) => {
        state.isAway = isAway
      },
      kill: () => {
        state.isDead = true
      },
    }
    engine.on((event) => instance.events.push(event))
    await engine.start()
    this.#instances.push(instance)
    return instance
  }

  /** Lets time pass until the answer is neither undefined nor false; nodes that are given go on beating. */
  async until<T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
    for (let tries = 0; tries < 2_000; tries++) {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      await this.#open.passTime()
    }
    throw new Error(`There was no ${what}.`)
  }

  async pass(ms: number): Promise<void> {
    const { clock, passTime } = this.#open
    const until = clock.monotonic() + ms
    while (clock.monotonic() < until) await passTime()
  }

  /** The hot state, for whoever looks into it. */
  hot(): Promise<HotParts> {
    return this.#open.join()
  }

  forget(): Promise<void> {
    return this.#open.forget()
  }

  async close(): Promise<void> {
    for (const { kill } of this.#instances) kill()
    await this.store.close()
    await this.#open.close()
  }
}

/** The same hot state, whose calls about nodes are refused while it is away. */
function reachable(hot: HotParts, isAway: () => boolean): HotParts {
  const guard = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown
        if (typeof value !== 'function' || String(name).startsWith('on')) return value
        return async (...args: unknown[]) => {
          if (isAway()) throw new RotaError('unavailable', 'The hot state is away.')
          return (value as (...given: unknown[]) => unknown).apply(target, args)
        }
      },
    })
  const { reservations, nodeIndex, publications, leaderTerms } = hot
  return {
    ...hot,
    reservations: guard(reservations),
    nodeIndex: guard(nodeIndex),
    publications: guard(publications),
    leaderTerms: guard(leaderTerms),
  }
}

export function factsOfNode(id: string, more: Partial<NodeFacts> = {}): NodeFacts {
  return {
    ...{ id, name: id, address: null, labels: {}, weight: 1, capacity: 2, languages: [], capabilities: {} },
    ...{ types: ['shell'], handlers: [], gpu: null, callbackUrl: null, version: '1', pools: [], platform: {} },
    tenantId: null,
    ...more,
  }
}

/** The terms in which an instance has led, and whether it leads now. */
export function leadingOf({ events }: Instance) {
  const told = events.filter((event) => event.type === 'leader_changed')
  return { terms: told.filter(({ leads }) => leads).map(({ term }) => term), leads: told.at(-1)?.leads === true }
}

export const poolNames = ({ engine }: Instance) => engine.nodes.pools.names().sort()

export const versionOf = async ({ engine }: Instance) => (await engine.nodes.pools.status()).version

/** Says how a node does; answers what it was told. */
export function beatOf({ engine }: Instance, node: string, running: readonly never[] | readonly object[] = []) {
  const usage = { cpu: 0.1, memory: 0.1, disk: 0.1, gpu: null }
  return engine.nodes.registry.beat(node, { usage, running: running as never, clock: null })
}

export const eventsOf = async ({ engine }: Instance, node: string) =>
  engine.nodes.events(SYSTEM, node, { before: null, most: 50 })
