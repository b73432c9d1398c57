import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Clock, RotaError, say, type Timer } from '@rota/core'
import { addressGroup } from '../address-group.ts'
import { refusal } from './refusal.ts'

export interface ConnectionLimits {
  most: number
  mostPerAddress: number
  mostPerUser: number
  /** A reader that has taken nothing for so long is cut off. */
  stallMs: number
}

/** How often connections are looked at, and how long one that was refused may take to read why. Together below 1 s. */
const LOOK_EVERY_MS = 400
const LINGER_MS = 500
/** Refused newcomers that are told why; more at once are cut off without a word. */
const MOST_LEAVING = 256
/** While the server stops, readers have no more than this. */
const DRAIN_STALL_MS = 2_000

interface Connection {
  socket: Socket
  address: string
  isProxy: boolean
  userId: string | null
  /** Requests whose reply is not out. */
  underWay: number
  latest: ServerResponse | null
  idleSince: number
  /** Bytes that the other side's machine has taken, and since when there have been no more. */
  taken: number
  stalledSince: number | null
  endsAt: number | null
  /** A WebSocket. */
  isKept: boolean
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/**
 * The connections of the server: bounded in all, by address and by user, and ended in time. Whoever is refused gets a
 * reply and half a second to read it; then the socket is destroyed, whether or not the other side ever closes its end.
 */
export class Connections {
  readonly #limits: ConnectionLimits
  readonly #clock: Clock
  readonly #isProxy: (address: string) => boolean
  readonly #bySocket = new Map<Socket, Connection>()
  readonly #byAddress = new Map<string, Set<Connection>>()
  readonly #perUser = new Map<string, number>()
  /** Refused ones that never were connections, with the instant of their end. */
  readonly #leaving = new Map<Socket, number>()
  #timer: Timer | null = null
  #isDraining = false

  /** Proxies bring many people's requests over one address: the limits by address and by user are not theirs. */
  constructor(limits: ConnectionLimits, clock: Clock, isProxy: (address: string) => boolean) {
    this.#limits = limits
    this.#clock = clock
    this.#isProxy = isProxy
  }

  get count(): number {
    return this.#bySocket.size
  }

  /** Stands before the server's own listener: what is refused never reaches the parser. */
  guard(server: Server): void {
    const [serve] = server.listeners('connection') as [(socket: Socket) => void]
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      if (this.#admit(socket)) serve.call(server, socket)
    })
  }

  /** Knows which connections are at work, and serves nothing on those that end. */
  watch(listener: Listener): Listener {
    return (request, response) => {
      const connection = this.#bySocket.get(request.socket)
      if (connection?.endsAt != null) return void response.destroy()
      if (connection !== undefined) this.#begin(connection, response)
      listener(request, response)
    }
  }

  /** Notes whose connection it is. Throws `too_many_requests` when that user has too many. */
  claim(socket: Socket, userId: string): void {
    const connection = this.#bySocket.get(socket)
    if (connection === undefined || connection.isProxy || connection.userId === userId) return
    const count = this.#perUser.get(userId) ?? 0
    const { mostPerUser } = this.#limits
    if (count >= mostPerUser) {
      throw new RotaError(
        'too_many_requests',
        say`This user has ${mostPerUser} connections open, which is the most; close some.`,
      )
    }
    this.#disown(connection)
    connection.userId = userId
    this.#perUser.set(userId, count + 1)
  }

  /** Whether a reply of its own can still be written: none has begun. */
  canReply(socket: Socket): boolean {
    const latest = this.#bySocket.get(socket)?.latest
    return socket.writable && !(latest?.headersSent && !latest.writableFinished)
  }

  /** It is at work as long as it is open: a WebSocket has no requests. */
  keep(socket: Socket): void {
    const connection = this.#bySocket.get(socket)
    if (connection === undefined) return
    connection.isKept = true
    connection.endsAt = null
  }

  /** The last word on a connection has been said. */
  end(socket: Socket): void {
    const connection = this.#bySocket.get(socket)
    if (connection === undefined) return
    connection.endsAt ??= this.#clock.monotonic() + LINGER_MS
  }

  /** The server stops: only requests under way are waited for. */
  drain(): void {
    this.#isDraining = true
    for (const { socket, underWay } of this.#bySocket.values()) if (underWay === 0) socket.destroy()
  }

  #admit(socket: Socket): boolean {
    const from = socket.remoteAddress
    if (from === undefined || this.#isDraining) {
      socket.destroy()
      return false
    }
    const address = addressGroup(from)
    const isProxy = this.#isProxy(from)
    const { most, mostPerAddress } = this.#limits
    const count = this.#byAddress.get(address)?.size ?? 0
    if (!isProxy && count >= mostPerAddress) {
      const reason = say`This address has ${mostPerAddress} connections open, which is the most; close some.`
      this.#turnAway(socket, 429, reason)
      return false
    }
    if (this.#bySocket.size >= most && !this.#makeRoom(count)) {
      this.#turnAway(socket, 503, say`The server has ${most} connections open, which is the most; try again.`)
      return false
    }
    this.#add(socket, address, isProxy)
    return true
  }

