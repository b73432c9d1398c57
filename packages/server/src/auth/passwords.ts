import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { type FieldError, RotaError, say } from '@rota/core'
import { isCommonPassword } from './common-passwords.ts'

/** What a hash takes: memory in KiB, passes over it, threads. */
export interface PasswordCost {
  memoryCost: number
  timeCost: number
  parallelism: number
}

/** OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Hashes at once, and how many may wait; more would only let an attacker fill the memory. */
const AT_ONCE = 4
const MOST_WAITING = 64
/** Of these, strangers never have them all: whoever has signed in from that address before finds a free one. */
const MOST_OF_STRANGERS = 3

type Share = 'known' | 'strange'

/** Hashes and checks passwords, a bounded number at a time. */
export class PasswordHasher {
  readonly #running = { known: 0, strange: 0 }
  readonly #waiting: Record<Share, (() => void)[]> = { known: [], strange: [] }
  /** Made with the first sign-in, whoever signs in: a server that starts has better uses for 19 MiB. */
  #decoy: Promise<string> | null = null
  readonly #cost: PasswordCost

  constructor(cost = COST) {
    this.#cost = cost
  }

  hash(password: string): Promise<string> {
    return this.#inTurn('known', () => hash(password, this.#cost))
  }

  /**
   * False too when `stored` is null, after the same work: nobody learns from the time whether a user exists. Strangers
   * (`isKnown` false) wait among themselves.
   */
  async verify(stored: string | null, password: string, isKnown = true): Promise<boolean> {
    this.#decoy ??= hash(randomBytes(16), this.#cost)
    const decoy = await this.#decoy
    const against = stored ?? decoy
    const matches = await this.#inTurn(isKnown ? 'known' : 'strange', () => verify(against, password))
    return matches && stored !== null
  }

  async #inTurn<T>(share: Share, work: () => Promise<T>): Promise<T> {
    if (!this.#hasRoom(share)) {
      const waiting = this.#waiting[share]
      if (waiting.length >= MOST_WAITING) throw new RotaError('unavailable', say`Too many sign-ins at once; try again.`)
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      this.#running[share]++
    }
    try {
      return await work()
    } finally {
      this.#running[share]--
      this.#passOn(share === 'known' ? ['strange', 'known'] : ['known', 'strange'])
    }
  }

  /** The place goes to the other kind first, so that neither waits for ever. */
  #passOn(order: Share[]): void {
    const next = order.find((share) => this.#waiting[share].length > 0 && this.#hasRoom(share))
    if (next === undefined) return
    this.#running[next]++
    this.#waiting[next].shift()!()
  }

  #hasRoom(share: Share): boolean {
    const { known, strange } = this.#running
    return known + strange < AT_ONCE && (share === 'known' || strange < MOST_OF_STRANGERS)
  }
}

/** What is wrong with a new password; empty when it will do. */
export function passwordErrors(password: string, minLength: number, username: string, path = 'password'): FieldError[] {
  const wrong = (message: string) => [{ path, message }]
  if ([...password].length < minLength) return wrong(say`must be at least ${minLength} characters long.`)
  if (password.toLowerCase().includes(username.toLowerCase()) && username.length >= 4 && password.length < 16) {
    return wrong(say`must not contain the user name.`)
  }
  if (new Set(password).size < 5) return wrong(say`must have at least five different characters.`)
  if (isCommonPassword(password)) return wrong(say`is one of the first that anybody would try.`)
  return []
}

/** No letters or digits that look alike; 31 symbols, so 20 of them carry 99 bits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUP = 5

/** A password for one person to copy once: four groups of five, or as many as `minLength` needs. */
export function randomPassword(minLength: number): string {
  const groups = Math.max(4, Math.ceil((minLength + 1) / (GROUP + 1)))
  const symbols: string[] = []
  while (symbols.length < groups * GROUP) {
    for (const byte of randomBytes(32)) if (byte < 248) symbols.push(ALPHABET[byte % 31]!)
  }
  return Array.from({ length: groups }, (_, i) => symbols.slice(i * GROUP, (i + 1) * GROUP).join('')).join('-')
}
