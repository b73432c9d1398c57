import { type Caller, RotaError, SYSTEM } from '@rota/core'
import type { Engine, MemoryDisk } from '@rota/engine'
import { ManualClock } from '../../manual-clock.ts'
import { createRandom, type Random } from '../../random.ts'
import { EarWitness } from '../ear-witness.ts'
import { operate, type Peopled } from '../operations.ts'
import { type Definition, inItsPlace, isOfNoUse } from '../scenario.ts'
import { StandingRules } from '../standing-rules.ts'
import { TaskModel, type TaskState } from '../task-model.ts'
import type { Turns } from '../turns.ts'
import { ClusterWitness } from './cluster-witness.ts'
import { type ClusterPlant, Instance } from './instance.ts'
import { Leases } from './leases.ts'
import { Network } from './network.ts'
import { Referee } from './referee.ts'
import type { ClusterMishap, ClusterScenario } from './scenario.ts'
import { Wishes } from './wishes.ts'

export interface ClusterWorldOptions {
  scenario: ClusterScenario
  disk: MemoryDisk
  turns: Turns
  plant?: ClusterPlant
  /** Told each line of the trace. */
  onNote?: (line: string) => void
}

const ANN: Caller = { ...SYSTEM, name: 'ann' }
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Longer than any call is under way. */
const CALL_MS = MINUTE_MS
/** From here on instances that were dead from the beginning are forgotten. */
const FORGOTTEN_MS = 27 * HOUR_MS

/** Several servers on one store and what happens to them, in virtual time. */
export class ClusterWorld implements Peopled {
  readonly scenario: ClusterScenario
  readonly disk: MemoryDisk
  /** The true time: that of the store. */
  readonly clock: ManualClock
  readonly random: Random
  readonly witness: ClusterWitness
  readonly ears: EarWitness
  readonly instances: Instance[]
  readonly models: TaskModel[] = []
  /** Executions that somebody asked for and was promised. */
  readonly promised = new Set<string>()
  readonly complaints: string[] = []
  events = 0
  /** How far the clocks of instances may be from the true time. */
  readonly toleranceMs: number
  #hash = 0x811c9dc5
  #processes = 0
  readonly #leases = new Leases()
  readonly #network: Network
  readonly #rules: StandingRules
  readonly #dropped = new Set<string>()
  readonly #onNote: ClusterWorldOptions['onNote']
  /** Changes under way: what they would make of which task, and since when. */
  readonly #editing = new Map<string, { definition: Definition | null; since: number }>()

  constructor({ scenario, disk, turns, plant = {}, onNote }: ClusterWorldOptions) {
    this.scenario = scenario
    this.disk = disk
    this.#onNote = onNote
    this.random = createRandom(scenario.seed + 1)
    const base = new ManualClock({ startAt: scenario.startAt, settle: turns.settle })
    this.clock = base
    // Half of what the quickest look at the store's clock took; slow looks do not count.
    this.toleranceMs = scenario.latencyMs === 0 && !scenario.mishaps.some((it) => it.kind === 'slow') ? 1 : 501
    this.#network = new Network(base, { random: this.random, latencyMs: scenario.latencyMs })
    const complain = (what: string) => this.complain(what)
    this.#rules = new StandingRules(disk, complain)
    const limits: Record<string, number> = { 'key:door': 1, 'key:pool': 2, global: 3 }
    const judge = { disk, leases: this.#leases, now: () => base.now(), toleranceMs: this.toleranceMs, complain }
    this.witness = new ClusterWitness({
      ...judge,
      keyLimit: (key) => limits[key] ?? 1,
      wasDropped: (id) => this.#dropped.has(id),
    })
    this.ears = new EarWitness(disk, { seed: scenario.seed, complain })
    const wishes = new Wishes(disk)
    const referee = new Referee({
      ...judge,
      isUnwanted: (seq) => wishes.seqs.includes(seq),
      checksOrder: scenario.isNarrow,
      onChanged: (taskId, at) => this.#noteChange(taskId, at),
      onDropped: (ids) => {
        for (const id of ids) this.#dropped.add(id)
      },
    })
    const around = {
      base,
      disk,
      random: this.random,
      network: this.#network,
      witness: this.witness,
      ears: this.ears,
      referee,
      settings: scenario.engine,
      store: {
        contention: scenario.contention,
        walkMs: scenario.walkMs,
        mostPerClaim: scenario.isNarrow ? 2 : Number.POSITIVE_INFINITY,
        wishes,
      },
      plant,
      note: (what: string) => this.note(what),
      complain,
      nextProcess: () => ++this.#processes,
    }
    this.instances = scenario.skews.map((skewMs, index) => new Instance(index, { skewMs }, around))
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }

  get crashes(): number {
    return this.instances.reduce((sum, instance) => sum + instance.crashes, 0)
  }

  /** Any server that answers. Throws `unavailable` when none does. */
  get engine(): Engine {
    const engines = this.instances.flatMap((instance) => instance.engine ?? [])
    if (engines.length === 0) throw new RotaError('unavailable', 'No instance answers.')
    return this.random.pick(engines)
  }

  complain(what: string) {
    this.complaints.push(`${new Date(this.clock.now()).toISOString()} ${what}`)
    this.#onNote?.(`${new Date(this.clock.now()).toISOString()} !! ${what}`)
  }

  /** Adds to the trace: FNV-1a over what happened and when. */
  note(what: string) {
    this.events++
    const line = `${this.clock.monotonic()} ${what}`
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193)
    this.#onNote?.(`${new Date(this.clock.now()).toISOString()} ${what}`)
  }

