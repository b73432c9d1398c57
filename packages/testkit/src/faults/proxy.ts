import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { Lane } from './lane.ts'
import { CommitFinder } from './postgres-wire.ts'

/** What bytes meet on their way, of connections that exist and of new ones. */
export interface Weather {
  /** One way, in ms. */
  delayMs: number
  /** In each direction; null for no limit. */
  bytesPerSecond: number | null
  /** Which way nothing gets through. As in a network, it is kept back, and comes late when the fault is over. */
  blackhole: 'none' | 'up' | 'down' | 'both'
  /** New connections are refused; those that exist stay. */
  refuse: boolean
}

/** Where a connection is cut: before the server has the COMMIT, or when it has carried it out and nobody hears of it. */
export type CommitCut = 'before' | 'after'

const FAIR: Weather = { delayMs: 0, bytesPerSecond: null, blackhole: 'none', refuse: false }

interface Connection {
  client: Socket
  server: Socket
  up: Lane
  down: Lane
  commits: CommitFinder | null
}

/** Stands between a client and a server, and lets the network between them fail. */
export class FaultProxy {
  readonly #target: NetConnectOpts
  readonly #connections = new Set<Connection>()
  #listener: Server | null = null
  #port = 0
  #weather: Weather = FAIR
  #cuts: CommitCut[] = []
  /** Commits that were cut so far. */
  commitsCut = 0

  private constructor(target: NetConnectOpts) {
    this.#target = target
  }

  /** A proxy before a port or a socket file, on a free port of 127.0.0.1. */
  static async open(target: NetConnectOpts): Promise<FaultProxy> {
    const proxy = new FaultProxy(target)
    await proxy.#listen()
    return proxy
  }

  get port(): number {
    return this.#port
  }

  /** Connections at present. */
  get size(): number {
    return this.#connections.size
  }

  /** Changes the weather; what is not named stays. */
  async set(changes: Partial<Weather>): Promise<void> {
    const wasRefusing = this.#weather.refuse
    this.#weather = { ...this.#weather, ...changes }
    for (const { up, down } of this.#connections) {
      up.look()
      down.look()
    }
    if (this.#weather.refuse && !wasRefusing) this.#stopListening()
    if (!this.#weather.refuse && wasRefusing) await this.#listen()
  }

  /** Fair weather again, and no cut to come. */
  async heal(): Promise<void> {
    this.#cuts = []
    await this.set(FAIR)
  }

  /** Resets all connections; answers how many. */
  cut(): number {
    const count = this.#connections.size
    for (const connection of [...this.#connections]) this.#reset(connection)
    return count
  }

  /** Cuts the connections on which the next COMMITs go to PostgreSQL, one for each that is named. */
  cutCommits(...cuts: CommitCut[]): void {
    this.#cuts.push(...cuts)
  }

  /** Ends everything. */
  close(): void {
    this.cut()
    this.#stopListening()
  }

  async #listen(): Promise<void> {
    // Who has said everything may still have much to hear.
    const listener = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#take(client))
    listener.listen(this.#port, '127.0.0.1')
    await once(listener, 'listening')
    this.#port = (listener.address() as AddressInfo).port
    this.#listener = listener
  }

  #stopListening() {
    this.#listener?.close()
    this.#listener = null
  }

  #take(client: Socket) {
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true } as NetConnectOpts)
    const up = new Lane(client, server, () => ({ ...this.#weather, isHeld: this.#isHeld('up') }))
    const down = new Lane(server, client, () => ({ ...this.#weather, isHeld: this.#isHeld('down') }))
    const connection: Connection = { client, server, up, down, commits: new CommitFinder() }
    this.#connections.add(connection)
    up.onBytes = (chunk) => this.#watch(connection, chunk)
    for (const socket of [client, server]) {
      socket.on('error', () => this.#reset(connection))
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) this.#connections.delete(connection)
      })
    }
  }

  #isHeld(direction: 'up' | 'down'): boolean {
    return this.#weather.blackhole === 'both' || this.#weather.blackhole === direction
  }

  /** Answers the bytes that go on. */
  #watch(connection: Connection, chunk: Buffer): Buffer {
    const at = connection.commits?.push(chunk) ?? -1
    if (at < 0 || this.#cuts.length === 0) return chunk
    const cut = this.#cuts.shift()!
    this.commitsCut++
    connection.commits = null
    if (cut === 'before') {
      setImmediate(() => this.#reset(connection))
      return chunk.subarray(0, at)
    }
    // The answer tells that the server is done; the client never gets it.
    connection.down.onBytes = () => {
      setImmediate(() => this.#reset(connection))
      return Buffer.alloc(0)
    }
    return chunk
  }

  #reset(connection: Connection) {
    this.#connections.delete(connection)
    connection.up.stop()
    connection.down.stop()
    connection.client.resetAndDestroy()
    connection.server.destroy()
  }
}
