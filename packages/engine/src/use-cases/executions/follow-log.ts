import type { Clock, Timer } from '@rota/core'
import type { LogStore, NumberedLine } from '../../ports/logs.ts'
import { type RelayedTail, type TailRelay, WATCH_MS } from '../../ports/tail-relay.ts'
import type { TailEnd, TailLines, Tails, TailUnfinished, UnfinishedLine } from '../../ports/tails.ts'

export interface FollowOptions {
  id: string
  /** Number of the first line wanted. */
  from: number
  signal: AbortSignal
  /** Whether the execution has its final state, asked of the truth. */
  isFinal: () => Promise<boolean>
  clock: Clock
  /** Where other instances share the store; without it everything runs here. */
  remote?: RemoteLogs
  /** Told between the lines what stands unfinished behind them, and with null that nothing does any more. */
  onUnfinished?: ((line: UnfinishedLine | null) => void) | undefined
  /** Characters held for a watcher that is slow to read; beyond it they are read from the store again. Default 1 MiB. */
  maxBuffered?: number
}

export interface RemoteLogs {
  relay: TailRelay
  /** Whether the execution runs on this instance now. */
  isHere: () => boolean
  /** How often to look into the log of what runs elsewhere and is not heard of, in ms. */
  pollMs: number
}

/** An end that nobody announced (an instance that died) is noticed after this long, an announced one at once. */
const ASK_AGAIN_MS = 5_000
const LINES_PER_PAGE = 2_000
/** Whoever runs a watched execution is heard of more often than this. */
const SILENCE_MS = 1.5 * WATCH_MS
/** What a line takes beside its text. */
const LINE_SIZE = 80

/**
 * Stored lines from `from`, then live ones, each exactly once and in order, until the execution ends or `signal`
 * aborts. The watcher sets the pace: nothing waits for it, and what it is too slow for is read from the store. So is
 * what another instance sends while we miss it, and everything when nobody can send.
 */
export async function* followLog(logs: LogStore, tails: Tails, options: FollowOptions): AsyncGenerator<NumberedLine[]> {
  const { id, signal, isFinal } = options
  const inbox = new Inbox(options)
  const wake = () => inbox.wake()
  const reader = new LogReader(logs, inbox, options)
  let unsubscribe = () => {}
  signal.addEventListener('abort', wake)
  try {
    while (!signal.aborted) {
      unsubscribe()
      inbox.restart()
      unsubscribe = tails.subscribe(id, (event) => inbox.put(event))
      // In one turn, so that both count the same lines: what the store has then is what was published by then.
      const position = tails.position(id)
      const flushed = logs.flush(id)
      // Asked after subscribing: an end that is not yet true now will be announced.
      const final = await isFinal()
      reader.offset = (await flushed) - position
      yield* reader.stored()
      if (final) return
      reader.tell(tails.unfinished(id))
      yield* reader.live()
    }
  } finally {
    unsubscribe()
    reader.close()
    signal.removeEventListener('abort', wake)
    inbox.wake()
  }
}

/** Where one watcher stands in a log. */
class LogReader {
  readonly #logs: LogStore
  readonly #options: FollowOptions
  readonly #inbox: Inbox
  readonly #ear: Ear
  /** Number of the next line wanted. */
  #next: number
  #standing: UnfinishedLine | null = null
  /** From what this instance counts of its lines to their numbers in the log. */
  offset = 0

  constructor(logs: LogStore, inbox: Inbox, options: FollowOptions) {
    this.#logs = logs
    this.#options = options
    this.#inbox = inbox
    this.#ear = new Ear(options, inbox)
    this.#next = options.from
  }

