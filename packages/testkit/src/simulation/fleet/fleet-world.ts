import { type Caller, RotaError, SYSTEM } from '@rota/core'
import type { EngineEvent, HotParts, MemoryDisk } from '@rota/engine'
import { ManualClock } from '../../manual-clock.ts'
import { createRandom, type Random } from '../../random.ts'
import { ClusterWitness } from '../cluster/cluster-witness.ts'
import { type ClusterPlant, type Equipment, Instance } from '../cluster/instance.ts'
import { Leases } from '../cluster/leases.ts'
import { Network } from '../cluster/network.ts'
import { Referee } from '../cluster/referee.ts'
import type { Trap } from '../cluster/shared-store.ts'
import { Wishes } from '../cluster/wishes.ts'
import { EarWitness } from '../ear-witness.ts'
import type { SimProcess } from '../sim-process.ts'
import type { Turns } from '../turns.ts'
import { FleetWitness } from './fleet-witness.ts'
import { LeaderWatch } from './leader-watch.ts'
import type { FleetMishap, FleetScenario } from './scenario.ts'
import { SharedLog } from './shared-log.ts'
import { type HotWatch, SimHot } from './sim-hot.ts'
import { SimNode } from './sim-node.ts'

/** Plants a bug. */
export interface FleetPlant extends ClusterPlant {
  /** What the hot state does. */
  hot?: (hot: HotParts) => HotParts
  /** What one instance does with the hot state and the logs. */
  equipment?: (equipment: Equipment) => Equipment
}

export interface FleetWorldOptions {
  scenario: FleetScenario
  disk: MemoryDisk
  turns: Turns
  plant?: FleetPlant
  /** Told each line of the trace. */
  onNote?: (line: string) => void
}

const ANN: Caller = { ...SYSTEM, name: 'ann' }
const SECOND_MS = 1_000
const STEP_MS = 5 * SECOND_MS
/** Work that has a fitting node with room has ended by then, whatever had gone wrong before. */
const PATIENCE_MS = 15 * 60 * SECOND_MS
/** After this long without work nothing may be left of it. */
const QUIET_MS = 120 * SECOND_MS
/** In good times whoever waits for a node with room has it by then. */
const AT_ONCE_MS = 5 * SECOND_MS

/** Several servers, one store, one hot state and some nodes, in virtual time. */
export class FleetWorld {
  readonly scenario: FleetScenario
  readonly disk: MemoryDisk
  readonly clock: ManualClock
  readonly witness: FleetWitness
  readonly ears: EarWitness
  readonly log = new SharedLog()
  readonly hot: SimHot
  readonly instances: Instance[]
  readonly nodes: SimNode[]
  readonly promised = new Set<string>()
  readonly cancelled = new Set<string>()
  readonly complaints: string[] = []
  events = 0
  readonly #random: Random
  readonly #leaders = new LeaderWatch((what) => this.complain(what))
  readonly #network: Network
  readonly #onNote: FleetWorldOptions['onNote']
  #hash = 0x811c9dc5
  #processes = 0

  constructor({ scenario, disk, turns, plant = {}, onNote }: FleetWorldOptions) {
    this.scenario = scenario
    this.disk = disk
    this.#onNote = onNote
    const random = createRandom(scenario.seed + 1)
    this.#random = random
    const base = new ManualClock({ startAt: scenario.startAt, settle: turns.settle })
    this.clock = base
    const complain = (what: string) => this.complain(what)
    const note = (what: string) => this.note(what)
    this.#network = new Network(base, { random, latencyMs: 0 })
    const leases = new Leases()
    const now = () => base.now()
    this.witness = new FleetWitness({
      ...{ now, complain, note },
      capacityOf: (node) => scenario.nodes.find(({ facts }) => facts.id === node)!.facts.capacity,
      isOwnerGone: (owner) => !leases.isValid(owner, now()) || this.#isGone(owner),
    })
    this.hot = new SimHot({
      ...{ base, random, lossShare: scenario.lossShare, delayMs: scenario.delayMs },
      watch: this.#hotWatch(),
      plant: plant.hot ?? ((hot) => hot),
    })
    this.ears = new EarWitness(disk, { seed: scenario.seed, complain })
    this.instances = this.#createInstances(plant, leases)
    this.nodes = this.#createNodes()
  }

