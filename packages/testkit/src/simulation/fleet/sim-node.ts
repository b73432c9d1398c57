import type { FromNode, NodeFacts, Order, RunOutcome, Usage } from '@rota/core'
import {
  type Carried,
  type Journal,
  memorySpools,
  type NodeTold,
  type Restored,
  RotaNode,
  type Sink,
} from '@rota/node-side'
import type { ManualClock } from '../../manual-clock.ts'
import type { Random } from '../../random.ts'
import { type Machine, machineClock } from '../cluster/machine.ts'
import { SimProcess } from '../sim-process.ts'
import type { FleetWitness, NodeAttempt } from './fleet-witness.ts'
import { dialler, Line, type WaysOptions } from './node-way.ts'

/** How a node misbehaves. */
export interface Vices {
  /** Shares of its answers to orders that come late, never, and twice. */
  lateAck: number
  noAck: number
  doubleAck: number
  /** It tells of what it was never given. */
  phantoms: boolean
}

/** What a task of the simulation asks of whoever runs it. */
export interface SimPayload {
  longestMs: number
  failing: number
  lines: number
}

export interface SimNodeOptions {
  base: ManualClock
  random: Random
  witness: FleetWitness
  ways: WaysOptions
  facts: NodeFacts
  machine: Machine
  vices: Vices
  spoolBytes: number
  /** Of what is under way somewhere. */
  anyOther: () => { executionId: string; fence: number } | null
  note: (what: string) => void
  complain: (what: string) => void
}

const USAGE: Usage = { cpu: 0.1, memory: 0.1, disk: 0.1, gpu: null }
const LINES_PER_TAKE = 200
/** A frame comes so late at most that its answer counts for nothing any more. */
const LATEST_MS = 9_000

/** A machine that runs the node's end of the agent protocol, whose attempts only take time. */
export class SimNode {
  readonly id: string
  readonly line: Line
  readonly #options: SimNodeOptions
  #process!: SimProcess
  #node: RotaNode | null = null
  #isHonest = false
  #starts = 0
  /** What it keeps on its disk, by attempt. */
  readonly #journal = new Map<string, Restored>()
  crashes = 0

  constructor(options: SimNodeOptions) {
    this.#options = options
    this.id = options.facts.id
    this.line = new Line(options.base)
    this.#boot()
  }

  /** Attempts that run here by its own count; null while it is down. */
  get running(): number | null {
    return this.#node?.running ?? null
  }

  get isConnected(): boolean {
    return this.#node?.isConnected ?? false
  }

  /** What it has in hand, running or with an end that nobody has confirmed. */
  get kept(): number {
    return this.#journal.size
  }

  becomeHonest() {
    this.#isHonest = true
  }

