import type { Clock, Timer } from '@rota/core'
import type { LogStore, NumberedLine } from '../ports/logs.ts'
import type { TailEnd, TailLines, Tails } from '../ports/tails.ts'

export interface FollowOptions {
  id: string
  /** Number of the first line wanted. */
  from: number
  signal: AbortSignal
  /** Whether the execution has its final state, asked of the truth. */
  isFinal: () => Promise<boolean>
  clock: Clock
  /** Characters held for a watcher that is slow to read; beyond it they are read from the store again. Default 1 MiB. */
  maxBuffered?: number
}

/** An end that nobody announced (an instance that died) is noticed after this long, an announced one sooner. */
const ASK_AGAIN_MS = 5_000
const ASK_FIRST_MS = 20
const LINES_PER_PAGE = 2_000
/** What a line takes beside its text. */
const LINE_SIZE = 80

/**
 * Stored lines from `from`, then live ones, each exactly once and in order, until the execution ends or `signal`
 * aborts. The watcher sets the pace: nothing waits for it, and what it is too slow for is read from the store.
 */
export async function* followLog(logs: LogStore, tails: Tails, options: FollowOptions): AsyncGenerator<NumberedLine[]> {
  const { id, signal, isFinal } = options
  const inbox = new Inbox(options)
  const wake = () => inbox.wake()
  let unsubscribe = () => {}
  let next = options.from
  let patienceMs = ASK_AGAIN_MS
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
      const offset = (await flushed) - position
      for await (const lines of stored(logs, id, next, signal)) {
        next = lines.at(-1)!.no + 1
        yield lines
      }
      if (final) return
      while (!signal.aborted && !inbox.overflowed) {
        const event = inbox.take()
        // The end of an attempt may be announced, too, and its watchers are then let go: look at everything afresh.
        if (event?.kind === 'end') {
          patienceMs = ASK_FIRST_MS
          break
        }
        if (event === undefined) {
          if (await inbox.wait(patienceMs)) continue
          patienceMs = Math.min(patienceMs * 2, ASK_AGAIN_MS)
          if (await isFinal()) break
          continue
        }
        const lines = numbered(event, offset).filter((line) => line.no >= next)
        if (lines.length === 0) continue
        next = lines.at(-1)!.no + 1
        yield lines
      }
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', wake)
    inbox.wake()
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

function numbered({ first, attempt, lines }: TailLines, offset: number): NumberedLine[] {
  return lines.map((line, i) => ({ ...line, no: offset + first + i, attempt }))
}

/** Events between the publisher and one watcher; bounded. */
class Inbox {
  readonly #clock: Clock
  readonly #most: number
  #events: (TailLines | TailEnd)[] = []
  #held = 0
  #waiter: ((woken: boolean) => void) | null = null
  #timer: Timer | null = null
  /** Something was thrown away; the watcher must begin again from the store. */
  overflowed = false

  constructor({ clock, maxBuffered = 1024 * 1024 }: FollowOptions) {
    this.#clock = clock
    this.#most = maxBuffered
  }

  put(event: TailLines | TailEnd): void {
    this.#held += sizeOf(event)
    if (this.#held > this.#most) {
      this.overflowed = true
      this.#events = []
    }
    if (!this.overflowed) this.#events.push(event)
    this.wake()
  }

  take(): TailLines | TailEnd | undefined {
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

function sizeOf(event: TailLines | TailEnd): number {
  return event.kind === 'end' ? 0 : event.lines.reduce((sum, line) => sum + LINE_SIZE + line.text.length, 0)
}
