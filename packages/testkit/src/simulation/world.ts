import { type Caller, RotaError, SYSTEM } from '@rota/core'
import { createEngine, type Engine, type EngineEvent, type MemoryDisk, type StoreParts } from '@rota/engine'
import { ManualClock } from '../manual-clock.ts'
import { createRandom, type Random } from '../random.ts'
import { EarWitness } from './ear-witness.ts'
import { faultyStore, type StoreFaults } from './faulty-store.ts'
import { type Definition, inItsPlace, isOfNoUse, type Mishap, type Scenario } from './scenario.ts'
import { createSimExecutor } from './sim-executor.ts'
import { SimProcess } from './sim-process.ts'
import { StandingRules } from './standing-rules.ts'
import { TaskModel, type TaskState } from './task-model.ts'
import type { Turns } from './turns.ts'
import { type StartFacts, Witness } from './witness.ts'

export interface WorldOptions {
  scenario: Scenario
  disk: MemoryDisk
  turns: Turns
  /** What people do to it. */
  operate: (world: World, random: Random) => void
  /** Plants a bug: what the engine sees of its store. */
  plant?: (store: StoreParts, disk: MemoryDisk, random: Random) => StoreParts
}

const ANN: Caller = { ...SYSTEM, name: 'ann' }
const MINUTE_MS = 60_000

/** One server and what happens to it, in virtual time. */
export class World {
  readonly scenario: Scenario
  readonly disk: MemoryDisk
  readonly clock: ManualClock
  readonly witness: Witness
  readonly ears: EarWitness
  readonly models: TaskModel[] = []
  /** Executions that somebody asked for and was promised. */
  readonly promised = new Set<string>()
  readonly complaints: string[] = []
  readonly random: Random
  engine: Engine
  crashes = 0
  /** Numbers of the server's processes that did not stop in order. */
  readonly diedAsProcess = new Set<number>()
  events = 0
  #hash = 0x811c9dc5
  #boots = 0
  #highestWall: number
  #process: SimProcess
  #executor: { kill(): void } = { kill: () => undefined }
  readonly #faults: StoreFaults = { isDiskFull: false, dieIn: null }
  readonly #people: WorldOptions['operate']
  readonly #plant: NonNullable<WorldOptions['plant']>
  /** A change under way: what it would make of which task. */
  #editing: { model: TaskModel; definition: Definition | null } | null = null
  /** When the last attempt of an execution ended. */
  readonly #endedAt = new Map<string, number>()
  readonly #rules: StandingRules

  constructor({ scenario, disk, turns, operate, plant }: WorldOptions) {
    this.scenario = scenario
    this.disk = disk
    this.random = createRandom(scenario.seed + 1)
    this.clock = new ManualClock({ startAt: scenario.startAt, settle: turns.settle })
    this.#highestWall = scenario.startAt
    this.#rules = new StandingRules(disk, (what) => this.complain(what))
    this.#people = operate
    this.#plant = plant ?? ((store) => store)
    const limits: Record<string, number> = { 'key:door': 1, 'key:pool': 2, global: 3 }
    this.witness = new Witness({ complain: (what) => this.complain(what), keyLimit: (key) => limits[key] ?? 1 })
    this.ears = new EarWitness(disk, { seed: scenario.seed, complain: (what) => this.complain(what) })
    this.#process = this.#newProcess()
    this.engine = this.#boot()
  }

  get isUp(): boolean {
    return !this.#process.isDead
  }

  get highestWall(): number {
    this.#highestWall = Math.max(this.#highestWall, this.clock.now())
    return this.#highestWall
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }

  complain(what: string) {
    this.complaints.push(`${new Date(this.clock.now()).toISOString()} ${what}`)
  }