  /** Its program dies, and what it runs with it; `keepsState`: what it has written down is there when it comes back. */
  crash({ downMs, keepsState }: { downMs: number; keepsState: boolean }) {
    if (this.#node === null) return
    this.crashes++
    this.#options.note(`node ${this.id} dies`)
    this.#down(downMs, keepsState)
  }

  restart({ downMs, graceMs }: { downMs: number; graceMs: number }) {
    const node = this.#node
    if (node === null) return
    this.#options.note(`node ${this.id} stops`)
    void node.stop({ graceMs, reason: 'a restart' }).then(() => {
      if (this.#node === node) this.#down(downMs, true)
    })
  }

  #down(downMs: number, keepsState: boolean) {
    const { base, witness } = this.#options
    this.#node = null
    this.#process.kill()
    witness.nodeDied(this.id, [...this.#journal.values()])
    if (!keepsState) this.#journal.clear()
    base.after(downMs, () => this.#boot())
  }

  #boot() {
    const { base, random, facts, machine, ways, spoolBytes, note, complain } = this.#options
    const process = new SimProcess(base, () => complain(`node ${this.id} spins`))
    this.#process = process
    const session = `${this.id}-${++this.#starts}`
    note(`node ${this.id} boots`)
    for (const restored of this.#journal.values()) restored.restarts++
    const node = new RotaNode({
      ...{ facts, session, random: random.next, clock: machineClock(process, machine) },
      dial: dialler(ways, {
        node: this.id,
        process,
        line: this.line,
        temper: { twist: (frame) => this.#twist(frame) },
      }),
      carrier: {
        problem: ({ type }) => (type === 'simulated' ? null : 'no such type'),
        carry: (order, sink) => this.#carry(process, order, sink),
      },
      spools: memorySpools(spoolBytes, LINES_PER_TAKE),
      usage: () => USAGE,
      tell: (told) => this.#tell(told),
      journal: this.#writes(),
      restored: [...this.#journal.values()].map((restored) => ({ ...restored })),
    })
    this.#node = node
    void node.ended.then((end) => process.isDead || complain(`node ${this.id} has ended: ${JSON.stringify(end)}`))
    node.start()
  }

  #tell(told: NodeTold) {
    const { note } = this.#options
    if (told.kind === 'connected') note(`node ${this.id} is connected, epoch ${told.epoch}`)
    else if (told.kind === 'interrupted') note(`node ${this.id} is not connected: ${told.why}`)
    else if (told.kind === 'state') note(`node ${this.id} is ${told.state}`)
  }

  #writes(): Journal {
    const keyOf = ({ executionId, fence }: { executionId: string; fence: number }) => `${executionId}/${fence}`
    return {
      accepted: (lease, owner) => {
        this.#journal.set(keyOf(lease), { ...lease, owner, outcome: null, restarts: 0 })
      },
      ended: (key, outcome) => {
        const kept = this.#journal.get(keyOf(key))
        if (kept !== undefined) kept.outcome = outcome
      },
      forgotten: (key) => void this.#journal.delete(keyOf(key)),
    }
  }

  #carry(process: SimProcess, order: Order, sink: Sink): Carried {
    const { random, witness, base } = this.#options
    const attempt = witness.started(this.id, order)
    const { promise, resolve } = Promise.withResolvers<RunOutcome>()
    const { longestMs, failing, lines } = order.payload as unknown as SimPayload
    const count = random.int(0, lines)
    const stepMs = Math.floor(random.int(0, longestMs) / (count + 1))
    const stubbornMs = random.chance(0.2) ? random.int(0, 3_000) : 20
    const isFailing = random.chance(failing)

    function end(outcome: RunOutcome, how: NonNullable<NodeAttempt['end']>) {
      if (attempt.end !== null) return
      witness.ended(attempt, how)
      resolve(outcome)
    }
    const pause = (ms: number) => new Promise<void>((wake) => process.after(ms, wake))
    const work = async () => {
      for (let no = 0; no < count; no++) {
        await pause(stepMs)
        if (attempt.end !== null) return
        const text = `${attempt.token}:${no}:`.padEnd(random.int(30, 120), '.')
        attempt.printed++
        if (!sink.lines([{ at: base.now(), stream: 'stdout', text }])) await sink.drained()
      }
      await pause(stepMs)
      if (isFailing) end({ ...outcomeOf('failed', 'exit_code'), exitCode: 3, error: attempt.token }, 'failed')
      else end({ ...outcomeOf('success', null), exitCode: 0, result: attempt.token }, 'success')
    }
    void work()
    return {
      done: promise,
      cancel: () => {
        if (attempt.end === null) attempt.isToldToStop = true
        process.after(stubbornMs, () => end(outcomeOf('cancelled', null), 'cancelled'))
      },
    }
  }

  /** What its vices make of what it says. */
  #twist(frame: FromNode): { frame: FromNode; lateMs: number }[] {
    const { random, vices } = this.#options
    const asItIs = { frame, lateMs: 0 }
    if (this.#isHonest) return [asItIs]
    if (vices.phantoms && random.chance(0.1)) return [...this.#phantoms(frame), asItIs]
    if (frame.kind !== 'news' || frame.news.kind !== 'acked') return [asItIs]
    const drawn = random.next()
    if (drawn < vices.noAck) return []
    if (drawn < vices.noAck + vices.doubleAck) return [asItIs, { frame, lateMs: random.int(1, LATEST_MS) }]
    if (drawn < vices.noAck + vices.doubleAck + vices.lateAck) return [{ frame, lateMs: random.int(1, LATEST_MS) }]
    return [asItIs]
  }

  /** Word of what it was never given: somebody else's attempt, under its fence or an earlier one. */
  #phantoms(frame: FromNode): { frame: FromNode; lateMs: number }[] {
    const { random, anyOther } = this.#options
    const other = anyOther()
    if (frame.kind !== 'news' || other === null) return []
    const fence = Math.max(1, other.fence - random.int(0, 1))
    const news = random.pick([
      { kind: 'acked' } as const,
      { kind: 'lines', from: 0, lines: [{ at: 0, stream: 'stdout', text: 'phantom:0:' }] } as const,
      { kind: 'ended', outcome: { ...outcomeOf('success', null), result: 'phantom' } } as const,
    ])
    const { owner } = frame
    return [
      {
        frame: { kind: 'news', executionId: other.executionId, fence, number: random.int(1, 3), owner, news },
        lateMs: 0,
      },
    ]
  }
}

function outcomeOf(status: RunOutcome['status'], failure: RunOutcome['failure']): RunOutcome {
  return {
    ...{
      status,
      failure,
      exitCode: null,
      signal: null,
      error: status === 'failed' ? `${failure}` : null,
      result: null,
    },
    ...{ outputTail: '', cpuSeconds: 0.001, maxRssBytes: 1024, droppedLogBytes: 0 },
  }
}
