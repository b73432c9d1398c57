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

/** An end that nobody announced (an instance that died) is noticed after this long. */
const ASK_AGAIN_MS = 5_000
const LINES_PER_PAGE = 2_000

/**
 * Stored lines from `from`, then live ones, each exactly once and in order, until the execution ends or `signal`
 * aborts. The watcher sets the pace: nothing waits for it, and what it is too slow for is read from the store.
 */
export async function* followLog(logs: LogStore, tails: Tails, options: FollowOptions): AsyncGenerator<NumberedLine[]> {
  const { id, signal, isFinal } = options
  const inbox = new Inbox(options)
  const unsubscribe = tails.subscribe(id, (event) => inbox.put(event))
  const wake = () => inbox.wake()
  signal.addEventListener('abort', wake)
  let next = options.from
  try {
    while (!signal.aborted) {
      // In one turn, so that both count the same lines: what the store has then is what was published by then.
      const position = tails.position(id)
      inbox.restart()
      const flushed = logs.flush(id)
      const final = await isFinal()
      const offset = (await flushed) - position
      for await (const lines of stored(logs, id, next, signal)) {
        next = lines.at(-1)!.no + 1
        yield lines
      }
      if (final) return
      while (!signal.aborted && !inbox.overflowed) {
        const event = inbox.take()
        if (event === undefined) {
          if ((await inbox.wait()) === 'asked' && (await isFinal())) inbox.overflow()
        } else if (event.kind === 'end') {
          return
        } else {
          const lines = numbered(event, offset).filter((line) => line.no >= next)
          if (lines.length === 0) continue
          next = lines.at(-1)!.no + 1
          yield lines
        }
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
  #ended = false
  #waiter: ((why: 'woken' | 'asked') => void) | null = null
  #timer: Timer | null = null
  /** Something was thrown away; the watcher must begin again from the store. */
  overflowed = false

  constructor({ clock, maxBuffered = 1024 * 1024 }: FollowOptions) {
    this.#clock = clock
    this.#most = maxBuffered
  }

  put(event: TailLines | TailEnd): void {
    if (event.kind === 'end') this.#ended = true
    else this.#held += event.lines.reduce((sum, line) => sum + 80 + line.text.length, 0)
    if (this.#held > this.#most) this.overflow()
    if (!this.overflowed) this.#events.push(event)
    this.wake()
  }

  take(): TailLines | TailEnd | undefined {
    const event = this.#events.shift()
    if (event?.kind === 'lines') this.#held -= event.lines.reduce((sum, line) => sum + 80 + line.text.length, 0)
    return event
  }

  overflow(): void {
    this.overflowed = true
    this.#events = []
  }

  /** Forgets what came so far, but not that the end came. */
  restart(): void {
    this.overflowed = false
    this.#held = 0
    this.#events = this.#ended ? [{ kind: 'end' }] : []
  }

  /** Resolves with `woken` when something has come, with `asked` when it is time to ask about the end. */
  wait(): Promise<'woken' | 'asked'> {
    return new Promise((resolve) => {
      this.#waiter = resolve
      this.#timer = this.#clock.after(ASK_AGAIN_MS, () => this.#settle('asked'))
    })
  }

  wake(): void {
    this.#settle('woken')
  }

  #settle(why: 'woken' | 'asked') {
    this.#timer?.cancel()
    this.#timer = null
    this.#waiter?.(why)
    this.#waiter = null
  }
}
