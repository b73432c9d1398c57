import { RotaError } from '@rota/core'
import { addressGroup } from '../address-group.ts'
import type { Throttle } from './throttle.ts'

/**
 * Bounds guesses of tokens and cookies per address. Who has a right one is never asked to wait: only what was wrong
 * counts, and it is found out at no cost to others.
 */
export class Guesses {
  readonly #throttle: Throttle

  constructor(throttle: Throttle) {
    this.#throttle = throttle
  }

  /** Throws what came of a wrong credential: `error` itself, or ThrottledError after too many from that address. */
  async count(error: unknown, address: string): Promise<never> {
    const isWrong = RotaError.is(error) && (error.code === 'unauthenticated' || error.code === 'session_ended')
    if (isWrong) await this.#throttle.take(addressGroup(address))
    throw error
  }
}
