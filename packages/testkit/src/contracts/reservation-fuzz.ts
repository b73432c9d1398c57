import type { LeaseRef, Reservations } from '@rota/engine'
import { createRandom, type Random } from '../random.ts'

const NODES = 6
const SLOTS = 7
const SHORTEST_MS = 2
const LONGEST_MS = 50
/** The room of a node is inspected once in so many operations. */
const INSPECTED_EVERY = 40
/** A deadline is rounded down to the millisecond on its way, and so is the instant that it is held against. */
const ROUNDING_MS = 2
/** How often a hold is left to end on a node where nobody else comes and sweeps it, and then committed. */
const LATE_AND_ALONE = 0.005
/** So many leases of the past are still acted upon: late, again, and after somebody else has got their room. */
const REMEMBERED = 200

/** What is counted of a room in one instant, and what the counters say. */
export interface Inspected {
  capacity: number
  running: number
  reserved: number
  /** Sums over the leases themselves. */
  sumRunning: number
  sumReserved: number
}

export interface FuzzOptions {
  /** One for each connection; they act at once. */
  connections: readonly Reservations[]
  seed: number
  operations: number
  inspect(node: string): Promise<Inspected>
  /** Monotonic ms, by the clock that deadlines go by or one as fast. */
  now(): number
  /** Between two operations of a connection. */
  pause(random: Random): Promise<void>
  passTime(ms: number): Promise<void>
}

/** Broken promises, each counted; all 0 where the accounting holds. */
export interface FuzzFindings {
  overCapacity: number
  negative: number
  drift: number
  leftOver: number
  fenceChanged: number
  fenceIgnored: number
  revived: number
}

export interface FuzzReport {
  findings: FuzzFindings
  /** How often each answer came, by verb: what shows that the run met the cases it is about. */
  answers: Record<string, number>
}

interface Past {
  ref: LeaseRef
  /** By then the hold has surely ended. */
  overAt: number
  isSettled: boolean
}

const inHand = ({ ref }: Past) => ({ executionId: ref.lease, fence: 1, lease: ref.lease })

/**
 * Random reservations, commitments and releases, heartbeats and new incarnations from several connections at once: repeated, late, with wrong fences, and
 * with deadlines so short that they race everything. Looks at the rooms on the way, and at the end, when every deadline
 * has passed, nothing may be left.
 */
export async function fuzzReservations(options: FuzzOptions): Promise<FuzzReport> {
  const { connections, seed, operations, passTime } = options
  const random = createRandom(seed)
  const fuzz = new Fuzz(options)
  const nodes = Array.from({ length: NODES }, (_, i) => `f${i}`)
  const lonely = connections.map((_, i) => `lonely${i}`)
  for (const node of [...nodes, ...lonely]) await fuzz.register(connections[0]!, node, [])
  const share = Math.ceil(operations / connections.length)
  await Promise.all(
    connections.map(async (rooms, i) => {
      const own = random.fork()
      for (let done = 0; done < share; done++) {
        const lease = `${i}-${done}`
        if (own.chance(LATE_AND_ALONE)) await fuzz.commitLate(rooms, { node: lonely[i]!, lease }, own)
        else await fuzz.act(rooms, { node: own.pick(nodes), lease }, own)
        if (done % INSPECTED_EVERY === 0) await fuzz.inspect(own.pick(nodes))
        await options.pause(own)
      }
    }),
  )
  await passTime(2 * LONGEST_MS + ROUNDING_MS)
  for (const node of [...nodes, ...lonely]) await fuzz.lookForRests(connections[0]!, node)
  return { findings: fuzz.findings, answers: fuzz.answers }
}

class Fuzz {
  readonly findings: FuzzFindings = {
    ...{ overCapacity: 0, negative: 0, drift: 0, leftOver: 0 },
    ...{ fenceChanged: 0, fenceIgnored: 0, revived: 0 },
  }
  readonly answers: Record<string, number> = {}
  readonly #options: FuzzOptions
  readonly #past: Past[] = []
  /** By node, the incarnation that was heard of last. */
  readonly #epochs = new Map<string, number>()

  constructor(options: FuzzOptions) {
    this.#options = options
  }