  /** When all places are taken, the address with the most gives one up that is not at work. */
  #makeRoom(countOfNewcomer: number): boolean {
    let greediest: Set<Connection> | undefined
    for (const own of this.#byAddress.values()) {
      const [first] = own
      if (!first!.isProxy && own.size > (greediest?.size ?? countOfNewcomer + 1)) greediest = own
    }
    let oldest: Connection | undefined
    for (const connection of greediest ?? []) {
      if (isAtWork(connection)) continue
      if (oldest === undefined || connection.idleSince < oldest.idleSince) oldest = connection
    }
    if (oldest === undefined) return false
    this.#remove(oldest)
    oldest.socket.destroy()
    return true
  }

  #add(socket: Socket, address: string, isProxy: boolean): void {
    const connection: Connection = {
      socket,
      address,
      isProxy,
      userId: null,
      underWay: 0,
      latest: null,
      idleSince: this.#clock.monotonic(),
      taken: 0,
      stalledSince: null,
      endsAt: null,
      isKept: false,
    }
    this.#bySocket.set(socket, connection)
    const own = this.#byAddress.get(address) ?? new Set()
    this.#byAddress.set(address, own.add(connection))
    socket.once('close', () => this.#remove(connection))
    // Node destroys here what has been written, also what the other side has not got yet while it still sends.
    socket.destroySoon = () => {
      socket.end()
      this.end(socket)
    }
    this.#timer ??= this.#clock.after(LOOK_EVERY_MS, () => this.#look())
  }

  #remove(connection: Connection): void {
    if (!this.#bySocket.delete(connection.socket)) return
    this.#disown(connection)
    const own = this.#byAddress.get(connection.address)
    own?.delete(connection)
    if (own?.size === 0) this.#byAddress.delete(connection.address)
  }

  #disown({ userId }: Connection): void {
    if (userId === null) return
    const left = this.#perUser.get(userId)! - 1
    if (left > 0) this.#perUser.set(userId, left)
    else this.#perUser.delete(userId)
  }

  #begin(connection: Connection, response: ServerResponse): void {
    connection.underWay++
    connection.latest = response
    response.once('close', () => {
      connection.underWay--
      connection.idleSince = this.#clock.monotonic()
      if (this.#isDraining && connection.underWay === 0) this.end(connection.socket)
    })
  }

  #turnAway(socket: Socket, status: 429 | 503, reason: string): void {
    socket.on('error', () => socket.destroy())
    if (this.#leaving.size >= MOST_LEAVING) return void socket.destroy()
    this.#leaving.set(socket, this.#clock.monotonic() + LINGER_MS)
    socket.once('close', () => this.#leaving.delete(socket))
    socket.resume()
    socket.end(refusal(new RotaError(status === 429 ? 'too_many_requests' : 'unavailable', reason)))
    this.#timer ??= this.#clock.after(LOOK_EVERY_MS, () => this.#look())
  }

  #look(): void {
    const now = this.#clock.monotonic()
    for (const [socket, endsAt] of this.#leaving) if (endsAt <= now) socket.destroy()
    for (const connection of this.#bySocket.values()) {
      const isOver = connection.endsAt !== null && connection.endsAt <= now
      if (isOver || this.#isStalled(connection, now)) connection.socket.destroy()
    }
    const isNeeded = this.#bySocket.size > 0 || this.#leaving.size > 0
    this.#timer = isNeeded ? this.#clock.after(LOOK_EVERY_MS, () => this.#look()) : null
  }

  #isStalled(connection: Connection, now: number): boolean {
    if (connection.socket.writableLength === 0) {
      connection.stalledSince = null
      return false
    }
    const taken = takenBytes(connection.socket)
    if (connection.stalledSince === null || taken !== connection.taken) {
      connection.taken = taken
      connection.stalledSince = now
    }
    const { stallMs } = this.#limits
    return now - connection.stalledSince >= (this.#isDraining ? Math.min(stallMs, DRAIN_STALL_MS) : stallMs)
  }
}

/** Something is done for it; a request of nobody that has not all come is no work yet. */
function isAtWork({ underWay, userId, latest, isKept }: Connection): boolean {
  if (isKept) return true
  return underWay > 0 && (userId !== null || latest?.req.complete === true)
}

/** What the operating system has taken, and so the other side has room for: Node tells by the handle alone. */
function takenBytes(socket: Socket): number {
  const handle = (socket as { _handle?: { bytesWritten?: number; writeQueueSize?: number } | null })._handle
  return (handle?.bytesWritten ?? socket.bytesWritten) - (handle?.writeQueueSize ?? 0)
}
