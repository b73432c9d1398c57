import { RotaError, say } from '@rota/core'
import { ThrottledError } from '../throttled-error.ts'

export interface StreamLimits {
  most: number
  mostPerUser: number
  mostPerAddress: number
}

/** Whose stream it is. */
export interface Reader {
  userId: string
  /** As limits count it. */
  address: string
}

/** A reader over the limit may come back when a stream has been closed, which nobody can tell beforehand. */
const RETRY_SECONDS = 5

/** The open event streams of this server: bounded in all, by user and by address, and ended together when it stops. */
export class LiveStreams {
  readonly #open = new Map<AbortController, Reader>()
  readonly #limits: StreamLimits
  #isClosed = false

  constructor(limits: StreamLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#open.size
  }

  /** Throws `too_many_requests` for a reader with too many, `unavailable` when all have or the server stops. */
  open(reader: Reader): { signal: AbortSignal; close: () => void } {
    this.#refuseSurplus(reader)
    const controller = new AbortController()
    this.#open.set(controller, reader)
    const close = () => {
      this.#open.delete(controller)
      controller.abort()
    }
    return { signal: controller.signal, close }
  }

  closeAll(): void {
    this.#isClosed = true
    for (const controller of this.#open.keys()) controller.abort()
    this.#open.clear()
  }

  #refuseSurplus({ userId, address }: Reader): void {
    const { most, mostPerUser, mostPerAddress } = this.#limits
    if (this.#isClosed) throw new RotaError('unavailable', say`The server is stopping.`)
    let ofUser = 0
    let ofAddress = 0
    for (const other of this.#open.values()) {
      if (other.userId === userId) ofUser++
      if (other.address === address) ofAddress++
    }
    if (ofUser >= mostPerUser) {
      const message = say`This user has ${mostPerUser} live streams open, which is the most; close some pages.`
      throw new ThrottledError(message, RETRY_SECONDS)
    }
    if (ofAddress >= mostPerAddress) {
      const message = say`This address has ${mostPerAddress} live streams open, which is the most; close some pages.`
      throw new ThrottledError(message, RETRY_SECONDS)
    }
    if (this.#open.size >= most) throw new RotaError('unavailable', say`Too many live streams are open.`)
  }
}
