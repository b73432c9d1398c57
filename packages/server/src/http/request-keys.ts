import { createHmac } from 'node:crypto'
import { type Clock, invalid, isSecretName, RotaError, say } from '@rota/core'
import type { RequestKeyRow, RequestKeyStore } from '../access-store.ts'

const KEPT_MS = 86_400_000
const PRUNE_EVERY = 1_000
/** On another instance a request may be under way for this long; one that is older died with its instance. */
const UNDER_WAY_MS = 60_000

export interface KeyedRequest {
  /** Caller, method and path: the same key of another caller is another key. */
  scope: string
  key: string
  body: unknown
}

/** A reply, new or as it was given before. */
export interface KeyedReply {
  status: number
  reply: unknown
  isReplay: boolean
}

export interface RequestKeysOptions {
  store: RequestKeyStore
  clock: Clock
  /** Without it nobody learns anything from a kept digest. */
  secret: Uint8Array
  /** Other instances take requests with the same keys. */
  isShared?: boolean
}

/** Gives the reply of the first request with an Idempotency-Key to all later ones, for a day. */
export class RequestKeys {
  readonly #store: RequestKeyStore
  readonly #clock: Clock
  readonly #underWay = new Set<string>()
  readonly #secret: Uint8Array
  readonly #isShared: boolean
  #sincePruned = 0

  constructor({ store, clock, secret, isShared = false }: RequestKeysOptions) {
    this.#store = store
    this.#clock = clock
    this.#secret = secret
    this.#isShared = isShared
  }

  /**
   * Throws `invalid` when the key was used for another body and `conflict` while the first request is under way. A
   * request that failed leaves its key free.
   */
  async run(request: KeyedRequest, status: number, work: () => Promise<unknown>): Promise<KeyedReply> {
    const { scope, key } = request
    if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
      throw new RotaError('malformed', say`Idempotency-Key must be 1 to 200 visible ASCII characters.`)
    }
    const flight = `${scope} ${key}`
    if (this.#underWay.has(flight)) {
      throw underWay()
    }
    this.#underWay.add(flight)
    try {
      const known = await this.#claim(request)
      if (known !== null) return known
      return { status, reply: await this.#finish(request, status, work), isReplay: false }
    } finally {
      this.#underWay.delete(flight)
    }
  }

  /** The earlier reply; null when the work is still to be done, also after a crash in its middle. */
  async #claim({ scope, key, body }: KeyedRequest): Promise<KeyedReply | null> {
    const now = this.#clock.now()
    const digest = this.#digest(body)
    if (this.#sincePruned++ % PRUNE_EVERY === 0) await this.#store.removeBefore(now - KEPT_MS)
    const row = { scope, key, digest, status: null, reply: null, created_at: now }
    if (await this.#store.insert(row)) return null
    const known = await this.#store.get(scope, key)
    if (known !== undefined && known.digest !== digest) {
      throw invalid([{ path: 'Idempotency-Key', message: say`was used for a request with another body.` }])
    }
    if (known === undefined) return null
    if (known.status === null) {
      if (this.#isShared) await this.#takeOver(known, now)
      return null
    }
    return { status: known.status, reply: JSON.parse(known.reply ?? 'null'), isReplay: true }
  }

  /** Tells whether a body is the same, but nothing of what is in it: keyed, and without passwords and their like. */
  #digest(body: unknown): string {
    const told = JSON.stringify(body ?? null, (name, value) =>
      typeof value === 'string' && isSecretName(name) ? '' : value,
    )
    return createHmac('sha256', this.#secret).update('rota request body').update(told).digest('hex')
  }

  /** Throws `conflict` when another instance is at it, or takes it over first. */
  async #takeOver({ scope, key, created_at: begunAt }: RequestKeyRow, now: number): Promise<void> {
    if (begunAt > now - UNDER_WAY_MS) throw underWay()
    if (!(await this.#store.takeOver(scope, key, begunAt, now))) throw underWay()
  }

  async #finish({ scope, key }: KeyedRequest, status: number, work: () => Promise<unknown>): Promise<unknown> {
    let reply: unknown
    try {
      reply = await work()
    } catch (error) {
      await this.#store.remove(scope, key)
      throw error
    }
    await this.#store.finish(scope, key, status, JSON.stringify(reply ?? null))
    return reply
  }
}

function underWay(): RotaError {
  return new RotaError('conflict', say`A request with this Idempotency-Key is still under way.`)
}
