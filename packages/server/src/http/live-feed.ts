import type { Clock, Timer } from '@rota/core'
import type { ChangeRelay, EngineEvent, RelayedChanges } from '@rota/engine'
import type { LiveChange } from '@rota/protocol'

/** Changes are told together so often: a page that asks for what has changed asks once. */
const GATHER_MS = 250
/** Told at once; of more only the latest are, and the readers that they missed some. */
const MOST_AT_ONCE = 500
/** Held for readers that lost their connection. */
const KEPT = 2_000
/** A reader that comes back within this finds what it missed, even if it was the only one. */
const KEPT_MS = 60_000

/** Changes `from`…`to`, numbered without holes; none at all where only a gap is to be told. */
export interface LiveBatch {
  from: number
  to: number
  changes: readonly LiveChange[]
  /** `changes` as JSON, made once for all readers. */
  json: () => string
}

/** Numbers of another life of the server, or of another server, are so far away for each ms between their starts. */
const NUMBERS_PER_MS = 100

/**
 * Tells live pages what happens in the engine and, as far as they can be heard, in those of the other servers; tells
 * those, too, when they want to hear. Costs next to nothing while nobody listens anywhere.
 */
export class LiveFeed {
  readonly #clock: Clock
  readonly #relay: ChangeRelay
  readonly #listeners = new Set<(batch: LiveBatch) => void>()
  /** The last ones; the newest has number `#last`. What happened before a gap is not among them. */
  #kept: LiveChange[] = []
  #last: number
  #told: number
  /** What other servers are to be told next, and how many changes there were here before. */
  #outbox: LiveChange[] = []
  #passed = 0
  #gathering: Timer | null = null
  /** Ends the hearing of other servers; null while no reader is there or may come back. */
  #stopHearing: (() => void) | null = null
  #forgetting: Timer | null = null

  constructor(clock: Clock, relay: ChangeRelay) {
    this.#clock = clock
    this.#relay = relay
    // Numbers of an earlier life of the server lie below: its readers learn that they missed something.
    this.#last = clock.now() * NUMBERS_PER_MS
    this.#told = this.#last
  }

  /** The number of the latest change. */
  get last(): number {
    return this.#last
  }

  onEvent(event: EngineEvent): void {
    const isKept = this.#stopHearing !== null
    const isWanted = this.#relay.isWanted
    // Numbers that are left out show that something was.
    if (!isWanted) this.#passed++
    if (!isKept) this.#forget()
    if (!isKept && !isWanted) return
    const change = toChange(event, new Date(this.#clock.now()).toISOString())
    if (change === null) return
    if (isWanted && isOfInterestElsewhere(change)) this.#outbox.push(change)
    if (isKept) this.#keep(change)
    if (isWanted || this.#listeners.size > 0) this.#gather()
  }

  /** Tells what every server finds by itself. */
  onFound(change: LiveChange): void {
    if (this.#stopHearing === null) {
      this.#forget()
      return
    }
    this.#keep(change)
    if (this.#listeners.size > 0) this.#gather()
  }

  /** Calls `listener` with what happens from now on, until the returned function is called. */
  listen(listener: (batch: LiveBatch) => void): () => void {
    this.#tell()
    this.#listeners.add(listener)
    this.#forgetting?.cancel()
    this.#stopHearing ??= this.#relay.want((message) => this.#hear(message))
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return
      this.#forgetting = this.#clock.after(KEPT_MS, () => this.#stop())
    }
  }

  /** What happened after `number` until now; null when some of it is not known any more. */
  since(number: number): LiveBatch | null {
    const count = this.#last - number
    if (count < 0 || count > Math.min(MOST_AT_ONCE, this.#kept.length)) return null
    return this.#latest(count)
  }

  close(): void {
    this.#gathering?.cancel()
    this.#forgetting?.cancel()
    this.#stop()
  }

  #hear({ changes, hasGap }: RelayedChanges): void {
    if (hasGap) {
      this.#tell()
      this.#last++
      this.#kept = []
    }
    for (const change of changes as readonly LiveChange[]) this.#keep(change)
    if (this.#listeners.size > 0) this.#gather()
  }

  #keep(change: LiveChange): void {
    this.#last++
    this.#kept.push(change)
    if (this.#kept.length > 2 * KEPT) this.#kept = this.#kept.slice(-KEPT)
  }

  /** Whoever comes back with a number from before learns that something is missing. */
  #forget(): void {
    this.#last++
    this.#told = this.#last
    this.#kept = []
  }

  #stop(): void {
    this.#stopHearing?.()
    this.#stopHearing = null
    this.#forget()
  }

  #gather(): void {
    this.#gathering ??= this.#clock.after(GATHER_MS, () => {
      this.#gathering = null
      this.#tell()
      this.#pass()
    })
  }

  #tell(): void {
    if (this.#last === this.#told) return
    const count = Math.min(this.#last - this.#told, MOST_AT_ONCE, this.#kept.length)
    this.#told = this.#last
    const batch = this.#latest(count)
    for (const listener of this.#listeners) listener(batch)
  }

  #pass(): void {
    const count = this.#outbox.length
    if (count === 0) return
    const dropped = Math.max(count - MOST_AT_ONCE, 0)
    this.#relay.send(this.#passed + dropped, { changes: this.#outbox.slice(dropped), hasGap: dropped > 0 })
    this.#passed += count
    this.#outbox = []
  }

  #latest(count: number): LiveBatch {
    const changes = count === 0 ? [] : this.#kept.slice(-count)
    let json: string | undefined
    const toJson = () => {
      json ??= JSON.stringify(changes)
      return json
    }
    return { from: this.#last - count + 1, to: this.#last, changes, json: toJson }
  }
}

/** What is a server's own affair, and what every server finds by itself. */
const OWN: ReadonlySet<LiveChange['type']> = new Set<LiveChange['type']>([
  ...(['degraded', 'recovered', 'clock_set_back', 'pools_applied'] as const),
])

function isOfInterestElsewhere({ type }: LiveChange): boolean {
  return !OWN.has(type)
}

function toChange(event: EngineEvent, at: string): LiveChange | null {
  switch (event.type) {
    case 'execution_created':
      return { type: event.type, id: event.id, task_id: event.taskId, at, trigger: event.trigger }
    case 'execution_started':
      return { type: event.type, id: event.id, task_id: event.taskId, at, lateness_ms: event.latenessMs }
    case 'execution_retried': {
      const run_at = new Date(event.runAt).toISOString()
      return { type: event.type, id: event.id, task_id: event.taskId, at, attempt: event.attempt, run_at }
    }
    case 'execution_finished': {
      const { id, taskId: task_id, status, failure, trigger, durationMs: duration_ms } = event
      return { type: event.type, id, task_id, at, status, failure, trigger, duration_ms }
    }
    case 'execution_fenced':
      return { type: event.type, id: event.id, task_id: event.taskId, at, attempt: event.attempt }
    case 'instance_fenced': {
      const { instanceId: instance_id, silentMs: silent_ms, givenBack: given_back, executions } = event
      return { type: event.type, at, instance_id, silent_ms, given_back, executions: executions.length }
    }
    case 'task_changed':
      return { type: event.type, id: event.id, at, change: event.change }
    case 'pools_applied':
      return { type: event.type, at, version: event.version }
    case 'clock_set_back':
      return { type: event.type, at, by_ms: event.byMs }
    case 'degraded':
      return { type: event.type, at, reason: event.reason }
    case 'recovered':
      return { type: event.type, at }
    default:
      return null
  }
}
