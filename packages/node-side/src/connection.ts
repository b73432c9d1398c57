import { AGENT_PROTOCOL, type Clock, type FromNode, say, type Timer, type ToNode } from '@rota/core'
import { parseToNode } from '@rota/protocol/agent'
import type { Closed, Dial, Wire } from './wire.ts'

export type Welcome = Extract<ToNode, { kind: 'welcome' }>
export type Turned = Extract<ToNode, { kind: 'refused' }>

export interface ConnectionOptions {
  dial: Dial
  clock: Clock
  /** 0 to 1, for delays that nobody shares. Default Math.random. */
  random?: () => number
  greeting(): FromNode
  heartbeat(): FromNode
  /** The server has let the node in. */
  onOpen(welcome: Welcome): void
  /** Everything said after the welcome. */
  onFrame(frame: ToNode): void
  /** It is interrupted, and will be tried again in `retryMs`; null when that would be in vain. */
  onClosed(closed: Closed, retryMs: number | null): void
  /** It is not let in; `isFinal` says whether it is tried again. */
  onTurned(turned: Turned): void
  /** Whether a status with which a connection was turned away means that trying again is in vain. */
  isHopeless?(status: number): boolean
}

/** From the first byte to the welcome. */
const GREETING_MS = 15_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000
/** A connection that lasted so long was good: the next one is tried at once. */
const GOOD_MS = 10_000

/** `resting`: nobody wants one. `waiting`: the last one ended, the next is tried in a while. */
type ConnectionState = 'resting' | 'dialling' | 'greeting' | 'open' | 'waiting'

/** What is waited for. */
type Waiting = 'greeting' | 'beat' | 'silence' | 'retry'

/**
 * Keeps a connection to a server: greets, sends heartbeats, notices silence, and connects anew after each end, with
 * delays that double and differ between nodes. A wire is only believed while it speaks.
 */
export class Connection {
  readonly #options: ConnectionOptions
  #state: ConnectionState = 'resting'
  #wire: Wire | null = null
  /** Tells the events of this wire from those of earlier ones. */
  #turn = 0
  #failures = 0
  #openedAt = 0
  #heardAt = 0
  readonly #timers = new Map<Waiting, Timer>()
  #welcome: Welcome | null = null

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** As of the server's welcome; null when there is no connection. */
  get welcome(): Welcome | null {
    return this.#state === 'open' ? this.#welcome : null
  }

  start(): void {
    if (this.#state === 'resting') this.#dial()
  }

  /** Ends it for good. */
  stop(): void {
    this.#state = 'resting'
    this.#forget()
  }

  /** Sends a frame; false when there is no connection. */
  send(frame: FromNode): boolean {
    if (this.#state !== 'open') return false
    this.#wire?.send(JSON.stringify(frame))
    return true
  }

  /** A heartbeat out of turn. */
  beat(): void {
    this.send(this.#options.heartbeat())
  }

  #dial(): void {
    this.#forget()
    const turn = ++this.#turn
    const isCurrent = () => turn === this.#turn
    this.#state = 'dialling'
    this.#after('greeting', GREETING_MS, () => this.#close(say`The server did not answer the greeting.`))
    this.#wire = this.#options.dial({
      opened: () => isCurrent() && this.#greet(),
      said: (frame) => isCurrent() && this.#hear(frame),
      closed: (why) => isCurrent() && this.#ended(why),
    })
  }

  #greet(): void {
    this.#state = 'greeting'
    this.#wire?.send(JSON.stringify(this.#options.greeting()))
  }

  #hear(text: string): void {
    this.#heardAt = this.#options.clock.monotonic()
    let frame: ToNode
    try {
      frame = parseToNode(text)
    } catch (error) {
      this.#close(say`The server said what is not in the agent protocol: ${(error as Error).message}`)
      return
    }
    if (frame.kind === 'welcome') this.#open(frame)
    else if (frame.kind === 'refused') this.#turnedAway(frame)
    else if (this.#state === 'open') this.#options.onFrame(frame)
    else this.#close(say`The server said ${frame.kind} before its welcome.`)
  }

  #open(welcome: Welcome): void {
    if (this.#state === 'open') return
    if (welcome.version !== AGENT_PROTOCOL) {
      this.#close(
        say`The server speaks version ${welcome.version} of the agent protocol, this program version ${AGENT_PROTOCOL}: bring the older of the two up to date.`,
      )
      return
    }
    this.#cancelTimers()
    this.#state = 'open'
    this.#welcome = welcome
    this.#openedAt = this.#options.clock.monotonic()
    this.#beatEvery(welcome.heartbeatMs)
    this.#watch(welcome.silenceMs)
    this.#options.onOpen(welcome)
  }

  #beatEvery(everyMs: number): void {
    this.#after('beat', everyMs, () => {
      this.beat()
      this.#beatEvery(everyMs)
    })
  }

  /** Closes when nothing was heard for so long: a half-open socket says nothing, and takes everything. */
  #watch(silenceMs: number): void {
    const quietMs = this.#options.clock.monotonic() - this.#heardAt
    if (quietMs >= silenceMs) this.#close(say`The server has said nothing for ${Math.round(quietMs)} ms.`)
    else this.#after('silence', silenceMs - quietMs, () => this.#watch(silenceMs))
  }

  #turnedAway(turned: Turned): void {
    this.#options.onTurned(turned)
    if (turned.isFinal) this.stop()
    else this.#close(turned.why)
  }

  #close(why: string): void {
    this.#ended({ why, status: null })
  }

  #ended(closed: Closed): void {
    if (this.#state === 'resting') return
    const { clock, random = Math.random, isHopeless, onClosed } = this.#options
    const wasGood = this.#state === 'open' && clock.monotonic() - this.#openedAt >= GOOD_MS
    this.#failures = wasGood ? 0 : this.#failures + 1
    this.#forget()
    if (closed.status !== null && isHopeless?.(closed.status)) {
      this.#state = 'resting'
      onClosed(closed, null)
      return
    }
    this.#state = 'waiting'
    const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures)
    const retryMs = Math.round(longestMs * (0.5 + random() / 2))
    this.#after('retry', retryMs, () => this.#dial())
    onClosed(closed, retryMs)
  }

  /** Leaves the wire there is, and everything that waits. */
  #forget(): void {
    this.#turn++
    this.#cancelTimers()
    this.#welcome = null
    const wire = this.#wire
    this.#wire = null
    wire?.close()
  }

  #after(what: Waiting, delayMs: number, fn: () => void): void {
    this.#timers.set(what, this.#options.clock.after(delayMs, fn))
  }

  #cancelTimers(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }
}
