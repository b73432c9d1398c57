/** How often work asks a node that is full, by how fresh the instances' views are and by strategy, in virtual time. */
import { type Candidate, type PlacementRequest, place, type Strategy } from '@rota/core'
import type { BenchOptions } from './bench.ts'

const SCHEDULERS = 4
const NODES = 200
const SLOTS = 10
const BUSY = 0.8
const MEAN_RUN_MS = 5_000
const LENGTH_MS = 60_000
const SNAPSHOT_MS = 500
const DELTA_MS = 5
const SAMPLE_MS = 1_000
/** What is tried beside `random`, the default. */
const TRIED: readonly Strategy[] = ['least_loaded', 'power_of_two', 'random']

/** What instances learn besides the snapshot they take twice a second. */
interface View {
  name: string
  takesReplies: boolean
  hearsDeltas: boolean
}
const VIEWS: readonly View[] = [
  { name: 'snapshot', takesReplies: false, hearsDeltas: false },
  { name: 'replies', takesReplies: true, hearsDeltas: false },
  { name: 'deltas', takesReplies: true, hearsDeltas: true },
]

/** The same numbers at every run (xorshift32, Marsaglia 2003), in (0, 1]. */
function createRandom(seed: number) {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return ((state >>> 0) + 1) / 2 ** 32
  }
}

/** Calls in the order of their instants; among equals in that of their arrival. */
class Agenda {
  readonly #heap: { at: number; no: number; act: () => void }[] = []
  #no = 0
  now = 0

  add(at: number, act: () => void): void {
    const heap = this.#heap
    let i = heap.push({ at, no: this.#no++, act }) - 1
    while (i > 0 && this.#isBefore(i, (i - 1) >> 1)) {
      this.#swap(i, (i - 1) >> 1)
      i = (i - 1) >> 1
    }
  }

  runUntil(end: number): void {
    const heap = this.#heap
    while (heap.length > 0 && heap[0]!.at <= end) {
      const first = heap[0]!
      const last = heap.pop()!
      if (heap.length > 0) this.#sink(last)
      this.now = first.at
      first.act()
    }
  }

  #sink(entry: { at: number; no: number; act: () => void }): void {
    const heap = this.#heap
    heap[0] = entry
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2]
      let least = i
      if (left < heap.length && this.#isBefore(left, least)) least = left
      if (right < heap.length && this.#isBefore(right, least)) least = right
      if (least === i) return
      this.#swap(i, least)
      i = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, two] = [this.#heap[a]!, this.#heap[b]!]
    return one.at < two.at || (one.at === two.at && one.no < two.no)
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap
    ;[heap[a], heap[b]] = [heap[b]!, heap[a]!]
  }
}

const idle = (i: number): Candidate => ({
  ...{ id: `n${i}`, tenantId: null, epoch: 1, state: 'ready', stateReason: '', capacity: SLOTS, running: 0 },
  ...{ reserved: 0, usage: { cpu: null, memory: null, disk: null, gpu: null }, usageAgeMs: 0, labels: {} },
  ...{ capabilities: {}, types: ['shell'], handlers: [], weight: 1, pools: [], warmth: 1 },
  ...{ isQuarantined: false, isConnected: true },
})

const requestBy = (strategy: Strategy): PlacementRequest => ({
  ...{ executionId: 'e', tenantId: null, type: 'shell', handler: null, lastNode: null, avoid: [] },
  target: {
    ...{ kind: 'node', pool: null, node_id: null, selector: null, capability: null, strategy },
    ...{ queue_timeout_seconds: null, on_lost: 'restart' },
  },
})

interface Outcome {
  asked: number
  full: number
  gaveUp: number
  /** By how much the fullest node exceeded the mean, on average. */
  excess: number
}

function simulate(strategy: Strategy, { takesReplies, hearsDeltas }: View): Outcome {
  const random = createRandom(20_260_101)
  const agenda = new Agenda()
  const truth = new Int32Array(NODES)
  const views = Array.from({ length: SCHEDULERS }, () => Array.from({ length: NODES }, (_, i) => idle(i)))
  const request = requestBy(strategy)
  const outcome: Outcome = { asked: 0, full: 0, gaveUp: 0, excess: 0 }
  const exponential = (mean: number) => -Math.log(random()) * mean

  function changed(node: number, by: number) {
    truth[node]! += by
    if (!hearsDeltas) return
    const running = truth[node]!
    agenda.add(agenda.now + DELTA_MS, () => {
      for (const view of views) view[node]!.running = running
    })
  }

  function arrive() {
    const view = views[Math.floor(random() * SCHEDULERS) % SCHEDULERS]!
    const snapshot = { at: agenda.now, ageMs: 0, candidates: view, hasPool: true, ticket: 0, weights: {} }
    const { chosen } = place(request, snapshot, Math.floor(random() * 2 ** 32))
    for (const id of chosen) {
      const node = Number(id.slice(1))
      outcome.asked++
      const isFull = truth[node]! >= SLOTS
      if (isFull) outcome.full++
      else changed(node, 1)
      if (takesReplies) view[node]!.running = truth[node]!
      if (isFull) continue
      agenda.add(agenda.now + exponential(MEAN_RUN_MS), () => changed(node, -1))
      return
    }
    outcome.gaveUp++
  }

  const everyMs = MEAN_RUN_MS / (BUSY * NODES * SLOTS)
  for (let at = exponential(everyMs); at < LENGTH_MS; at += exponential(everyMs)) agenda.add(at, arrive)
  for (const [i, view] of views.entries()) {
    // They do not look at the same instant.
    for (let at = (i * SNAPSHOT_MS) / SCHEDULERS; at < LENGTH_MS; at += SNAPSHOT_MS) {
      agenda.add(at, () => {
        for (const [node, it] of view.entries()) it.running = truth[node]!
      })
    }
  }
  for (let at = SAMPLE_MS; at <= LENGTH_MS; at += SAMPLE_MS) {
    agenda.add(at, () => {
      outcome.excess += Math.max(...truth) - truth.reduce((sum, it) => sum + it) / NODES
    })
  }
  agenda.runUntil(LENGTH_MS)
  outcome.excess /= LENGTH_MS / SAMPLE_MS
  return outcome
}

/** Keys are `STRATEGY` and the view; a percentage is that of requests for room which a full node answered. */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const found: Record<string, number> = {}
  for (const strategy of TRIED) {
    for (const view of VIEWS) {
      const { asked, full, gaveUp, excess } = simulate(strategy, view)
      const percent = Number(((100 * full) / asked).toFixed(2))
      const key = `${strategy}_${view.name}`
      found[`${key}FullPercent`] = percent
      found[`${key}GaveUp`] = gaveUp
      found[`${key}Excess`] = Number(excess.toFixed(2))
      log(`${strategy}, ${view.name}: ${percent} % full, ${gaveUp} gave up, fullest − mean ${excess.toFixed(2)}`)
    }
  }
  return { schedulers: SCHEDULERS, nodes: NODES, slots: SLOTS, ...found }
}