  /** Plays the scenario, then lets everything come to its end. */
  async play() {
    await this.clock.advance(MINUTE_MS)
    for (const definition of this.scenario.definitions) await this.#addTask(definition)
    const began = this.clock.monotonic()
    for (const mishap of this.scenario.mishaps) {
      await this.#advanceTo(began + mishap.at)
      this.#befall(mishap)
      await this.clock.advance(0)
    }
    await this.#advanceTo(began + this.scenario.lengthMs)
    await this.#windDown()
  }

  async #addTask(definition: Definition): Promise<void> {
    let view: { id: string } | null = null
    let isRefused = false
    const created = this.engine.tasks.create(ANN, definition.input)
    void created.then(
      (made) => {
        view = made
      },
      (error) => {
        isRefused = isOfNoUse(error)
        this.#tolerate(error)
      },
    )
    for (let tries = 0; view === null && tries < 10; tries++) await this.clock.advance(5000)
    if (isRefused) return this.#addTask(inItsPlace(definition))
    const { id } = view as unknown as { id: string }
    const [row] = this.disk.select('SELECT created_at FROM tasks WHERE id = ?', id)
    const at = { now: row!.created_at as number, highestWall: this.clock.now() }
    this.models.push(new TaskModel(id, definition, this.#stateOf(id), at))
  }

  change(model: TaskModel, definition: Definition | null, act: (tasks: Engine['tasks']) => Promise<unknown>) {
    const before = this.#editing.get(model.id)
    // Somebody is at it, or died over it and it may still come.
    if (before !== undefined && this.clock.now() - before.since < 2 * HOUR_MS) return
    const mine = { definition, since: this.clock.now() }
    this.#editing.set(model.id, mine)
    const done = () => {
      if (this.#editing.get(model.id) === mine) this.#editing.delete(model.id)
    }
    void act(this.engine.tasks).then(
      () => done(),
      (error) => {
        // Whether it was done is not always known: it may still be under way.
        this.clock.after(CALL_MS, done)
        this.#tolerate(error)
      },
    )
  }

  ask(act: () => Promise<{ id: string }>) {
    void act().then(({ id }) => this.promised.add(id), this.#tolerate)
  }

  #tolerate = (error: unknown) => {
    if (RotaError.is(error) || /end of tape/.test(String(error))) return
    this.complain(`an operation fails: ${(error as Error).stack}`)
  }

  /** A change was committed, which goes by the instant `at`. */
  #noteChange(taskId: string, at: number) {
    const model = this.models.find((it) => it.id === taskId)
    if (model === undefined) return
    const editing = this.#editing.get(taskId)
    // What somebody had in hand may have started, or be about to.
    const prefetchMs = this.scenario.engine.prefetchMs ?? 2500
    const highestWall = this.clock.now() + prefetchMs + this.toleranceMs
    model.changed(this.#stateOf(taskId), editing?.definition ?? null, { now: at, highestWall })
    if (editing) editing.definition = null
  }

  async #advanceTo(monotonicAt: number) {
    while (this.clock.monotonic() < monotonicAt) {
      await this.clock.advance(Math.min(10 * MINUTE_MS, monotonicAt - this.clock.monotonic()))
      this.#look()
    }
  }

  #look() {
    this.#rules.look()
    this.#rules.lookAtLimits()
  }

