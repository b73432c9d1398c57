import type { Socket } from 'node:net'

interface Conditions {
  delayMs: number
  bytesPerSecond: number | null
  isHeld: boolean
}

/** Beyond this the sender is made to wait, as by a full window. */
const MOST_QUEUED_BYTES = 256 * 1024
/** A limited rate is kept in slices of this length. */
const SLICE_MS = 20

/** One direction of a connection: bytes keep their order, and wait for their time. */
export class Lane {
  readonly #from: Socket
  readonly #to: Socket
  readonly #conditions: () => Conditions
  readonly #queue: { bytes: Buffer; at: number }[] = []
  #queued = 0
  /** When the line has sent what it is sending. */
  #freeAt = 0
  #hasEnded = false
  #stopped = false
  #timer: NodeJS.Timeout | null = null
  /** Sees what was sent, at once, and answers what of it goes on. */
  onBytes: (bytes: Buffer) => Buffer = (bytes) => bytes

  constructor(from: Socket, to: Socket, conditions: () => Conditions) {
    this.#from = from
    this.#to = to
    this.#conditions = conditions
    from.on('data', (chunk: Buffer) => this.#push(chunk))
    from.on('end', () => {
      this.#hasEnded = true
      this.look()
    })
    from.on('close', () => {
      this.#hasEnded = true
      this.look()
    })
  }

  /** Sends what may go on now; to be called when the conditions change. */
  look(): void {
    if (this.#stopped) return
    clearTimeout(this.#timer ?? undefined)
    this.#timer = null
    const { bytesPerSecond, isHeld } = this.#conditions()
    if (isHeld) return
    const bytesPerMs = (bytesPerSecond ?? Number.POSITIVE_INFINITY) / 1_000
    for (;;) {
      const [first] = this.#queue
      if (first === undefined) break
      const now = performance.now()
      const waitMs = Math.max(first.at, this.#freeAt) - now
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.look(), waitMs)
        return
      }
      const bytes = first.bytes.subarray(0, Math.max(1, Math.ceil(bytesPerMs * SLICE_MS)))
      if (bytes.length === first.bytes.length) this.#queue.shift()
      else first.bytes = first.bytes.subarray(bytes.length)
      this.#freeAt = now + bytes.length / bytesPerMs
      this.#queued -= bytes.length
      if (this.#to.writable) this.#to.write(bytes)
    }
    if (this.#hasEnded) this.#to.end()
    else if (this.#queued < MOST_QUEUED_BYTES && this.#from.isPaused()) this.#from.resume()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer ?? undefined)
  }

  #push(chunk: Buffer) {
    const bytes = this.onBytes(chunk)
    if (bytes.length > 0) {
      this.#queue.push({ bytes, at: performance.now() + this.#conditions().delayMs })
      this.#queued += bytes.length
    }
    if (this.#queued > MOST_QUEUED_BYTES) this.#from.pause()
    if (this.#timer === null) this.look()
  }
}