  /** Adds to the trace: FNV-1a over what happened and when. */
  note(what: string) {
    this.events++
    const line = `${this.clock.monotonic()} ${what}`
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193)
  }

  /** Plays the scenario, then lets everything come to its end. */
  async play() {
    await this.clock.advance(0)
    for (const definition of this.scenario.definitions) await this.addTask(definition)
    const began = this.clock.monotonic()
    for (const mishap of this.scenario.mishaps) {
      await this.#advanceTo(began + mishap.at)
      this.#befall(mishap)
      await this.clock.advance(0)
    }
    await this.#advanceTo(began + this.scenario.lengthMs)
    await this.#windDown()
  }

  async addTask(definition: Definition): Promise<void> {
    const before = this.clock.now()
    let view: { id: string }
    try {
      view = await this.engine.tasks.create(ANN, definition.input)
    } catch (error) {
      if (!isOfNoUse(error)) throw error
      return this.addTask(inItsPlace(definition))
    }
    const at = { now: before, highestWall: this.highestWall }
    this.models.push(new TaskModel(view.id, definition, this.#stateOf(view.id), at))
  }

  /** Does something to a task through the engine, and takes note of what became of it, whatever happens on the way. */
  change(model: TaskModel, definition: Definition | null, act: (tasks: Engine['tasks']) => Promise<unknown>) {
    this.#editing = { model, definition }
    const done = () => this.#noteChange()
    void act(this.engine.tasks).then(done, (error) => {
      done()
      this.#tolerate(error)
    })
  }

  /** Asks for an execution; once it is promised it must come to an end. */
  ask(act: () => Promise<{ id: string }>) {
    void act().then(({ id }) => this.promised.add(id), this.#tolerate)
  }

  #tolerate = (error: unknown) => {
    if (!RotaError.is(error)) this.complain(`an operation fails: ${(error as Error).stack}`)
  }

  #noteChange() {
    const editing = this.#editing
    this.#editing = null
    if (editing === null) return
    const at = { now: this.clock.now(), highestWall: this.highestWall }
    editing.model.changed(this.#stateOf(editing.model.id), editing.definition, at)
  }

  async #advanceTo(monotonicAt: number) {
    while (this.clock.monotonic() < monotonicAt) {
      await this.clock.advance(Math.min(10 * MINUTE_MS, monotonicAt - this.clock.monotonic()))
      this.#rules.look()
    }
  }

  #befall(mishap: Mishap) {
    this.note(mishap.kind)
    switch (mishap.kind) {
      case 'operation':
        return this.#operate()
      case 'jump':
        this.#highestWall = this.highestWall
        this.clock.jump(mishap.byMs)
        // Before anybody in the server has looked at the clock.
        if (this.random.chance(0.3)) this.#operate()
        return
      case 'suspend': {
        const process = this.#process
        process.suspend()
        this.clock.after(mishap.forMs, () => process.resume())
        return
      }
      case 'disk_full':
        this.#faults.isDiskFull = true
        this.clock.after(mishap.forMs, () => {
          this.#faults.isDiskFull = false
        })
        return
      case 'crash':
        if (!this.isUp) return
        if (mishap.inCall === 'none') this.#die(mishap.downMs)
        else this.#dieInNextWrite(mishap.inCall, mishap.downMs)
        return
      case 'restart':
        if (this.isUp) this.#stop(mishap)
    }
  }

  #operate() {
    if (this.#process.isAwake && !this.#faults.isDiskFull && this.#editing === null) this.#people(this, this.random)
  }

  #dieInNextWrite(when: 'before' | 'after', downMs: number) {
    this.#faults.dieIn = when
    this.#downMs = downMs
  }

  #downMs = 0

  #die(downMs: number) {
    if (!this.isUp) return
    this.crashes++
    this.diedAsProcess.add(this.#boots)
    this.#faults.dieIn = null
    this.#process.kill()
    this.#executor.kill()
    this.note('dead')
    this.#noteChange()
    this.#rules.look()
    this.clock.after(downMs, () => {
      this.engine = this.#boot()
    })
  }

  #stop({ graceMs, downMs }: Extract<Mishap, { kind: 'restart' }>) {
    const process = this.#process
    void this.engine.stop({ graceMs }).then(() => {
      if (process.isDead) return
      if (this.witness.runningCount > 0) this.complain('it has stopped while attempts run')
      process.kill()
      this.note('stopped')
      this.#noteChange()
      this.clock.after(downMs, () => {
        this.engine = this.#boot()
      })
    }, this.#tolerate)
  }

  #newProcess(): SimProcess {
    return new SimProcess(this.clock, () => {
      this.complain('it spins: thousands of timers without time passing')
      this.#process.kill()
    })
  }

  #boot(): Engine {
    const process = this.#process.isDead ? this.#newProcess() : this.#process
    this.#process = process
    const number = ++this.#boots
    const executor = createSimExecutor({
      base: this.clock,
      process,
      random: this.random,
      onStart: (request) => {
        this.note(`start ${request.executionId} ${request.attempt}`)
        const at = { now: this.clock.now(), highestWall: this.highestWall, process: number }
        return this.witness.started(request, this.#factsOf(request.executionId), at)
      },
      onEnd: (attempt, end) => {
        this.note(`${end} ${attempt.id} ${attempt.attempt}`)
        this.#endedAt.set(attempt.id, this.clock.now())
        this.witness.ended(attempt, end)
      },
    })
    this.#executor = executor
    const planted = this.#plant(this.disk.open(process), this.disk, this.random)
    const store = faultyStore(planted, { process, faults: this.#faults, die: () => this.#die(this.#downMs) })
    const engine = createEngine({
      ...this.scenario.engine,
      store,
      executors: new Map([[executor.type, executor]]),
      clock: process,
      random: this.random.next,
      randomBytes: (target) => {
        for (let i = 0; i < target.length; i++) target[i] = this.random.int(0, 255)
      },
    })
    engine.on((event) => process.isDead || this.#hear(event))
    this.ears.listenTo(engine, () => !process.isDead)
    const start = () => {
      void engine.start().catch((error) => {
        this.#tolerate(error)
        process.after(5000, start)
      })
    }
    start()
    return engine
  }

  #hear(event: EngineEvent) {
    if (event.type === 'batch') return
    this.note('id' in event ? `${event.type} ${event.id}` : event.type)
    // It may be told long after: what a full disk keeps from being written is not told before.
    if (event.type === 'execution_retried' && event.runAt < (this.#endedAt.get(event.id) ?? 0))
      this.complain(`${event.id} is retried early`)
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

  #factsOf(id: string): StartFacts | null {
    const [row] = this.disk.select(
      `SELECT task_seq AS taskSeq, overlap, task_max AS taskMax, keys, run_at AS runAt, attempt, claim_seq AS claimSeq, deaths
       FROM executions WHERE id = ?`,
      id,
    )
    return (row as unknown as StartFacts | undefined) ?? null
  }

  /** Stops making new work and waits for the rest to end: nothing may be stuck. */
  async #windDown() {
    this.#faults.dieIn = null
    this.#faults.isDiskFull = false
    this.#process.resume()
    for (let tries = 0; !this.isUp && tries < 20; tries++)
      await this.#advanceTo(this.clock.monotonic() + 10 * MINUTE_MS)
    // Long enough for what came in late, and for the clock to pass where it stood before it was set back.
    const behindMs = this.highestWall - this.clock.now()
    await this.#advanceTo(this.clock.monotonic() + behindMs + 10 * MINUTE_MS)
    for (const model of this.models) {
      const at = { now: this.clock.now(), highestWall: this.highestWall }
      if (model.state.deletedAt === null) await this.engine.tasks.disable(ANN, model.id)
      model.finish(at)
    }
    for (let hour = 0; hour < 12 && this.#liveCount() > 0; hour++) {
      await this.#advanceTo(this.clock.monotonic() + 60 * MINUTE_MS)
    }
    const stuck = this.disk.select('SELECT id, state, attempt, run_at, blocked_by FROM executions LIMIT 5')
    if (stuck.length > 0) this.complain(`these never end: ${JSON.stringify(stuck)}`)
    let hasStopped = false
    void this.engine.stop({ graceMs: 0 }).then(() => {
      hasStopped = true
    })
    await this.clock.advance(MINUTE_MS)
    if (!hasStopped) this.complain('it does not stop')
    this.#process.kill()
    this.#rules.lookBack()
  }

  #liveCount(): number {
    return this.disk.select('SELECT count(*) AS n FROM executions')[0]!.n as number
  }
}