  /** What the log has from here on. */
  async *stored(): AsyncGenerator<NumberedLine[]> {
    const { id, signal } = this.#options
    for await (const lines of stored(this.#logs, id, this.#next, signal)) yield this.#passed(lines)
  }

  /** What comes, until an attempt ends or something was thrown away: then everything is to be looked at afresh. */
  async *live(): AsyncGenerator<NumberedLine[]> {
    const { signal, isFinal } = this.#options
    while (!signal.aborted && !this.#inbox.overflowed) {
      const event = this.#inbox.take()
      if (event !== undefined) {
        if (event.kind === 'end') return
        yield* this.#heard(event)
        continue
      }
      const isSilent = this.#ear.isSilent
      if (await this.#inbox.wait(this.#patienceMs(isSilent))) continue
      if (isSilent) {
        yield* this.stored()
        this.tell(null)
      }
      if (await isFinal()) return
    }
  }

  /** Says what stands unfinished, where that is something else than before. */
  tell(line: UnfinishedLine | null): void {
    const before = this.#standing
    if (line?.since === before?.since && line?.text === before?.text) return
    this.#standing = line
    this.#options.onUnfinished?.(line)
  }

  close(): void {
    this.#ear.close()
  }

  async *#heard(event: Exclude<Tail, TailEnd>): AsyncGenerator<NumberedLine[]> {
    if (event.kind === 'unfinished') return this.tell(event.line)
    const isRelayed = 'no' in event
    const no = isRelayed ? event.no : this.offset + event.first
    // What comes from elsewhere stands in the log already, and so does what did not reach us.
    if (isRelayed && no > this.#next) yield* this.stored()
    if (event.kind === 'here') return this.tell(event.unfinished ?? null)
    const lines = numbered(event, no).filter((line) => line.no >= this.#next)
    if (lines.length > 0) yield this.#passed(lines)
  }

  #patienceMs(isSilent: boolean): number {
    return isSilent ? Math.min(this.#options.remote!.pollMs, ASK_AGAIN_MS) : ASK_AGAIN_MS
  }

  #passed(lines: NumberedLine[]): NumberedLine[] {
    this.#next = lines.at(-1)!.no + 1
    return lines
  }
}

/** Hears what other instances send about the execution. */
class Ear {
  readonly #options: FollowOptions
  readonly #unwatch: () => void
  #heardAt = Number.NEGATIVE_INFINITY

  constructor(options: FollowOptions, inbox: Inbox) {
    this.#options = options
    const hear = (message: RelayedTail) => {
      this.#heardAt = options.clock.monotonic()
      inbox.put(message)
    }
    this.#unwatch = options.remote?.relay.watch(options.id, hear) ?? (() => {})
  }

  /** It may run elsewhere, and nobody says so. */
  get isSilent(): boolean {
    const { remote, clock } = this.#options
    if (remote === undefined || remote.isHere()) return false
    return clock.monotonic() - this.#heardAt > SILENCE_MS
  }

  close() {
    this.#unwatch()
  }
}

async function* stored(logs: LogStore, id: string, from: number, signal: AbortSignal): AsyncGenerator<NumberedLine[]> {
  let next: number | null = from
  while (next !== null && !signal.aborted) {
    const page = await logs.read(id, { from: next, limit: LINES_PER_PAGE })
    if (page.lines.length > 0 && !signal.aborted) yield page.lines
    next = page.next
  }
}

type Lines = Pick<TailLines, 'attempt' | 'lines'>

function numbered({ attempt, lines }: Lines, no: number): NumberedLine[] {
  return lines.map((line, i) => ({ ...line, no: no + i, attempt }))
}

type Tail = TailLines | TailUnfinished | TailEnd | RelayedTail

/** Events between the publisher and one watcher; bounded. */
class Inbox {
  readonly #clock: Clock
  readonly #most: number
  #events: Tail[] = []
  #held = 0
  #waiter: ((woken: boolean) => void) | null = null
  #timer: Timer | null = null
  /** Something was thrown away; the watcher must begin again from the store. */
  overflowed = false

  constructor({ clock, maxBuffered = 1024 * 1024 }: FollowOptions) {
    this.#clock = clock
    this.#most = maxBuffered
  }

  put(event: Tail): void {
    this.#held += sizeOf(event)
    if (this.#held > this.#most) {
      this.overflowed = true
      this.#events = []
    }
    if (!this.overflowed) this.#events.push(event)
    this.wake()
  }

  take(): Tail | undefined {
    const event = this.#events.shift()
    if (event !== undefined) this.#held -= sizeOf(event)
    return event
  }

  /** Forgets what came so far. */
  restart(): void {
    this.overflowed = false
    this.#held = 0
    this.#events = []
  }

  /** True when something has come, false when `ms` have passed. */
  wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiter = resolve
      this.#timer = this.#clock.after(ms, () => this.#settle(false))
    })
  }

  wake(): void {
    this.#settle(true)
  }

  #settle(woken: boolean) {
    this.#timer?.cancel()
    this.#timer = null
    this.#waiter?.(woken)
    this.#waiter = null
  }
}

function sizeOf(event: Tail): number {
  if (event.kind === 'unfinished') return LINE_SIZE + (event.line?.text.length ?? 0)
  return event.kind !== 'lines' ? 0 : event.lines.reduce((sum, line) => sum + LINE_SIZE + line.text.length, 0)
}
