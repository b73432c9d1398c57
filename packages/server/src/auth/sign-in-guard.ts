import type { Clock } from '@rota/core'
import type { SignInPlaceStore, UserRow } from '../access-store.ts'
import { addressGroup } from '../address-group.ts'
import { ShortCache } from './short-cache.ts'
import type { Throttle } from './throttle.ts'

const DAY_MS = 86_400_000
/** A place that was not used for so long is forgotten. */
const KNOWN_FOR_MS = 90 * DAY_MS
/** Places kept per user; the longest unused goes first. */
const MOST_PLACES = 20

export interface SignInGuardOptions {
  places: SignInPlaceStore
  /** Per user and address. */
  throttle: Throttle
  /** Per address, wider: many people may share one. */
  addressThrottle: Throttle
  /** Per user, over all addresses that the user has not signed in from. */
  accountThrottle: Throttle
  clock: Clock
}

export interface Attempt {
  /** As names are compared. */
  userKey: string
  user: UserRow | undefined
  address: string
}

/**
 * Bounds guesses of passwords: at one account from one address, from one address at all accounts, and at one account
 * from all addresses. The last two do not count where the user has signed in before: guesses from elsewhere, and at
 * others, lock nobody out there.
 */
export class SignInGuard {
  readonly #options: SignInGuardOptions
  readonly #known: ShortCache<number | null>

  constructor(options: SignInGuardOptions) {
    this.#options = options
    this.#known = new ShortCache(options.clock)
  }

  async isKnown({ user, address }: Attempt): Promise<boolean> {
    if (user === undefined) return false
    const lastUse = await this.#lastUse(user.id, addressGroup(address))
    return lastUse !== null && this.#options.clock.now() - lastUse < KNOWN_FOR_MS
  }

  /** Takes tokens before the work, so that parallel guesses count; answers how to give them back. */
  async take(attempt: Attempt, isKnown: boolean): Promise<() => Promise<void>> {
    const { throttle, addressThrottle, accountThrottle } = this.#options
    const place = addressGroup(attempt.address)
    const own: [Throttle, string] = [throttle, `${attempt.userKey}|${place}`]
    const buckets: [Throttle, string][] = isKnown
      ? [own]
      : [[addressThrottle, place], own, [accountThrottle, attempt.userKey]]
    for (const [bucket, key] of buckets) await bucket.take(key)
    return async () => {
      for (const [bucket, key] of buckets) await bucket.giveBack(key)
    }
  }

  /** The user has shown the password there. */
  async note(userId: string, address: string): Promise<void> {
    const { places, clock } = this.#options
    const place = addressGroup(address)
    const now = clock.now()
    const lastUse = await this.#lastUse(userId, place)
    if (lastUse !== null && now - lastUse < DAY_MS) return
    await places.note(userId, place, now)
    await places.trim(userId, MOST_PLACES)
    this.#known.forget(`${userId}|${place}`)
  }

  #lastUse(userId: string, place: string): Promise<number | null> {
    return this.#known.get(`${userId}|${place}`, () => this.#options.places.lastUse(userId, place))
  }
}
