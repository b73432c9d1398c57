import {
  type AttemptKey,
  type Clock,
  type FromNode,
  type NodeLease,
  type Order,
  type Refusal,
  type RunOutcome,
  say,
  type ToNode,
} from '@rota/core'
import { Attempt } from './attempt.ts'
import type { Carrier } from './carrier.ts'
import type { ClockOffset } from './clock-offset.ts'
import type { Journal, Restored } from './journal.ts'
import { Recent } from './recent.ts'
import type { Spools } from './spool.ts'

export interface DeskOptions {
  carrier: Carrier
  clock: Clock
  offset: ClockOffset
  /** Attempts that run at once. */
  capacity: number
  spools: Spools
  journal: Journal
  restored: readonly Restored[]
  /** False when there is no connection. */
  send(frame: FromNode): boolean
  isConnected(): boolean
  /** Told after each change of what is in hand. */
  onChange(): void
}

/** Executions of which the highest fence is remembered, and keys of cancellations that came before their order. */
const FENCES = 10_000
const CANCELLATIONS = 1_000
/** Ends that were taken, for an owner who died before it had written them down. */
const ENDS = 128
/** News of an attempt of an earlier start are numbered from a multiple of this: nobody knows how many there were. */
const NUMBERS_PER_START = 1_000_000_000

/** Lines on their way, in characters: of all attempts, and of one. A server confirms what it has kept, about every second. */
const WINDOWS_CHARS = 16 * 1_048_576
const SMALLEST_WINDOW_CHARS = 131_072
const LARGEST_WINDOW_CHARS = 1_048_576

type OrderFrame = Extract<ToNode, { kind: 'order' }>

/**
 * Takes orders and runs them: the last word on whether an order begins (room, draining, deadline, fence), and who is
 * told what of it. It knows of no connection but whether there is one.
 */
export class Desk {
  readonly #options: DeskOptions
  readonly #attempts = new Map<string, Attempt>()
  /** They end because they are somebody else's, and take room until they have. */
  readonly #dropped = new Set<Attempt>()
  readonly #fences = new Recent<{ fence: number; number: number }>(FENCES)
  readonly #cancelled = new Recent<string>(CANCELLATIONS)
  readonly #ends = new Recent<{ lease: NodeLease; outcome: RunOutcome; number: number }>(ENDS)
  isDraining = false

  constructor(options: DeskOptions) {
    this.#options = options
    for (const restored of options.restored) this.#restore(restored)
  }

