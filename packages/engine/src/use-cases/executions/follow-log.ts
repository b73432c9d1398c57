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
  const { id, signal, isFinal, remote } = options
  const inbox = new Inbox(options)
  const wake = () => inbox.wake()
  const ear = new Ear(options, inbox)
  let unsubscribe = () => {}
  let next = options.from
  signal.addEventListener('abort', wake)
  let standing: UnfinishedLine | null = null

  function tell(line: UnfinishedLine | null) {
    if (line?.since === standing?.since && line?.text === standing?.text) return
    standing = line
    options.onUnfinished?.(line)
  }

  async function* readOn() {
    for await (const lines of stored(logs, id, next, signal)) {
      next = lines.at(-1)!.no + 1
      yield lines
    }
  }

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
      const offset = (await flushed) - position
      yield* readOn()
      if (final) return
      tell(tails.unfinished(id))
      while (!signal.aborted && !inbox.overflowed) {
        const event = inbox.take()
        // The end of an attempt is announced, too, and its watchers are then let go: look at everything afresh.
        if (event?.kind === 'end') break
        if (event === undefined) {
          const isSilent = ear.isSilent
          if (await inbox.wait(isSilent ? Math.min(remote!.pollMs, ASK_AGAIN_MS) : ASK_AGAIN_MS)) continue
          if (isSilent) {
            yield* readOn()
            tell(null)
          }
          if (await isFinal()) break
          continue
        }
        if (event.kind === 'unfinished') {
          tell(event.line)
          continue
        }
        const no = 'no' in event ? event.no : offset + event.first
        // What comes from elsewhere stands in the log already, and so does what did not reach us.
        if ('no' in event && no > next) yield* readOn()
        if (event.kind === 'here') {
          tell(event.unfinished ?? null)
          continue
        }
        const lines = numbered(event, no).filter((line) => line.no >= next)
        if (lines.length === 0) continue
        next = lines.at(-1)!.no + 1
        yield lines
      }
    }
  } finally {
    unsubscribe()
    ear.close()
    signal.removeEventListener('abort', wake)
    inbox.wake()
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
