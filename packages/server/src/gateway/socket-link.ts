import type { Clock, ToNode } from '@rota/core'
import type { NodeLink } from '@rota/engine'
import type { Socket } from '../socket.ts'

export interface SocketLinkOptions {
  socket: Socket
  node: string
  clock: Clock
  /** Bytes held for a node that reads too slowly; beyond it the connection ends. */
  mostBuffered: number
}

/** WebSocket close codes (RFC 6455, section 7.4.1). */
const POLICY = 1008
/** How long the other side may take to close its end. */
const LINGER_MS = 2_000
/** Longer reasons do not fit into the frame (RFC 6455, section 5.5). */
const MOST_REASON_BYTES = 120
/** When so much of what may be held is held, it is said that it is too much already. */
const HIGH_SHARE = 0.5

/** A node's WebSocket, as the engine speaks over it. */
export class SocketLink implements NodeLink {
  readonly node: string
  readonly #options: SocketLinkOptions
  #isClosed = false

  constructor(options: SocketLinkOptions) {
    this.node = options.node
    this.#options = options
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  send(frame: ToNode): boolean {
    if (this.#isClosed) return false
    const { socket, mostBuffered } = this.#options
    socket.send(JSON.stringify(frame))
    if (socket.bufferedAmount <= mostBuffered) return socket.bufferedAmount <= mostBuffered * HIGH_SHARE
    // Whoever does not read is not told either.
    this.#isClosed = true
    socket.terminate()
    return false
  }

  close(why: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { socket, clock } = this.#options
    socket.close(POLICY, cut(why))
    clock.after(LINGER_MS, () => socket.terminate())
  }
}

/** As much of a text as fits, in whole characters. */
function cut(text: string): string {
  let [end, bytes] = [0, 0]
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > MOST_REASON_BYTES) break
    end += character.length
  }
  return text.slice(0, end)
}
