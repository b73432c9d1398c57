import type { FromNode, LogLine, Order, RunOutcome, ToNode } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { factsOf, orderOf } from '@rota/testkit/nodes'
import { afterEach } from 'vitest'
import type { Carrier, Sink } from '../carrier.ts'
import { memorySpools } from '../memory-spool.ts'
import { type NodeOptions, type NodeTold, RotaNode } from '../node.ts'
import type { Dial, WireEvents } from '../wire.ts'

export const SUCCESS: RunOutcome = {
  ...{ status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null },
  ...{ outputTail: '', cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 },
}

export const line = (text: string): LogLine => ({ at: 1, stream: 'stdout', text })

/** An attempt as its executor would see it. */
export interface Running {
  order: Order
  sink: Sink
  cancelled: string[]
  end(outcome?: RunOutcome): Promise<void>
}

/** What a node says at one end of a wire in memory, and the words to answer it. */
class ServerEnd {
  readonly said: FromNode[] = []
  isClosed = false
  readonly events: WireEvents

  constructor(events: WireEvents) {
    this.events = events
  }

  say(frame: ToNode): void {
    this.events.said(JSON.stringify(frame))
  }

  welcome(more: Partial<Extract<ToNode, { kind: 'welcome' }>> = {}): void {
    this.events.opened()
    const welcome = { kind: 'welcome', version: 1, epoch: 1, instance: 'i1' } as const
    this.say({ ...welcome, heartbeatMs: 5_000, silenceMs: 15_000, drop: [], now: Date.UTC(2026, 0, 1), ...more })
  }

  order(id: string, more: Partial<Order> = {}, frame: Partial<Extract<ToNode, { kind: 'order' }>> = {}): void {
    const order = orderOf(id, 'true', more)
    this.say({ kind: 'order', order, lease: `{n1}:${id}`, owner: 'i1', beginWithinMs: 5_000, ...frame })
  }

  get news() {
    return this.said.filter((frame) => frame.kind === 'news')
  }

  /** News as `number kind`, of lines with where they begin. */
  get told(): string[] {
    return this.news.map(({ number, news }) => {
      if (news.kind === 'lines') return `${number} lines ${news.from}+${news.lines.length}`
      if (news.kind === 'refused') return `${number} refused ${news.refusal}`
      return news.kind === 'ended'
        ? `${number} ended ${news.outcome.failure ?? news.outcome.status}`
        : `${number} ${news.kind}`
    })
  }

  /** Confirms everything that was told. */
  gotAll(): void {
    for (const { executionId, fence, number } of this.news) this.say({ kind: 'got', executionId, fence, number })
  }
}

/** A node over wires in memory, under a clock that the test moves, whose attempts the test ends. */
export function nodeRig(more: Partial<NodeOptions> & { capacity?: number } = {}) {
  const clock = new ManualClock()
  const wires: ServerEnd[] = []
  const attempts: Running[] = []
  const told: NodeTold[] = []
  const dial: Dial = (events) => {
    const end = new ServerEnd(events)
    wires.push(end)
    return {
      send: (frame) => void end.said.push(JSON.parse(frame)),
      close: () => {
        end.isClosed = true
      },
    }
  }
  const carrier: Carrier = {
    problem: ({ type }) => (type === 'shell' ? null : 'no such type'),
    carry(order, sink) {
      const { promise, resolve } = Promise.withResolvers<RunOutcome>()
      const cancelled: string[] = []
      const end = async (outcome = SUCCESS) => {
        resolve(outcome)
        await new Promise(setImmediate)
      }
      attempts.push({ order, sink, cancelled, end })
      return { done: promise, cancel: (reason) => void cancelled.push(reason) }
    },
  }
  const { capacity = 4, ...options } = more
  const node = new RotaNode({
    ...{ facts: factsOf('n1', { capacity }), dial, carrier, clock, session: 's1', random: () => 1 },
    usage: () => ({ cpu: 0.5, memory: 0.5, disk: 0.5, gpu: null }),
    spools: memorySpools(4_000, 100),
    tell: (each) => told.push(each),
    ...options,
  })
  afterEach(() => node.stop({ graceMs: 0, reason: 'the test is over' }))
  return { node, clock, wires, attempts, told, wire: () => wires.at(-1)! }
}

/** The same, connected. */
export function connectedRig(more: Parameters<typeof nodeRig>[0] = {}) {
  const rig = nodeRig(more)
  rig.node.start()
  rig.wire().welcome()
  return rig
}
