import type { RunRequest } from '@rota/executors'

/** What the store says of an execution at the moment its attempt starts. */
export interface StartFacts {
  taskSeq: number | null
  overlap: string
  taskMax: number
  keys: string | null
  runAt: number
  attempt: number
  claimSeq: number
  deaths: number
}

export type AttemptEnd = 'success' | 'failed' | 'cancelled' | 'killed'

/** One attempt as it really was, whatever the engine believes. */
export interface Attempt {
  id: string
  attempt: number
  taskSeq: number | null
  keys: string[]
  startedAt: number
  /** How often a server had died with its execution before. */
  deaths: number
  end: AttemptEnd | null
  /** Which of the server's processes ran it: what ended may be run again when its process died before noting it. */
  process: number
}

/** When something starts, by the wall clock and by the processes of the server. */
export interface Moment {
  now: number
  highestWall: number
  process: number
}

export interface WitnessOptions {
  complain: (what: string) => void
  /** Executions that may hold a key at once. */
  keyLimit: (key: string) => number
}

/** Stands beside the executors, outside the engine's control, and sees what runs side by side. */
export class Witness {
  readonly #options: WitnessOptions
  readonly #running = new Map<string, Attempt>()
  /** By execution, in order of their starts. */
  readonly attempts = new Map<string, Attempt[]>()

  constructor(options: WitnessOptions) {
    this.#options = options
  }

  get runningCount(): number {
    return this.#running.size
  }

  started(request: RunRequest, facts: StartFacts | null, at: Moment): Attempt {
    const { complain } = this.#options
    const { executionId: id, attempt } = request
    if (facts === null) complain(`${id} starts without a row`)
    else {
      if (at.highestWall < facts.runAt) complain(`${id} starts ${facts.runAt - at.now} ms early`)
      if (facts.claimSeq !== request.fence) complain(`${id} starts under an old claim`)
      if (facts.attempt !== attempt) complain(`${id} starts attempt ${attempt} instead of ${facts.attempt}`)
      this.#checkNeighbours(id, facts)
    }
    if (this.#running.has(id)) complain(`${id} runs twice at once`)
    const earlier = this.attempts.get(id) ?? []
    for (const other of earlier) {
      if (other.attempt > attempt) complain(`${id} goes back from attempt ${other.attempt} to ${attempt}`)
      if (other.process < at.process) continue
      if (other.end === 'success') complain(`${id} starts again after its success`)
      if (other.attempt === attempt) complain(`${id} starts attempt ${attempt} twice`)
    }
    const keys = facts?.keys ? (JSON.parse(facts.keys) as string[]) : []
    const { now: startedAt, process } = at
    const entry: Attempt = {
      id,
      attempt,
      taskSeq: facts?.taskSeq ?? null,
      keys,
      startedAt,
      deaths: facts?.deaths ?? 0,
      end: null,
      process,
    }
    this.#running.set(id, entry)
    this.attempts.set(id, [...earlier, entry])
    return entry
  }

  ended(entry: Attempt, end: AttemptEnd) {
    entry.end = end
    this.#running.delete(entry.id)
  }

  #checkNeighbours(id: string, facts: StartFacts) {
    const { complain, keyLimit } = this.#options
    const others = [...this.#running.values()]
    if (facts.taskSeq !== null && facts.overlap !== 'allow') {
      const same = others.filter((other) => other.taskSeq === facts.taskSeq)
      if (same.length >= facts.taskMax) complain(`${id} overlaps ${same.map((o) => o.id).join(', ')}`)
    }
    for (const key of facts.keys ? (JSON.parse(facts.keys) as string[]) : []) {
      const holders = others.filter((other) => other.keys.includes(key))
      if (holders.length >= keyLimit(key)) complain(`${id} shares ${key} with ${holders.map((o) => o.id).join(', ')}`)
    }
  }
}
