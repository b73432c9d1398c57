import type { Clock, Timer } from '@rota/core'
import type { LogStore } from '../ports/logs.ts'
import { type TailRelay, WATCH_MS } from '../ports/tail-relay.ts'
import type { TailEnd, TailLines, Tails, TailUnfinished } from '../ports/tails.ts'

export interface TailSenderOptions {
  clock: Clock
  logs: LogStore
  tails: Tails
  relay: TailRelay
  /** Whether an execution runs on this instance. */
  isRunning: (executionId: string) => boolean
}

/** Executions that others watch, at most; the watchers of further ones look into the log now and then. */
const MOST_WATCHED = 5_000
/** Characters held per execution while its log is being written. */
const MOST_HELD = 1024 * 1024
/** Lines of a talkative program travel together. */
const GATHER_MS = 50

interface Watched {
  id: string
  until: number
  events: TailLines[]
  held: number
  /** Raised by the end of an attempt: positions begin anew. */
  generation: number
  isSending: boolean
  isDue: boolean
  unsubscribe: () => void
}

/**
 * Sends the output of what runs here to those who watch it on other instances. Lines go out once the log has them, so
 * that their numbers are true whatever dies, and whoever misses one can read it. What nobody watches costs nothing.
 */
export function createTailSender(options: TailSenderOptions): { start(): void; stop(): void } {
  const { clock, logs, tails, relay, isRunning } = options
  const watched = new Map<string, Watched>()
  let ignore = () => {}
  let timer: Timer | null = null

  function onWatched(ids: readonly string[]) {
    for (const id of ids) {
      const known = watched.get(id) ?? begin(id)
      if (known === null) continue
      known.until = clock.monotonic() + 3 * WATCH_MS
      if (isRunning(id)) void send(known)
    }
    timer ??= clock.after(WATCH_MS, forgetSilent)
  }

  function begin(id: string): Watched | null {
    if (watched.size >= MOST_WATCHED) return null
    const flags = { generation: 0, isSending: false, isDue: false }
    const entry: Watched = { id, until: 0, events: [], held: 0, ...flags, unsubscribe: () => {} }
    entry.unsubscribe = tails.subscribe(id, (event) => hear(entry, event))
    watched.set(id, entry)
    return entry
  }

  function hear(entry: Watched, event: TailLines | TailUnfinished | TailEnd) {
    if (event.kind === 'unfinished') {
      void send(entry)
      return
    }
    if (event.kind === 'lines') {
      entry.held += event.lines.reduce((sum, line) => sum + line.text.length, 0)
      // What is left out here, its watchers find in the log.
      if (entry.held > MOST_HELD) entry.events = []
      else entry.events.push(event)
      void send(entry)
      return
    }
    forget(entry)
    entry.generation++
    relay.send(entry.id, { kind: 'end' })
    entry.unsubscribe = tails.subscribe(entry.id, (next) => hear(entry, next))
  }

  function forget(entry: Watched) {
    entry.events = []
    entry.held = 0
  }

  async function send(entry: Watched) {
    entry.isDue = true
    if (entry.isSending) return
    entry.isSending = true
    while (entry.isDue && watched.has(entry.id)) {
      entry.isDue = false
      // Published and appended happen in one turn; behind it both have the same lines.
      await Promise.resolve()
      await sendOnce(entry)
      await new Promise<void>((resolve) => clock.after(GATHER_MS, resolve))
    }
    entry.isSending = false
  }

  async function sendOnce(entry: Watched) {
    const { id, events, generation } = entry
    forget(entry)
    const position = tails.position(id)
    const total = await logs.flush(id)
    const isKept = logs.status().fault === null
    if (!isKept || entry.generation !== generation) return
    for (const { first, attempt, lines } of events) {
      relay.send(id, { kind: 'lines', no: total - position + first, attempt, lines })
    }
    relay.send(id, { kind: 'here', no: total, unfinished: tails.unfinished(id) })
  }

  function forgetSilent() {
    timer = null
    const now = clock.monotonic()
    for (const entry of watched.values()) {
      if (entry.until > now) continue
      entry.unsubscribe()
      watched.delete(entry.id)
    }
    if (watched.size > 0) timer = clock.after(WATCH_MS, forgetSilent)
  }

  return {
    start() {
      ignore = relay.onWatched(onWatched)
    },
    stop() {
      ignore()
      timer?.cancel()
      for (const entry of watched.values()) entry.unsubscribe()
      watched.clear()
    },
  }
}