  #befall(mishap: ClusterMishap) {
    this.note(JSON.stringify(mishap))
    switch (mishap.kind) {
      case 'operation':
        if (this.instances.some((instance) => instance.engine !== null)) operate(this, this.random)
        return
      case 'crash':
        return this.instances[mishap.instance]?.crash(mishap)
      case 'freeze':
        return this.instances[mishap.instance]?.freeze(mishap)
      case 'restart':
        return this.instances[mishap.instance]?.restart(mishap)
      case 'rolling_restart':
        return this.#roll(mishap.graceMs, 0)
      case 'set_clock': {
        const instance = this.instances[mishap.instance]
        if (instance) instance.machine.skewMs = mishap.skewMs
        return
      }
      case 'outage':
        return this.#network.cut(mishap.instance, mishap.forMs)
      case 'slow':
        return this.#network.slowDown(mishap.upToMs, mishap.forMs)
      case 'trouble':
        return this.#network.trouble(mishap.share, mishap.forMs)
    }
  }

  /** One instance after the other, each when the one before it is up again. */
  #roll(graceMs: number, index: number) {
    this.instances[index]?.restart({ downMs: 1000, graceMs }, () => this.#roll(graceMs, index + 1))
  }

  #stateOf(id: string): TaskState {
    const [row] = this.disk.select('SELECT version, enabled, paused_at, deleted_at FROM tasks WHERE id = ?', id)
    return {
      version: row!.version as number,
      isEnabled: row!.enabled === 1,
      pausedAt: row!.paused_at as number | null,
      deletedAt: row!.deleted_at as number | null,
    }
  }

  /** Stops making new work and waits for the rest to end: nothing may be stuck, and nothing be left behind. */
  async #windDown() {
    for (const instance of this.instances) instance.recover()
    await this.#advanceTo(this.clock.monotonic() + HOUR_MS)
    for (let tries = 0; this.instances.some(({ engine }) => engine === null) && tries < 24; tries++)
      await this.#advanceTo(this.clock.monotonic() + 10 * MINUTE_MS)
    for (const [index, { engine }] of this.instances.entries()) {
      if (engine === null) this.complain(`instance ${index} does not come back`)
    }
    for (const model of this.models) {
      if (model.state.deletedAt === null) {
        await this.#insist(model.id)
      }
      model.finish({ now: this.clock.now(), highestWall: this.clock.now() })
    }
    for (let hour = 0; hour < 12 && this.#liveCount() > 0; hour++) {
      await this.#advanceTo(this.clock.monotonic() + HOUR_MS)
    }
    const stuck = this.disk.select('SELECT id, state, attempt, run_at, blocked_by FROM executions LIMIT 5')
    if (stuck.length > 0) this.complain(`these never end: ${JSON.stringify(stuck)}`)
    if (this.scenario.isLong) {
      await this.#advanceTo(this.clock.monotonic() + FORGOTTEN_MS)
      const left = this.disk.select('SELECT count(*) AS n FROM instances')[0]!.n as number
      if (left !== this.instances.length) this.complain(`${left} instances are known, ${this.instances.length} live`)
    }
    await this.#stopAll()
    this.#rules.lookBack()
  }

  /** Disables a task, however often it takes. */
  async #insist(id: string) {
    let isDone = false
    for (let tries = 0; !isDone && tries < 10; tries++) {
      void this.engine.tasks.disable(ANN, id).then(() => {
        isDone = true
      }, this.#tolerate)
      await this.clock.advance(MINUTE_MS)
    }
    if (!isDone) this.complain(`task ${id} cannot be disabled`)
  }

  async #stopAll() {
    let stopped = 0
    for (const instance of this.instances) {
      void instance.end().then(() => {
        stopped++
      })
    }
    await this.clock.advance(2 * MINUTE_MS)
    if (stopped < this.instances.length) this.complain('not all of them stop')
    for (const instance of this.instances) instance.kill()
    await this.clock.advance(CALL_MS)
  }

  #liveCount(): number {
    return this.disk.select('SELECT count(*) AS n FROM executions')[0]!.n as number
  }
}
