import { say } from '@rota/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addressGroup } from '../address-group.ts'
import type { Services } from '../services.ts'
import { sessionCookies } from '../session-cookie.ts'
import { ThrottledError } from '../throttled-error.ts'
import { SharedCounts } from './shared-counts.ts'

const MINUTE_MS = 60_000
/** Stands for all addresses together; no address looks like it. */
const EVERYBODY = '*'

/**
 * Limits of its own for who shows no credential: how many requests come in a minute, and how many are under way, from
 * one address and from all. They are judged before a body is read or a password hashed. Probes are not counted.
 */
export class AnonymousLimits {
  readonly #settings: Services['config']['http']
  readonly #counts: SharedCounts
  readonly #underWay = new Map<string, number>()

  constructor({ config, hot, clock }: Pick<Services, 'config' | 'hot' | 'clock'>) {
    this.#settings = config.http
    this.#counts = new SharedCounts(hot.rateLimits, clock, MINUTE_MS)
  }

  /** Throws ThrottledError when this minute has had its share. */
  count(address: string): void {
    const { anonymous_per_minute: ofOne, anonymous_per_minute_total: ofAll } = this.#settings
    this.#countOne(`anonymous:${address}`, ofOne)
    this.#countOne(`anonymous:${EVERYBODY}`, ofAll)
  }

  /** Does `work` when there is room for it; throws ThrottledError when there is none. */
  async hold<T>(address: string, work: () => Promise<T>): Promise<T> {
    const { anonymous_at_once: ofOne, anonymous_at_once_total: ofAll } = this.#settings
    if (this.#of(address) >= ofOne || this.#of(EVERYBODY) >= ofAll) {
      throw new ThrottledError(say`Too many requests without a credential are under way; try again in a second.`, 1)
    }
    this.#add(address, 1)
    this.#add(EVERYBODY, 1)
    try {
      return await work()
    } finally {
      this.#add(address, -1)
      this.#add(EVERYBODY, -1)
    }
  }

  #countOne(key: string, most: number): void {
    if (most === 0) return
    const { current, ttl } = this.#counts.add(key)
    if (current <= most) return
    const seconds = Math.max(Math.ceil(ttl / 1_000), 1)
    throw new ThrottledError(say`Too many requests without a credential; try again in ${seconds} s.`, seconds)
  }

  #of(key: string): number {
    return this.#underWay.get(key) ?? 0
  }

  #add(key: string, change: 1 | -1): void {
    const count = this.#of(key) + change
    if (count === 0) this.#underWay.delete(key)
    else this.#underWay.set(key, count)
  }
}

/** Counts requests to the API that carry no credential, or go where none is needed. */
export function limitAnonymous(app: FastifyInstance, limits: AnonymousLimits): void {
  app.addHook('onRequest', (request, _, done) => {
    const { needs, isUnlimited } = request.routeOptions.config ?? {}
    const isOfApi = needs !== undefined && !isUnlimited && request.routeOptions.url?.startsWith('/api/') === true
    try {
      if (isOfApi && (needs === 'public' || isAnonymous(request))) limits.count(addressGroup(request.ip))
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

function isAnonymous({ headers, protocol }: FastifyRequest): boolean {
  return headers.authorization === undefined && sessionCookies(headers.cookie, protocol === 'https').length === 0
}
