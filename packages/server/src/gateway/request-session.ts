import { type Clock, type FromNode, say, type Timer, type ToNode } from '@rota/core'
import type { NodeConnection, NodeLink } from '@rota/engine'
import type { PushLink } from './push-link.ts'

export interface RequestSessionOptions {
  node: string
  clock: Clock
  /** After so long without a request the node is gone. */
  silenceMs: number
  /** Where frames are sent to; null where the node asks for them. */
  push: PushLink | null
  onEnd: (session: RequestSession) => void
}

/** Frames held for a node that does not come for them. */
const MOST_HELD = 10_000
/** Frames in one answer. */
const MOST_AT_ONCE = 500

/** A node that keeps no connection: what it is told waits until it asks, or is sent to it. */
export class RequestSession implements NodeLink {
  readonly node: string
  readonly #options: RequestSessionOptions
  #held: ToNode[] = []
  #connection: NodeConnection | null = null
  #isClosed = false
  #silence: Timer | null = null
  /** Ends the wait of a request that has found nothing. */
  #rouse: (() => void) | null = null

  constructor(options: RequestSessionOptions) {
    this.node = options.node
    this.#options = options
    this.#heard()
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  opened(connection: NodeConnection): void {
    this.#connection = connection
    if (this.#isClosed) connection.ended()
  }

  /** Takes what the node says, but for its greeting. */
  receive(frames: readonly FromNode[]): void {
    this.#heard()
    for (const frame of frames) {
      if (frame.kind === 'hello') continue
      if (this.#isClosed) return
      this.#connection?.receive(frame)
    }
  }

  send(frame: ToNode): boolean {
    if (this.#isClosed) return false
    const { push } = this.#options
    if (push !== null) {
      push.send(frame, (why) => this.close(why))
      return true
    }
    this.#held.push(frame)
    this.#rouse?.()
    if (this.#held.length <= MOST_HELD) return true
    this.close(say`The node does not come for what it is told.`)
    return false
  }

  /** What there is to tell, at once or within `waitMs`. What was held when the session ended can still be had. */
  async take(waitMs: number): Promise<ToNode[]> {
    if (this.#held.length === 0 && waitMs > 0 && !this.#isClosed) await this.#wait(waitMs)
    return this.#held.splice(0, MOST_AT_ONCE)
  }

  close(_why: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#silence?.cancel()
    this.#rouse?.()
    this.#connection?.ended()
    this.#options.onEnd(this)
  }

  #wait(waitMs: number): Promise<void> {
    // One request waits at a time: whoever asks again has given the one before up.
    this.#rouse?.()
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(waitMs, () => rouse())
      const rouse = () => {
        timer.cancel()
        if (this.#rouse === rouse) this.#rouse = null
        resolve()
      }
      this.#rouse = rouse
    })
  }

  #heard(): void {
    const { clock, silenceMs } = this.#options
    this.#silence?.cancel()
    if (!this.#isClosed) this.#silence = clock.after(silenceMs, () => this.close(say`Nothing was heard of the node.`))
  }
}