  async act(rooms: Reservations, { node, lease }: { node: string; lease: string }, random: Random): Promise<void> {
    const roll = random.next()
    if (roll < 0.35 || this.#past.length === 0) return this.#reserve(rooms, { node, lease }, random)
    const past = random.pick(this.#past)
    if (roll < 0.62) return this.#commit(rooms, past, random)
    if (roll < 0.95) return this.#release(rooms, past, random)
    if (roll < 0.965) {
      const { holds, runs } = await rooms.sweep(node, 64)
      this.#count('sweep', holds + runs.length > 0 ? 'some' : 'none')
      return
    }
    // Of what it may have in hand a node names about half.
    const own = this.#past.filter(({ ref }) => ref.node === node && random.chance(0.5))
    if (roll < 0.995) return this.#beat(rooms, node, own)
    await this.register(rooms, node, own)
  }

  async register(rooms: Reservations, node: string, own: readonly Past[]): Promise<void> {
    const facts = { node, capacity: SLOTS, state: 'ready' as const, stateReason: '', running: own.map(inHand) }
    const answer = await rooms.register({ ...facts, runTtlMs: LONGEST_MS, era: 1, isRecovering: false })
    this.#epochs.set(node, answer.epoch)
    this.#count('register', answer.keep.length > 0 ? 'kept' : 'kept none')
  }

  async commitLate(
    rooms: Reservations,
    { node, lease }: { node: string; lease: string },
    random: Random,
  ): Promise<void> {
    await this.#reserve(rooms, { node, lease }, random)
    const past = this.#past.find(({ ref }) => ref.lease === lease)
    if (past === undefined) return
    // A timer may ring a little before its time.
    while (this.#options.now() < past.overAt) await this.#options.passTime(1)
    await this.#commit(rooms, past, random)
  }

  async inspect(node: string): Promise<void> {
    const { capacity, running, reserved, sumRunning, sumReserved } = await this.#options.inspect(node)
    if (running + reserved > capacity || sumRunning + sumReserved > capacity) this.findings.overCapacity++
    if (running < 0 || reserved < 0) this.findings.negative++
    if (running !== sumRunning || reserved !== sumReserved) this.findings.drift++
  }

  async lookForRests(rooms: Reservations, node: string): Promise<void> {
    while ((await rooms.sweep(node, 64)).holds > 0);
    const { running, reserved, sumRunning, sumReserved } = await this.#options.inspect(node)
    if (running !== 0 || reserved !== 0 || sumRunning + sumReserved !== 0) this.findings.leftOver++
  }

  async #beat(rooms: Reservations, node: string, own: readonly Past[]): Promise<void> {
    const usage = { cpu: null, memory: null, disk: null, gpu: null }
    const ttl = { runTtlMs: LONGEST_MS, ackTimeoutMs: SHORTEST_MS }
    const answer = await rooms.beat({ node, epoch: this.#epochs.get(node)!, usage, running: own.map(inHand), ...ttl })
    this.#count('beat', 'lost' in answer && answer.lost.length > 0 ? 'lost' : answer.outcome)
  }

  async #reserve(rooms: Reservations, { node, lease }: { node: string; lease: string }, random: Random) {
    const ttlMs = random.int(SHORTEST_MS, LONGEST_MS)
    const holder = { tenantId: null, executionId: lease, attempt: 1, instance: 'fuzz' }
    const request = { node, lease, slots: random.chance(0.2) ? 2 : 1, ttlMs, epoch: null, holder }
    const again = random.chance(0.2) ? random.pick(this.#options.connections) : null
    const [first, second] = await Promise.all([rooms.reserve(request), again?.reserve(request)])
    this.#count('reserve', first.outcome)
    if (second !== undefined) this.#count('reserve again', second.outcome)
    const granted = [first, second].flatMap((answer) => (answer?.outcome === 'ok' ? [answer.fence] : []))
    if (new Set(granted).size > 1) this.findings.fenceChanged++
    if (granted.length === 0) return
    const overAt = this.#options.now() + ttlMs + ROUNDING_MS
    this.#past.push({ ref: { node, lease, fence: granted[0]! }, overAt, isSettled: false })
    if (this.#past.length > REMEMBERED) this.#past.shift()
  }

  async #commit(rooms: Reservations, past: Past, random: Random): Promise<void> {
    const isOver = this.#options.now() >= past.overAt && !past.isSettled
    const [ref, isWrong] = this.#withFence(past.ref, random)
    if (!isWrong) past.isSettled = true
    const answer = await rooms.commit(ref, random.int(SHORTEST_MS, LONGEST_MS))
    this.#count('commit', 'how' in answer ? answer.how : 'isNew' in answer && !answer.isNew ? 'dup' : answer.outcome)
    if (answer.outcome !== 'ok') return
    if (isWrong) this.findings.fenceIgnored++
    if (isOver && answer.isNew) this.findings.revived++
  }

  async #release(rooms: Reservations, past: Past, random: Random): Promise<void> {
    const [ref, isWrong] = this.#withFence(past.ref, random)
    const answer = await rooms.release(ref)
    this.#count('release', 'isNew' in answer && !answer.isNew ? 'dup' : answer.outcome)
    if (isWrong && answer.outcome === 'ok') this.findings.fenceIgnored++
  }

  /** Wrong in 5 of 100: that of another lease. */
  #withFence(ref: LeaseRef, random: Random): [LeaseRef, boolean] {
    return random.chance(0.05) ? [{ ...ref, fence: String(Number(ref.fence) + 1) }, true] : [ref, false]
  }

  #count(verb: string, answer: string): void {
    const name = `${verb}: ${answer}`
    this.answers[name] = (this.answers[name] ?? 0) + 1
  }
}
