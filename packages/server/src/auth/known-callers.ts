import { hash } from 'node:crypto'
import type { Clock } from '@rota/core'
import type { Principal } from '../principal.ts'

/** Beside what the rows behind it may be old: together three seconds. */
const LIFE_MS = 1_000
const MOST_CALLERS = 5_000

interface Known {
  principal: Principal
  until: number
}

/**
 * Whose a bearer token is, remembered for a second, so that of a thousand requests one is looked into. What changes an
 * account, a session or a token here forgets all of it at once. Tokens are kept as digests alone.
 */
export class KnownCallers {
  readonly #clock: Clock
  readonly #byDigest = new Map<string, Known>()
  /** How often all was forgotten: what was looked up before must not be kept after. */
  #age = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Null for one that was not seen within the last second, or has expired, or holds less by now. */
  find(bearer: string): Principal | null {
    const known = this.#byDigest.get(digestOf(bearer))
    if (known === undefined || known.until <= this.#clock.monotonic()) return null
    const { credential, heldUntil } = known.principal
    const now = this.#clock.now()
    return [credential.expiresAt, heldUntil].some((end) => end !== null && end <= now) ? null : known.principal
  }

  /** Looks a caller up and remembers who it is. */
  async learn(bearer: string, look: () => Promise<Principal>): Promise<Principal> {
    const age = this.#age
    const principal = await look()
    if (age !== this.#age) return principal
    const digest = digestOf(bearer)
    this.#byDigest.delete(digest)
    this.#byDigest.set(digest, { principal, until: this.#clock.monotonic() + LIFE_MS })
    if (this.#byDigest.size > MOST_CALLERS) this.#byDigest.delete(this.#byDigest.keys().next().value!)
    return principal
  }

  forgetAll(): void {
    this.#age++
    this.#byDigest.clear()
  }
}

function digestOf(bearer: string): string {
  return hash('sha256', bearer, 'base64')
}
