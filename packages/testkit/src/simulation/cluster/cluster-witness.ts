import type { MemoryDisk } from '@rota/engine'
import type { RunRequest } from '@rota/executors'
import type { Attempt, AttemptEnd } from '../witness.ts'
import type { Leases } from './leases.ts'

/** One run of a server process. */
export interface Holder {
  /** Counted over all instances. */
  process: number
  instanceId: string
  hasDied: boolean
  /** When it stopped in order, by the true time. */
  stoppedAt: number | null
}

/** One attempt as it really was. */
export interface ClusterAttempt extends Attempt {
  holder: Holder
  fence: number
  seq: number | null
}

export interface ClusterWitnessOptions {
  disk: MemoryDisk
  leases: Leases
  complain: (what: string) => void
  now: () => number
  /** Clocks of instances differ from the true time by at most so much. */
  toleranceMs: number
  /** Executions that may hold a key at once. */
  keyLimit: (key: string) => number
  /** Whether somebody removed it after it was claimed, by a change of its task, and the holder was not told. */
  wasDropped: (id: string) => boolean
}

interface Facts {
  seq: number
  taskSeq: number | null
  overlap: string
  taskMax: number
  keys: string | null
  runAt: number
  attempt: number
  claimSeq: number
  state: number
  deaths: number
}

/** Stands beside the executors of all instances, outside any engine's control, and sees what runs side by side. */
export class ClusterWitness {
  readonly #options: ClusterWitnessOptions
  readonly #running = new Set<ClusterAttempt>()
  /** By execution, in order of their starts. */
  readonly attempts = new Map<string, ClusterAttempt[]>()
  /** Starts of what somebody had removed a moment before. */
  ghosts = 0

  constructor(options: ClusterWitnessOptions) {
    this.#options = options
  }

  /** Attempts that run in the hands of a process. */
  runningOf(holder: Holder): number {
    return [...this.#running].filter((attempt) => attempt.holder === holder).length
  }

  started(request: RunRequest, holder: Holder): ClusterAttempt {
    const { complain, leases, toleranceMs } = this.#options
    const { executionId: id, attempt, fence = 0 } = request
    const now = this.#options.now()
    const facts = this.#factsOf(id)
    if (!leases.isValid(holder.instanceId, now - toleranceMs))
      complain(`${id} is started by an instance without a lease`)
    if (facts === null || facts.claimSeq !== fence || facts.state < 3) {
      if (this.#options.wasDropped(id)) this.ghosts++
      else complain(`${id} is started by somebody who does not hold it`)
    } else {
      if (now + toleranceMs < facts.runAt) complain(`${id} starts ${facts.runAt - now} ms early`)
      if (facts.attempt !== attempt) complain(`${id} starts attempt ${attempt} instead of ${facts.attempt}`)
      this.#checkNeighbours(id, facts)
    }
    const earlier = this.attempts.get(id) ?? []
    for (const other of earlier) this.#checkEarlier(other, attempt)
    const keys = facts?.keys ? (JSON.parse(facts.keys) as string[]) : []
    const known = {
      id,
      attempt,
      taskSeq: facts?.taskSeq ?? null,
      keys,
      startedAt: now,
      deaths: facts?.deaths ?? 0,
      end: null,
    }
    const entry: ClusterAttempt = { ...known, process: holder.process, holder, fence, seq: facts?.seq ?? null }
    this.#running.add(entry)
    this.attempts.set(id, [...earlier, entry])
    return entry
  }

  ended(entry: ClusterAttempt, end: AttemptEnd) {
    entry.end = end
    this.#running.delete(entry)
  }

  /** Whether others had a right to take the attempt's execution over after it began. */
  wasGivenUp({ holder, startedAt }: ClusterAttempt): boolean {
    if (holder.hasDied) return true
    // Leases are judged by instances whose clocks may be a little ahead. Nobody needs a lease after a stop in order.
    const now = this.#options.now() + this.#options.toleranceMs
    return this.#options.leases.hasLapsed(holder.instanceId, startedAt, Math.min(now, holder.stoppedAt ?? now))
  }

  /** What began before may begin again only when whoever had it lost its lease, or its attempt had ended badly. */
  #checkEarlier(other: ClusterAttempt, attempt: number) {
    const { complain } = this.#options
    const { id } = other
    if (this.wasGivenUp(other) || this.#options.wasDropped(id)) return
    if (other.attempt > attempt) complain(`${id} goes back from attempt ${other.attempt} to ${attempt}`)
    if (other.attempt === attempt) complain(`${id} starts attempt ${attempt} twice`)
    if (other.end === 'success') complain(`${id} starts again after its success`)
    if (other.end === null) complain(`${id} runs twice at once`)
  }

  /** Slots are those of the store's rows: what was taken from a dead instance holds none, though it may still run. */
  #checkNeighbours(id: string, facts: Facts) {
    const { complain, keyLimit } = this.#options
    const keys = facts.keys ? (JSON.parse(facts.keys) as string[]) : []
    const isLimited = facts.taskSeq !== null && facts.overlap !== 'allow'
    if (!isLimited && keys.length === 0) return
    const others = [...this.#running].filter((other) => other.id !== id && this.#isCurrent(other))
    if (isLimited) {
      const same = others.filter((other) => other.taskSeq === facts.taskSeq)
      if (same.length >= facts.taskMax) complain(`${id} overlaps ${same.map((o) => o.id).join(', ')}`)
    }
    for (const key of keys) {
      const holders = others.filter((other) => other.keys.includes(key))
      if (holders.length >= keyLimit(key)) complain(`${id} shares ${key} with ${holders.map((o) => o.id).join(', ')}`)
    }
  }

  /** By its holder's lease, not by its row: what the store believes is what is judged here. */
  #isCurrent(other: ClusterAttempt): boolean {
    return !this.wasGivenUp(other) && !this.#options.wasDropped(other.id)
  }

  #factsOf(id: string): Facts | null {
    const [row] = this.#options.disk.select(
      `SELECT seq, task_seq AS taskSeq, overlap, task_max AS taskMax, keys, run_at AS runAt, attempt,
              claim_seq AS claimSeq, state, deaths FROM executions WHERE id = ?`,
      id,
    )
    return (row as unknown as Facts | undefined) ?? null
  }
}