  /** What is in hand, running or with an end that nobody has taken. */
  leases(): NodeLease[] {
    return [...this.#attempts.values()].filter(({ isRefusal }) => !isRefusal).map(({ lease }) => lease)
  }

  /** Attempts that take room. */
  get running(): number {
    let count = this.#dropped.size
    for (const attempt of this.#attempts.values()) if (attempt.isRunning) count++
    return count
  }

  /** Nothing runs, and nothing is to be told any more. */
  get isClear(): boolean {
    return this.#attempts.size === 0 && this.#dropped.size === 0
  }

  connected(drop: readonly NodeLease[]): void {
    this.drop(drop)
    for (const attempt of [...this.#attempts.values()]) attempt.connected()
  }

  /** Says again what has been confirmed too late. */
  remind(): void {
    for (const attempt of this.#attempts.values()) attempt.remind()
  }

  disconnected(): void {
    for (const attempt of this.#attempts.values()) attempt.disconnected()
  }

  drop(leases: readonly AttemptKey[]): void {
    for (const lease of leases) {
      const attempt = this.#attempts.get(keyOf(lease))
      if (attempt !== undefined) this.#drop(attempt, say`It is somebody else’s by now.`)
    }
  }

  cancelAll(reason: string): void {
    for (const attempt of this.#attempts.values()) if (attempt.isRunning) attempt.carried?.cancel(reason)
  }

  order(frame: OrderFrame): void {
    const { order } = frame
    const lease = { executionId: order.executionId, fence: order.fence, lease: frame.lease }
    const inHand = this.#attempts.get(keyOf(lease))
    const ended = this.#ends.get(keyOf(lease))
    // Under another lease it is another offer of the same, whose sender has given up the one before.
    const isAgain = inHand?.lease.lease === frame.lease && !inHand.isRefusal
    const highest = this.#highest(order.executionId)
    if (highest > order.fence) {
      const why = say`a later claim of the execution (${highest}) is known here, this one is ${order.fence}`
      this.#refuse(lease, frame.owner, 'stale_fence', why)
    } else if (isAgain) inHand.again(frame.owner)
    else if (ended?.lease.lease === frame.lease) this.#tellEnd(ended, frame.owner)
    else this.#decide(frame, lease)
    this.#options.onChange()
  }

  cancel(key: AttemptKey, reason: string): void {
    const attempt = this.#attempts.get(keyOf(key))
    if (attempt?.carried) attempt.carried.cancel(reason)
    else if (attempt === undefined && this.#ends.get(keyOf(key)) === undefined) this.#cancelled.set(keyOf(key), reason)
  }

  got(key: AttemptKey, number: number): void {
    this.#attempts.get(keyOf(key))?.got(number)
  }

  hold(key: AttemptKey): void {
    this.#attempts.get(keyOf(key))?.hold()
  }

  goOn(key: AttemptKey): void {
    this.#attempts.get(keyOf(key))?.goOn()
  }

  resume(key: AttemptKey, owner: string, lines: number): void {
    const attempt = this.#attempts.get(keyOf(key))
    if (attempt !== undefined) {
      attempt.resume(owner, lines)
      return
    }
    const ended = this.#ends.get(keyOf(key))
    const lease = { executionId: key.executionId, fence: key.fence, lease: '' }
    const number = this.#fences.get(key.executionId)?.number ?? NUMBERS_PER_START
    const outcome = lostOutcome(say`The node does not have this attempt (any more).`)
    this.#tellEnd(ended ?? { lease, outcome, number }, owner)
  }

  /** Highest fence of an execution that was ever seen. */
  #highest(executionId: string): number {
    return this.#fences.get(executionId)?.fence ?? 0
  }

  #decide(frame: OrderFrame, lease: NodeLease): void {
    const wasRunning = this.#dropOthers(lease)
    const refusal = wasRunning ? STILL_ENDING() : this.#problem(frame)
    if (refusal !== null) {
      this.#refuse(lease, frame.owner, refusal.code, refusal.why)
      return
    }
    const cancelled = this.#cancelled.get(keyOf(lease))
    this.#cancelled.delete(keyOf(lease))
    const attempt = this.#open(lease, frame.owner)
    attempt.acked()
    if (cancelled !== undefined) this.#ended(attempt, { ...lostOutcome(cancelled), status: 'cancelled', failure: null })
    else this.#carry(attempt, frame.order)
  }

  /** Ends other attempts of the execution; true when one of this very fence has not ended yet. */
  #dropOthers({ executionId, fence }: NodeLease): boolean {
    for (const other of [...this.#attempts.values()]) {
      if (other.lease.executionId !== executionId || other.isRefusal) continue
      this.#drop(other, say`A later order of the execution has come.`)
    }
    return [...this.#dropped].some((other) => other.lease.executionId === executionId && other.lease.fence === fence)
  }

  #problem({ order, beginWithinMs }: OrderFrame): { code: Refusal; why: string } | null {
    const { carrier, capacity, clock, offset } = this.#options
    if (this.isDraining) return { code: 'draining', why: say`the node takes nothing new: it is being drained` }
    const unsupported = carrier.problem(order)
    if (unsupported !== null) return { code: 'unsupported', why: unsupported }
    const isTooLate = order.deadline !== null && offset.known !== null && clock.now() + offset.ms > order.deadline
    if (isTooLate || (beginWithinMs !== null && beginWithinMs <= 0)) {
      return { code: 'late', why: say`the order came after its deadline` }
    }
    if (carrier.isFull?.(order)) return { code: 'busy', why: say`the node has no room for such an attempt now` }
    if (this.running < capacity) return null
    return { code: 'busy', why: say`the node runs ${this.running} attempts already, and has room for ${capacity}` }
  }

  #carry(attempt: Attempt, order: Order): void {
    this.#options.journal.accepted(attempt.lease, attempt.owner)
    try {
      attempt.carried = this.#options.carrier.carry(order, attempt)
    } catch (error) {
      this.#ended(attempt, brokenOutcome(error))
      return
    }
    void attempt.carried.done.then(
      (outcome) => this.#ended(attempt, outcome),
      (error) => this.#ended(attempt, brokenOutcome(error)),
    )
  }

  #ended(attempt: Attempt, outcome: RunOutcome): void {
    if (this.#dropped.delete(attempt)) this.#options.journal.forgotten(attempt.lease)
    else {
      this.#options.journal.ended(attempt.lease, outcome)
      this.#ends.set(keyOf(attempt.lease), { lease: attempt.lease, outcome, number: 0 })
      attempt.ended(outcome)
    }
    this.#options.onChange()
  }

  /** Says once more how an attempt ended of which nothing is in hand. */
  #tellEnd({ lease, outcome, number }: { lease: NodeLease; outcome: RunOutcome; number: number }, owner: string): void {
    const last = Math.max(number, this.#fences.get(lease.executionId)?.number ?? 0)
    this.#open(lease, owner, last).ended(outcome)
  }

  #refuse(lease: NodeLease, owner: string, refusal: Refusal, why: string): void {
    this.#open(lease, owner).refused(refusal, why)
  }

  #restore({ owner, outcome, restarts, ...lease }: Restored): void {
    const attempt = this.#open(lease, owner, restarts * NUMBERS_PER_START)
    attempt.ended(outcome ?? lostOutcome(say`The program on the node ended while the attempt ran.`))
  }

  #drop(attempt: Attempt, reason: string): void {
    this.#attempts.delete(keyOf(attempt.lease))
    this.#noteFence(attempt)
    const wasRunning = attempt.isRunning
    attempt.drop()
    if (!wasRunning) {
      this.#options.journal.forgotten(attempt.lease)
      return
    }
    this.#dropped.add(attempt)
    attempt.carried?.cancel(reason)
  }

  #open(lease: NodeLease, owner: string, numbered = 0): Attempt {
    const { spools, offset, send, isConnected, clock, capacity } = this.#options
    const share = Math.max(SMALLEST_WINDOW_CHARS, Math.floor(WINDOWS_CHARS / capacity))
    const key = keyOf(lease)
    const attempt = new Attempt({
      ...{ lease, owner, isConnected, numbered, windowChars: Math.min(LARGEST_WINDOW_CHARS, share) },
      now: () => clock.monotonic(),
      openSpool: () => spools.open(lease.executionId, lease.fence),
      offsetMs: () => offset.ms,
      send: ({ executionId, fence }, to, { number, news }) =>
        send({ kind: 'news', executionId, fence, number, owner: to, news }),
      onOver: () => this.#over(attempt),
    })
    this.#attempts.set(key, attempt)
    this.#noteFence(attempt)
    return attempt
  }

  #over(attempt: Attempt): void {
    const key = keyOf(attempt.lease)
    if (this.#attempts.get(key) !== attempt) return
    this.#attempts.delete(key)
    this.#noteFence(attempt)
    if (!attempt.isRefusal) this.#options.journal.forgotten(attempt.lease)
    this.#options.onChange()
  }

  #noteFence({ lease: { executionId, fence }, lastNumber }: Attempt): void {
    const seen = this.#fences.get(executionId)
    if (seen === undefined || fence >= seen.fence) this.#fences.set(executionId, { fence, number: lastNumber })
  }
}

const STILL_ENDING = () => ({
  code: 'busy' as const,
  why: say`an earlier order of the same attempt is still being ended here`,
})

const keyOf = ({ executionId, fence }: AttemptKey) => `${executionId}/${fence}`

function lostOutcome(error: string): RunOutcome {
  return {
    status: 'failed',
    failure: 'lost',
    exitCode: null,
    signal: null,
    error,
    result: null,
    outputTail: '',
    cpuSeconds: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
  }
}

/** Executors may break their promise never to throw; that is the end of the attempt, not of the node. */
function brokenOutcome(error: unknown): RunOutcome {
  const what = error instanceof Error ? error.message : String(error)
  return { ...lostOutcome(say`The executor broke down: ${what}`), failure: 'error' }
}
