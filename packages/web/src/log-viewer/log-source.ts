import { api, data } from '../api/client.ts'
import { withTenant } from '../api/tenant.ts'
import type { Schema } from '../api/types.ts'

export type LogLine = Schema<'LogLine'>
export type UnfinishedLine = Schema<'UnfinishedLine'>

/** Lines fetched at once. */
const CHUNK = 500
/** Chunks kept: 100,000 lines, however long the log is. */
const MOST_CHUNKS = 200
const DRAWN_EVERY_MS = 100

export type LogState = 'loading' | 'live' | 'reconnecting' | 'ended'

export interface LogSnapshot {
  /** Number of the last line + 1. */
  total: number
  state: LogState
  /** What stands behind the last line and has not ended. */
  unfinished: UnfinishedLine | null
  /** Changes whenever anything does. */
  version: number
}

type Chunk = (LogLine | undefined)[]

/**
 * The lines of one execution by number, from a log of any length: chunks are fetched when they are looked at, live
 * lines are taken from the event stream, and only so much is kept. A store for `useSyncExternalStore`.
 */
export class LogSource {
  readonly executionId: string
  readonly #chunks = new Map<number, Chunk>()
  readonly #pending = new Set<number>()
  /** By chunk, the number before which the server has been asked: what is missing there is not stored. */
  readonly #readTo = new Map<number, number>()
  readonly #listeners = new Set<() => void>()
  #snapshot: LogSnapshot = { total: 0, state: 'loading', unfinished: null, version: 0 }
  /** What the next snapshot will say. */
  readonly #next = { ...this.#snapshot }
  #timer: ReturnType<typeof setTimeout> | null = null
  #events: EventSource | null = null
  readonly #stop = new AbortController()

  constructor(executionId: string) {
    this.executionId = executionId
  }

  /** Finds the log's length, then follows it from there. Call {@link close} in the end. */
  async open(): Promise<void> {
    try {
      const { logs } = await this.#fetch({ tail: CHUNK })
      this.#keep(logs)
      this.#change({ total: (logs.at(-1)?.no ?? -1) + 1 })
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#change({ state: 'reconnecting' })
      throw error
    }
    if (!this.#stop.signal.aborted) this.#follow()
  }

  close(): void {
    this.#stop.abort()
    this.#events?.close()
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): LogSnapshot => this.#snapshot

  /** The line, or undefined while it is on its way; asking for it fetches it. */
  lineAt(no: number): LogLine | undefined {
    const number = Math.floor(no / CHUNK)
    const chunk = this.#chunks.get(number)
    const line = chunk?.[no % CHUNK]
    if (line === undefined && no >= (this.#readTo.get(number) ?? 0)) void this.#load(number)
    return line
  }

  #follow(): void {
    const events = new EventSource(
      withTenant(`/api/scheduler/executions/${this.executionId}/logs/stream?from=${this.#next.total}`),
    )
    this.#events = events
    events.onopen = () => this.#change({ state: 'live' })
    // What stands there meanwhile, nobody knows.
    events.onerror = () => this.#change({ state: 'reconnecting', unfinished: null })
    events.addEventListener('lines', (event) => {
      const lines = JSON.parse(event.data) as LogLine[]
      this.#keep(lines)
      this.#change({ total: Math.max(this.#next.total, (lines.at(-1)?.no ?? -1) + 1) })
    })
    events.addEventListener('unfinished', (event) =>
      this.#change({ unfinished: JSON.parse(event.data) as UnfinishedLine | null }),
    )
    // What was left out for a slow reader is fetched when it is looked at.
    events.addEventListener('resync', (event) => {
      const { skipped } = JSON.parse(event.data) as { skipped: { to: number } }
      this.#change({ total: Math.max(this.#next.total, skipped.to + 1) })
    })
    events.addEventListener('end', () => {
      events.close()
      this.#change({ state: 'ended', unfinished: null })
    })
  }

  async #load(number: number): Promise<void> {
    if (this.#pending.has(number) || this.#stop.signal.aborted) return
    this.#pending.add(number)
    try {
      const end = Math.min((number + 1) * CHUNK, this.#next.total)
      const { logs } = await this.#fetch({ from: number * CHUNK, limit: CHUNK })
      this.#keep(logs)
      this.#readTo.set(number, end)
      this.#change({})
    } catch {
      // Asked for again when it is next drawn.
    } finally {
      this.#pending.delete(number)
    }
  }

  #fetch(query: { from?: number; limit?: number; tail?: number }) {
    return data(
      api.GET('/api/scheduler/executions/{id}/logs', {
        params: { path: { id: this.executionId }, query },
        signal: this.#stop.signal,
      }),
    )
  }

  #keep(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const number = Math.floor(line.no / CHUNK)
      const chunk = this.#chunks.get(number) ?? []
      chunk[line.no % CHUNK] = line
      // Moved to the end: the chunk used last goes last.
      this.#chunks.delete(number)
      this.#chunks.set(number, chunk)
    }
    while (this.#chunks.size > MOST_CHUNKS) {
      const oldest = this.#chunks.keys().next().value!
      this.#chunks.delete(oldest)
      this.#readTo.delete(oldest)
    }
  }

  /** Lines come by the hundred a second; the page is drawn ten times. */
  #change(changes: Partial<LogSnapshot>): void {
    Object.assign(this.#next, changes)
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#snapshot = { ...this.#next, version: this.#snapshot.version + 1 }
      for (const listener of this.#listeners) listener()
    }, DRAWN_EVERY_MS)
  }
}
