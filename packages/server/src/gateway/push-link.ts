import { createHmac } from 'node:crypto'
import { type Clock, say, type ToNode } from '@rota/core'
import { createGuardedSender, type GuardedRequest } from '@rota/executors'

export interface PushLinkOptions {
  url: string
  /** Digest of the node's key, with which both sides can sign: the key itself is not kept here. */
  keyHash: string
  /** Hosts and networks that may be reached although they are not public. */
  allow: readonly string[]
  clock: Clock
  /** Default: requests bounded by the rules for addresses. */
  send?: (request: GuardedRequest) => Promise<{ status: number }>
}

/** How often a request is tried, and how long the first pause is; each further one is twice as long. */
const TRIES = 4
const PAUSE_MS = 500
const WITHIN_MS = 10_000
/** Frames in one request, and held for a node that is slow. */
const MOST_AT_ONCE = 100
const MOST_HELD = 10_000

/** Sends frames to a node's own address, in order, one request after the other, signed. */
export class PushLink {
  readonly #options: PushLinkOptions
  readonly #send: (request: GuardedRequest) => Promise<{ status: number }>
  #held: ToNode[] = []
  #isSending = false
  #hasFailed = false

  constructor(options: PushLinkOptions) {
    this.#options = options
    this.#send =
      options.send ?? createGuardedSender({ allow: [...options.allow], maxRedirects: 0, maxBodyBytes: 1_024 })
  }

  /** `onFailed` is told once when the node cannot be reached, or is too slow. */
  send(frame: ToNode, onFailed: (why: string) => void): void {
    if (this.#hasFailed) return
    this.#held.push(frame)
    if (this.#held.length > MOST_HELD) this.#fail(say`The node does not take what it is told.`, onFailed)
    if (this.#isSending || this.#hasFailed) return
    this.#isSending = true
    void this.#sendAll(onFailed)
  }

  async #sendAll(onFailed: (why: string) => void): Promise<void> {
    while (this.#held.length > 0 && !this.#hasFailed) {
      const frames = this.#held.splice(0, MOST_AT_ONCE)
      const trouble = await this.#post(JSON.stringify({ frames }))
      if (trouble !== null) this.#fail(say`The callback address of the node does not take frames: ${trouble}`, onFailed)
    }
    this.#isSending = false
  }

  #fail(why: string, onFailed: (why: string) => void): void {
    this.#hasFailed = true
    this.#held = []
    onFailed(why)
  }

  /** Why it could not be sent; null when it was. */
  async #post(body: string): Promise<string | null> {
    const { clock, url } = this.#options
    let trouble = ''
    for (let tries = 0; tries < TRIES; tries++) {
      if (tries > 0) await new Promise<void>((resolve) => clock.after(PAUSE_MS * 2 ** (tries - 1), resolve))
      try {
        const { status } = await this.#within((signal) =>
          this.#send({ url: new URL(url), method: 'POST', headers: this.#headersOf(body), body, signal }),
        )
        if (status >= 200 && status < 300) return null
        trouble = say`HTTP ${status}`
        // It was understood, and refused: the same again would be, too.
        if (status >= 400 && status < 500 && status !== 429) break
      } catch (error) {
        trouble = (error as Error).message
      }
    }
    return trouble
  }

  #headersOf(body: string): Record<string, string> {
    return {
      'content-type': 'application/json',
      'x-rota-signature': signatureOf(body, this.#options.keyHash, this.#options.clock.now()),
    }
  }

  async #within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController()
    const timer = this.#options.clock.after(WITHIN_MS, () => abort.abort(new Error(say`it did not answer`)))
    try {
      return await work(abort.signal)
    } finally {
      timer.cancel()
    }
  }
}

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`, with the SHA-256 of the node's key, in hex, as the key. */
export function signatureOf(body: string, keyHash: string, now: number): string {
  const seconds = Math.floor(now / 1_000)
  const mac = createHmac('sha256', keyHash).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}
