import { RotaError, say } from '@rota/core'

/** The open event streams of this server: bounded in number, and ended together when it stops. */
export class LiveStreams {
  readonly #open = new Set<AbortController>()
  readonly #most: number
  #isClosed = false

  constructor(most: number) {
    this.#most = most
  }

  get count(): number {
    return this.#open.size
  }

  /** Throws `unavailable` when there are too many or the server stops. */
  open(): { signal: AbortSignal; close: () => void } {
    if (this.#isClosed) throw new RotaError('unavailable', say`The server is stopping.`)
    if (this.#open.size >= this.#most) throw new RotaError('unavailable', say`Too many live streams are open.`)
    const controller = new AbortController()
    this.#open.add(controller)
    const close = () => {
      this.#open.delete(controller)
      controller.abort()
    }
    return { signal: controller.signal, close }
  }

  closeAll(): void {
    this.#isClosed = true
    for (const controller of this.#open) controller.abort()
    this.#open.clear()
  }
}
