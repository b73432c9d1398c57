import { type Clock, RotaError } from '@rota/core'
import {
  createDatabaseClock,
  createEngine,
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type HotParts,
  type LogStore,
  type MemoryDisk,
  type StoreParts,
} from '@rota/engine'
import type { ManualClock } from '../../manual-clock.ts'
import type { Random } from '../../random.ts'
import type { EarWitness } from '../ear-witness.ts'
import { createSimExecutor } from '../sim-executor.ts'
import { SimProcess } from '../sim-process.ts'
import type { ClusterAttempt, ClusterWitness, Holder } from './cluster-witness.ts'
import { type Machine, machineClock } from './machine.ts'
import type { Network } from './network.ts'
import type { Referee } from './referee.ts'
import type { Moment } from './scenario.ts'
import { connect, type SharedStoreOptions, type Trap } from './shared-store.ts'

/** Plants a bug. */
export interface ClusterPlant {
  /** What the store does for an instance. */
  store?: (store: StoreParts, disk: MemoryDisk, random: Random) => StoreParts
  /** What an instance does with its store, before anybody watches. */
  caller?: (store: StoreParts, disk: MemoryDisk, random: Random) => StoreParts
  /** Which clock an engine goes by, of the store's and its machine's. */
  clock?: (store: Clock, machine: Clock) => Clock
}

/** What all instances of one cluster share. */
export interface Surroundings {
  base: ManualClock
  disk: MemoryDisk
  random: Random
  network: Network
  witness: ClusterWitness
  ears: EarWitness
  referee: Referee
  settings: Partial<EngineOptions>
  store: Pick<SharedStoreOptions, 'contention' | 'walkMs' | 'mostPerClaim' | 'wishes'>
  plant: ClusterPlant
  /** What else a process of an instance is given, of what outlives it. */
  equip?: (process: SimProcess, instance: number, trap: Trap) => Equipment
  /** Told what engines say of themselves. */
  onEvent?: (instanceId: string, event: EngineEvent) => void
  note: (what: string) => void
  complain: (what: string) => void
  nextProcess: () => number
}

/** What instances share beside the database, as one process reaches it. */
export interface Equipment {
  hot: HotParts
  logs: LogStore
}

/** How an instance is hit, once it comes to that moment. */
interface Blow {
  moment: 'before' | 'after'
  strike: () => void
}

/** A place in the cluster: a machine, and the server processes that run on it one after the other. */
export class Instance {
  readonly index: number
  readonly machine: Machine
  readonly #around: Surroundings
  #process: SimProcess
  #engine: Engine | null = null
  #holder: Holder | null = null
  #executor: { kill(): void } | null = null
  #blow: Blow | null = null
  #isStopping = false
  crashes = 0
  /** When a call of the store was cut short by its death or a freeze. */
  readonly cutInCallAt: number[] = []

  constructor(index: number, machine: Machine, around: Surroundings) {
    this.index = index
    this.machine = machine
    this.#around = around
    this.#process = this.#boot()
  }

  get isUp(): boolean {
    return !this.#process.isDead
  }

  /** The engine to be spoken to; null when nobody would answer. */
  get engine(): Engine | null {
    return this.#process.isAwake && !this.#isStopping ? this.#engine : null
  }

  /** The process that runs here now, or ran last. */
  get process(): SimProcess {
    return this.#process
  }

  crash({ downMs, inCall, orphans }: { downMs: number; inCall: Moment; orphans: boolean }) {
    this.#hit(inCall, () => this.#die(downMs, orphans))
  }