  #createInstances(plant: FleetPlant, leases: Leases): Instance[] {
    const { clock: base, disk, scenario } = this
    const random = this.#random
    const complain = (what: string) => this.complain(what)
    const note = (what: string) => this.note(what)
    const wishes = new Wishes(disk)
    const judge = { disk, leases, now: () => base.now(), toleranceMs: 501, complain }
    const around = {
      ...{
        base,
        disk,
        random,
        network: this.#network,
        ears: this.ears,
        settings: scenario.engine,
        plant,
        note,
        complain,
      },
      witness: new ClusterWitness({ ...judge, keyLimit: () => 1, wasDropped: () => false }),
      referee: new Referee({
        ...{ ...judge, checksOrder: false, isUnwanted: (seq: number) => wishes.seqs.includes(seq) },
        ...{ onChanged: () => undefined, onDropped: () => undefined },
      }),
      store: { contention: 0, walkMs: 0, mostPerClaim: Number.POSITIVE_INFINITY, wishes },
      onEvent: (instanceId: string, event: EngineEvent) => {
        if (event.type === 'leader_changed' && event.leads) this.#leaders.leads(instanceId, event.role, event.term)
      },
      nextProcess: () => ++this.#processes,
      equip: (process: SimProcess, _: number, trap: Trap) => {
        const logs = this.log.open(process, () => (random.chance(0.2) ? random.int(1, 50) : 0))
        const equipment = { hot: this.hot.join(process, trap), logs }
        return plant.equipment?.(equipment) ?? equipment
      },
    }
    return scenario.skews.map((skewMs, index) => new Instance(index, { skewMs }, around))
  }

  #createNodes(): SimNode[] {
    const { clock: base, scenario } = this
    const random = this.#random
    const complain = (what: string) => this.complain(what)
    const note = (what: string) => this.note(what)
    const ways = {
      ...{ base, random, complain, latencyMs: scenario.latencyMs, instances: () => this.instances },
      onSent: this.witness.sent.bind(this.witness),
    }
    return scenario.nodes.map(
      ({ facts, skewMs, vices, spoolBytes }) =>
        new SimNode({
          ...{ base, random, witness: this.witness, ways, facts, vices, spoolBytes, note, complain },
          machine: { skewMs },
          anyOther: () => {
            const others = this.witness.running.filter(({ node }) => node !== facts.id)
            return others.length === 0 ? null : random.pick(others)
          },
        }),
    )
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }

  get crashes(): number {
    return [...this.instances, ...this.nodes].reduce((sum, { crashes }) => sum + crashes, 0)
  }

  complain(what: string) {
    this.complaints.push(`${this.#time()} ${what}`)
    this.#onNote?.(`${this.#time()} !! ${what}`)
  }

  /** Adds to the trace: FNV-1a over what happened and when. */
  note(what: string) {
    this.events++
    const line = `${this.clock.monotonic()} ${what}`
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193)
    this.#onNote?.(`${this.#time()} ${what}`)
  }

  #time(): string {
    return new Date(this.clock.now()).toISOString().slice(11, 23)
  }

  #isGone(owner: string): boolean {
    return !this.instances.some(({ engine }) => engine?.status().instance_id === owner)
  }

  #hotWatch(): HotWatch {
    return {
      done: ({ port, call, parameters, answer }) => {
        if (call === 'setState') this.#leaders.moved(parameters as never, answer === true)
        if (port === 'reservations') this.witness.done(call, parameters, answer)
        if (call === 'verify' && answer !== 0) this.complain(`the counters of ${parameters[0]} differ by ${answer}`)
      },
      forgot: () => {
        this.#leaders.forgot()
        this.witness.forgot()
      },
      sent: (node, frame) => this.witness.sent(node, frame),
    }
  }

  /** Plays the scenario, then lets everything come to its end. */
  async play() {
    await this.clock.advance(3 * SECOND_MS)
    const began = this.clock.monotonic()
    for (const mishap of this.scenario.mishaps) {
      await this.#advanceTo(began + mishap.at)
      this.#befall(mishap)
      await this.clock.advance(0)
    }
    await this.#advanceTo(began + this.scenario.lengthMs)
    await this.#windDown()
  }

  async #advanceTo(monotonicAt: number) {
    while (this.clock.monotonic() < monotonicAt) {
      await this.clock.advance(Math.min(STEP_MS, monotonicAt - this.clock.monotonic()))
      await this.#look()
    }
  }

  /** What must be true at any moment. */
  async #look() {
    for (const load of await this.#loads()) {
      const { node, running, reserved, capacity } = load
      // What was taken up after a loss is what the node said, ended or not.
      if (running + reserved > capacity && this.witness.forgotten <= 1)
        this.complain(`${running} + ${reserved} slots of ${node} are given out, it has ${capacity}`)
      if (running < 0 || reserved < 0) this.complain(`${node} counts ${running} and ${reserved}`)
    }
    if (this.scenario.isCalm) await this.#lookAtWaiting()
  }

  async #loads() {
    const loads = await this.hot.reservations.loads(this.nodes.map(({ id }) => id))
    return loads.filter((load) => load !== null)
  }

  /** In good times nobody waits while a node that takes anything has room. */
  async #lookAtWaiting() {
    const loads = await this.#loads()
    const now = this.clock.now()
    const waiting = this.disk.select('SELECT id, run_at AS runAt FROM executions WHERE state < 4 LIMIT 20')
    const free = loads.filter(
      ({ running, reserved, capacity, state }) => state === 'ready' && running + reserved < capacity,
    )
    if (free.length < this.nodes.length) return
    for (const { id, runAt } of waiting) {
      if (now - (runAt as number) > AT_ONCE_MS) this.complain(`${id} waits while every node has room`)
    }
  }

  #befall(mishap: FleetMishap) {
    this.note(JSON.stringify(mishap))
    switch (mishap.kind) {
      case 'submit':
        return this.#submit(mishap.job)
      case 'cancel':
        return this.#cancel(mishap.which)
      case 'crash':
        return this.instances[mishap.instance]?.crash({ ...mishap, orphans: false })
      case 'restart':
        return this.instances[mishap.instance]?.restart({ ...mishap, graceMs: 2 * SECOND_MS })
      case 'trouble':
        return this.#network.trouble(mishap.share, mishap.forMs)
      case 'outage':
        return this.#network.cut(mishap.instance, mishap.forMs)
      case 'node_crash':
        return this.nodes[mishap.node]?.crash(mishap)
      case 'node_restart':
        return this.nodes[mishap.node]?.restart(mishap)
      case 'node_cut':
        return this.nodes[mishap.node]?.line.cut(mishap.forMs)
      case 'hot_away':
        return this.hot.cut(mishap.forMs)
      case 'hot_emptied':
        return this.hot.empty()
      case 'hot_rolled_back':
        return this.hot.rollBack(mishap.byMs)
    }
  }

  #engine() {
    const engines = this.instances.flatMap(({ engine }) => engine ?? [])
    return engines.length === 0 ? null : this.#random.pick(engines)
  }

  #submit(job: number) {
    const engine = this.#engine()
    if (engine === null) return
    void engine.executions.submit(ANN, this.scenario.jobs[job]!).then(({ id }) => {
      this.note(`${id} is job ${job}`)
      this.promised.add(id)
    }, this.#tolerate)
  }

  #cancel(which: number) {
    const rows = this.disk.select('SELECT id FROM executions ORDER BY seq')
    const row = rows[which % Math.max(rows.length, 1)]
    const engine = this.#engine()
    if (row === undefined || engine === null) return
    const id = row.id as string
    this.note(`${id} is cancelled`)
    this.cancelled.add(id)
    void engine.executions.cancel(ANN, id).catch(this.#tolerate)
  }

  #tolerate = (error: unknown) => {
    if (RotaError.is(error) || /end of tape/.test(String(error))) return
    this.complain(`an operation fails: ${(error as Error).stack}`)
  }

  /** Makes no new work and waits for the rest to end: nothing may be stuck, and nothing be left behind. */
  async #windDown() {
    for (const instance of this.instances) instance.recover()
    for (const node of this.nodes) node.becomeHonest()
    const until = this.clock.monotonic() + PATIENCE_MS
    while (this.#isBusy() && this.clock.monotonic() < until) await this.#advanceTo(this.clock.monotonic() + STEP_MS)
    for (const { id, state, node } of this.disk.select(
      'SELECT id, state, node_id AS node FROM executions ORDER BY seq LIMIT 5',
    )) {
      const why = await this.#engine()?.executions.explain(ANN, id as string)
      this.complain(`${id} never ends: it is in state ${state}, on ${node}. ${why?.summary.en}`)
    }
    for (const [index, { engine }] of this.instances.entries()) {
      if (engine === null) this.complain(`instance ${index} does not come back`)
    }
    await this.#advanceTo(this.clock.monotonic() + QUIET_MS)
    await this.#lookForLeaks()
    await this.#stopAll()
  }

  #isBusy(): boolean {
    const [live] = this.disk.select('SELECT count(*) AS n FROM executions')
    return live!.n !== 0 || this.instances.some(({ engine }) => engine === null)
  }

  async #lookForLeaks() {
    for (const { node, running, reserved } of await this.#loads()) {
      if (running + reserved > 0) this.complain(`${running} + ${reserved} slots of ${node} are held by nobody`)
      if ((await this.hot.reservations.verify(node)) !== 0) this.complain(`the counters of ${node} have drifted`)
    }
    for (const node of this.nodes) {
      if (!node.isConnected) this.complain(`node ${node.id} is not connected in the end`)
      if (node.running !== 0) this.complain(`node ${node.id} still runs ${node.running}`)
      if (node.kept !== 0) this.complain(`node ${node.id} still keeps ${node.kept}`)
    }
    for (const { token, executionId } of this.witness.running) this.complain(`${token} of ${executionId} still runs`)
    for (const [index, { engine }] of this.instances.entries()) {
      const running = engine?.status().running ?? 0
      if (running !== 0) this.complain(`instance ${index} has ${running} attempts in hand`)
    }
  }

  async #stopAll() {
    let stopped = 0
    for (const instance of this.instances) void instance.end().then(() => stopped++)
    await this.clock.advance(60 * SECOND_MS)
    if (stopped < this.instances.length) this.complain('not all of them stop')
    for (const instance of this.instances) instance.kill()
  }
}
