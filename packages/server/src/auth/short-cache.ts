import type { Clock } from '@rota/core'
import type { KnownCallers } from './known-callers.ts'

/**
 * Another instance's revocation is noticed after this at the latest, and the second that {@link KnownCallers} add. An open
 * stream looks every two seconds, so that it ends within five.
 */
const LIFE_MS = 2_000
const MOST_ENTRIES = 5_000

/** Remembers rows that every request needs, for a few seconds; changes made here are forgotten at once. */
export class ShortCache<T> {
  readonly #entries = new Map<string, { value: T; until: number }>()
  readonly #clock: Clock
  readonly #callers: Pick<KnownCallers, 'forgetAll'> | undefined

  /** `callers`: who is known by what the rows say. */
  constructor(clock: Clock, callers?: Pick<KnownCallers, 'forgetAll'>) {
    this.#clock = clock
    this.#callers = callers
  }

  async get(key: string, load: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic()
    const known = this.#entries.get(key)
    if (known !== undefined && known.until > now) return known.value
    const value = await load()
    this.#entries.delete(key)
    this.#entries.set(key, { value, until: now + LIFE_MS })
    if (this.#entries.size > MOST_ENTRIES) this.#entries.delete(this.#entries.keys().next().value!)
    return value
  }

  forget(key: string): void {
    this.#callers?.forgetAll()
    this.#entries.delete(key)
  }

  clear(): void {
    this.#callers?.forgetAll()
    this.#entries.clear()
  }
}
