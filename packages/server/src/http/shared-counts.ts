import type { Clock, Timer } from '@rota/core'
import type { RateLimits } from '@rota/engine'

interface Count {
  /** Of all servers, as far as we know. */
  total: number
  /** Of this server, not told yet. */
  untold: number
  endsAt: number
}

/** How long a server keeps its count of an address to itself. */
const TELL_EVERY_MS = 250
/** Addresses remembered; the longest untouched go first. */
const MOST_ADDRESSES = 20_000

/**
 * Requests per address and minute over all servers. A request waits for nobody: servers add up what they counted four
 * times a second, so a limit can be exceeded by what comes within a quarter of a second.
 */
export class SharedCounts {
  readonly #limits: RateLimits
  readonly #clock: Clock
  readonly #windowMs: number
  readonly #counts = new Map<string, Count>()
  readonly #untold = new Map<string, Count>()
  #timer: Timer | null = null

  constructor(limits: RateLimits, clock: Clock, windowMs: number) {
    this.#limits = limits
    this.#clock = clock
    this.#windowMs = windowMs
  }

  /** Counts one request; answers how many there were in this window, and how long it lasts. */
  add(address: string): { current: number; ttl: number } {
    const now = this.#clock.monotonic()
    let count = this.#counts.get(address)
    if (count === undefined || count.endsAt <= now) count = { total: 0, untold: 0, endsAt: now + this.#windowMs }
    count.untold++
    this.#counts.delete(address)
    this.#counts.set(address, count)
    if (this.#counts.size > MOST_ADDRESSES) this.#counts.delete(this.#counts.keys().next().value!)
    this.#untold.set(address, count)
    this.#timer ??= this.#clock.after(TELL_EVERY_MS, () => void this.#tell())
    return { current: count.total + count.untold, ttl: count.endsAt - now }
  }

  async #tell(): Promise<void> {
    const untold = [...this.#untold]
    this.#untold.clear()
    await Promise.all(untold.map(([address, count]) => this.#tellOne(address, count)))
    this.#timer = this.#untold.size > 0 ? this.#clock.after(TELL_EVERY_MS, () => void this.#tell()) : null
  }

  async #tellOne(address: string, count: Count): Promise<void> {
    const told = count.untold
    const { total, leftMs } = await this.#limits.count(`requests:${address}`, told, this.#windowMs)
    count.untold -= told
    count.total = total
    count.endsAt = this.#clock.monotonic() + leftMs
  }
}