  freeze({ forMs, inCall }: { forMs: number; inCall: Moment }) {
    const process = this.#process
    this.#hit(inCall, () => {
      if (!process.isAwake) return
      this.#say('freezes')
      process.suspend()
      this.#around.base.after(forMs, () => {
        if (process.isDead) return
        this.#say('goes on')
        process.resume()
      })
    })
  }

  /** Stops it in order, and starts it again; answers by a call when it is up again. */
  restart({ downMs, graceMs }: { downMs: number; graceMs: number }, onUp: () => void = () => undefined) {
    const { base, complain, witness } = this.#around
    const process = this.#process
    const engine = this.engine
    if (engine === null) return onUp()
    this.#say('stops')
    this.#isStopping = true
    const holder = this.#holder!
    void engine.stop({ graceMs }).then(
      () => {
        if (process.isDead) return
        if (witness.runningOf(holder) > 0) complain(`instance ${this.index} has stopped while attempts run`)
        holder.stoppedAt = base.now()
        process.kill()
        this.#say('has stopped')
        base.after(downMs, () => {
          this.#process = this.#boot()
          onUp()
        })
      },
      (error) => complain(`a stop fails: ${(error as Error).stack}`),
    )
  }

  /** Lets whatever hits it be over. */
  recover() {
    this.#blow = null
    this.#process.resume()
  }

  /** Stops it for good; calls back when it has. */
  end(): Promise<void> {
    const engine = this.engine
    if (engine === null) return Promise.resolve()
    return engine.stop({ graceMs: 0 })
  }

  kill() {
    this.#process.kill()
  }

  #hit(moment: Moment, strike: () => void) {
    if (!this.isUp) return
    if (moment === 'none') strike()
    else {
      const strikeInCall = () => {
        this.cutInCallAt.push(this.#around.base.now())
        strike()
      }
      this.#blow = { moment, strike: strikeInCall }
    }
  }

  #die(downMs: number, orphans: boolean) {
    if (!this.isUp) return
    this.crashes++
    this.#blow = null
    if (this.#holder) this.#holder.hasDied = true
    this.#process.kill()
    if (!orphans) this.#executor?.kill()
    this.#say('dies')
    this.#around.base.after(downMs, () => {
      this.#process = this.#boot()
    })
  }

  #say(what: string) {
    this.#around.note(`instance ${this.index} ${what}`)
  }

  #boot(): SimProcess {
    const { base, complain } = this.#around
    const process = new SimProcess(base, () => {
      complain(`instance ${this.index} spins: thousands of timers without time passing`)
      process.kill()
    })
    this.#engine = null
    this.#holder = null
    this.#executor = null
    this.#isStopping = false
    this.#say('boots')
    void this.#open(process).catch((error) => complain(`a boot fails: ${(error as Error).stack}`))
    return process
  }

  /** As a server starts: it opens the store, learns the store's time, and starts its engine; or tries again later. */
  async #open(process: SimProcess): Promise<void> {
    const { disk, random, plant, referee, network, base, settings, ears } = this.#around
    const machine = machineClock(process, this.machine)
    const holder: Holder = { process: this.#around.nextProcess(), instanceId: '', hasDied: false, stoppedAt: null }
    // The store of a shared database goes by its own time, whatever the machine says.
    const opened = disk.open(process)
    const trap: Trap = { take: () => this.#blow?.moment ?? null, spring: () => this.#strike() }
    const equipment = this.#around.equip?.(process, this.index, trap)
    const { store, time } = connect(plant.store?.(opened, disk, random) ?? opened, {
      ...this.#around.store,
      disk,
      base,
      network,
      process,
      random,
      instance: this.index,
      trap,
      watch: referee.watch(() => holder.instanceId),
    })
    const clock = createDatabaseClock({ run: async <Row>() => [{ now: await time() }] as Row[] }, machine)
    for (let isKnown = false; !isKnown; ) {
      isKnown = await clock.adjust().then(
        () => true,
        () => false,
      )
      if (!isKnown) await new Promise<void>((resolve) => process.after(5000, resolve))
    }
    const executor = this.#createExecutor(process, holder)
    const reached = plant.caller?.(store, disk, random) ?? store
    const engine = createEngine({
      ...settings,
      ...(equipment && { hot: equipment.hot }),
      store: equipment ? { ...reached, logs: equipment.logs } : reached,
      executors: new Map([[executor.type, executor]]),
      clock: plant.clock?.(clock, machine) ?? clock,
      random: random.next,
      randomBytes: (target) => {
        for (let i = 0; i < target.length; i++) target[i] = random.int(0, 255)
      },
    })
    holder.instanceId = engine.status().instance_id
    this.#executor = executor
    this.#holder = holder
    engine.on((event) => process.isDead || this.#hear(event, holder.instanceId))
    ears.listenTo(engine, () => !process.isDead)
    const start = () => {
      void engine.start().then(
        () => {
          this.#engine = engine
        },
        (error) => {
          if (!RotaError.is(error) && !/tape/.test(String(error))) {
            this.#around.complain(`a start fails: ${(error as Error).stack}`)
          }
          process.after(5000, start)
        },
      )
    }
    start()
  }

  #createExecutor(process: SimProcess, holder: Holder) {
    const { base, random, witness } = this.#around
    return createSimExecutor({
      base,
      process,
      random,
      onStart: (request) => {
        this.#around.note(`instance ${this.index} starts ${request.executionId} ${request.attempt} ${request.fence}`)
        return witness.started(request, holder)
      },
      onEnd: (attempt, end) => {
        this.#around.note(`${end} ${attempt.id} ${attempt.attempt} of instance ${this.index}`)
        witness.ended(attempt as ClusterAttempt, end)
      },
    })
  }

  #strike() {
    const blow = this.#blow
    this.#blow = null
    blow?.strike()
  }

  #hear(event: EngineEvent, instanceId: string) {
    if (event.type === 'batch') return
    this.#around.onEvent?.(instanceId, event)
    this.#around.note(`instance ${this.index}: ${event.type}${'id' in event ? ` ${event.id}` : ''}`)
  }
}
