import { type Clock, type FromNode, type NodeRefusal, say, type Timer } from '@rota/core'
import type { NodeConnection, NodeLink, NodeRow, Nodes } from '@rota/engine'
import { type Config, parseFromNode, refusalOf } from '@rota/protocol'
import type { Socket } from '../socket.ts'
import { PushLink } from './push-link.ts'
import { RequestSession } from './request-session.ts'
import { SocketLink } from './socket-link.ts'

export interface GatewayOptions {
  nodes: Pick<Nodes, 'connect' | 'registry'>
  clock: Clock
  config: Config['nodes']
  /** Told of each frame that is refused, for metrics. */
  onRefused: (code: NodeRefusal) => void
  /** Gives a node another key, and tells it over its link; called once it is let in. */
  renewKey: (node: NodeRow, link: NodeLink) => Promise<void>
}

type Hello = Extract<FromNode, { kind: 'hello' }>

/** How long a node may take to say who it is. */
const GREETING_MS = 15_000
/** Looks at whether a node still speaks, in the time after which it is taken for gone. */
const LOOKS = 3

/**
 * Where nodes come in: over a WebSocket that they keep, or in requests. Whoever comes here has shown a node's key; what is
 * said is read and bounded here, and understood by the engine.
 */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #links = new Set<NodeLink>()
  /** Nodes that speak in requests, by their ids. */
  readonly #sessions = new Map<string, RequestSession>()

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** Nodes that are connected, however they speak. */
  get count(): number {
    return this.#links.size
  }

  /** Takes a WebSocket of a node. */
  accept(socket: Socket, row: NodeRow): void {
    const { clock, config } = this.#options
    const link = new SocketLink({ socket, node: row.id, clock, mostBuffered: config.buffer_bytes })
    if (this.#isFull(link)) return
    this.#links.add(link)
    const reader = new FrameReader({ socket, clock, perSecond: config.frames_per_second })
    const watch = this.#watch(socket, link)
    let connection: NodeConnection | null = null
    let isGreeting = false

    const greet = async (frame: FromNode) => {
      isGreeting = true
      // What comes meanwhile waits in the other side's machine.
      reader.pause()
      connection = await this.#greeted(link, row, frame)
      reader.resume()
      if (connection === null) return
      watch.isGreeted()
      if (link.isClosed) connection.ended()
    }
    const take = (frame: FromNode) => {
      if (connection === null && !isGreeting) {
        return void greet(frame).catch(() => link.close(say`The server could not take what the node said.`))
      }
      if (connection === null || frame.kind === 'hello') return link.close(say`The node greeted twice.`)
      connection.receive(frame)
    }
    reader.read(
      (text) => {
        watch.heard()
        const frame = this.#parsed(link, text, connection !== null)
        if (frame !== null && !link.isClosed) take(frame)
      },
      (why) => link.close(why),
    )
    socket.on('close', () => {
      this.#links.delete(link)
      reader.stop()
      watch.stop()
      connection?.ended()
      link.close('')
    })
  }

  /** The session of a node that speaks in requests; a greeting begins one. Null when there is none. */
  async session(row: NodeRow, frames: readonly FromNode[], way: 'poll' | 'news'): Promise<RequestSession | null> {
    const [first] = frames
    if (first?.kind !== 'hello') return this.#sessions.get(row.id) ?? null
    this.#sessions.get(row.id)?.close(say`The node has connected again.`)
    const { clock, config } = this.#options
    const callback = way === 'news' ? first.node.callbackUrl : null
    const silenceMs = config.offline_after_seconds * 1_000
    const onEnd = (session: RequestSession) => {
      this.#links.delete(session)
      if (this.#sessions.get(row.id) === session) this.#sessions.delete(row.id)
    }
    const push =
      callback === null
        ? null
        : new PushLink({ url: callback, keyHash: row.keyHash ?? '', allow: config.callback_allow, clock })
    const session = new RequestSession({ node: row.id, clock, silenceMs, push, onEnd })
    if (this.#isFull(session)) return session
    this.#links.add(session)
    this.#sessions.set(row.id, session)
    const connection = await this.#greeted(session, row, first)
    if (connection !== null) session.opened(connection)
    return session
  }

  /** Says goodbye to all of them: they come again, elsewhere. */
  closeAll(): void {
    for (const link of [...this.#links]) link.close(say`The server stops.`)
  }

  async #greeted(link: NodeLink, row: NodeRow, frame: FromNode): Promise<NodeConnection | null> {
    if (frame.kind !== 'hello') {
      this.#refuse(link, 'invalid', say`The first frame of a node is its greeting.`)
      return null
    }
    const hello: Hello = frame
    if (hello.node.id !== row.id) {
      this.#refuse(link, 'other_key', say`This is the key of the node ${row.id}; it speaks for no other.`)
      return null
    }
    const connection = await this.#options.nodes.connect(link, hello)
    await this.#options.renewKey(row, link)
    return connection
  }

  #isFull(link: NodeLink): boolean {
    const { max_connections: most } = this.#options.config
    if (this.#links.size < most) return false
    const why = say`${most} nodes are connected to this server, which is the most; try again, or another server.`
    this.#refuse(link, 'too_many', why, false)
    return true
  }

  #parsed(link: NodeLink, text: string, isOpen: boolean): FromNode | null {
    try {
      return parseFromNode(text)
    } catch (error) {
      const why = (error as Error).message
      if (isOpen) link.close(why)
      else this.#refuse(link, refusalOf(error), why)
      return null
    }
  }

  #refuse(link: NodeLink, code: NodeRefusal, why: string, isFinal = true): void {
    this.#options.onRefused(code)
    link.send({ kind: 'refused', code, why, isFinal })
    link.close(why)
  }

  /** Ends a connection whose other side says nothing any more: a socket that is half open takes everything. */
  #watch(socket: Socket, link: SocketLink) {
    const { clock, config } = this.#options
    const silenceMs = config.offline_after_seconds * 1_000
    const beganAt = clock.monotonic()
    let heardAt = beganAt
    let hasGreeted = false
    let timer: Timer | null = null
    const heard = () => {
      heardAt = clock.monotonic()
    }
    const look = () => {
      const now = clock.monotonic()
      const isSilent = now - heardAt >= silenceMs
      if (isSilent || (!hasGreeted && now - beganAt >= GREETING_MS)) {
        link.close(say`Nothing was heard of the node.`)
        if (isSilent) socket.terminate()
        return
      }
      socket.ping()
      timer = clock.after(silenceMs / LOOKS, look)
    }
    socket.on('pong', heard)
    timer = clock.after(silenceMs / LOOKS, look)
    return {
      heard,
      isGreeted() {
        hasGreeted = true
      },
      stop: () => timer?.cancel(),
    }
  }
}

interface FrameReaderOptions {
  socket: Socket
  clock: Clock
  perSecond: number
}

/** Takes the frames of a socket, no more than so many in a second: more wait in the other side's machine. */
class FrameReader {
  readonly #options: FrameReaderOptions
  readonly #held = new Set<'greeting' | 'rate'>()
  #tokens: number
  #filledAt: number
  #timer: Timer | null = null

  constructor(options: FrameReaderOptions) {
    this.#options = options
    this.#tokens = options.perSecond
    this.#filledAt = options.clock.monotonic()
  }

  read(take: (text: string) => void, refuse: (why: string) => void): void {
    this.#options.socket.on('message', (data, isBinary) => {
      if (isBinary) return refuse(say`Frames are texts.`)
      this.#count()
      take(String(data))
    })
  }

  pause(): void {
    this.#hold('greeting')
  }

  resume(): void {
    this.#release('greeting')
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #count(): void {
    const { clock, perSecond } = this.#options
    const now = clock.monotonic()
    this.#tokens = Math.min(this.#tokens + ((now - this.#filledAt) / 1_000) * perSecond, perSecond) - 1
    this.#filledAt = now
    if (this.#tokens >= 0 || this.#timer !== null) return
    this.#hold('rate')
    this.#timer = clock.after((-this.#tokens / perSecond) * 1_000, () => {
      this.#timer = null
      this.#release('rate')
    })
  }

  #hold(why: 'greeting' | 'rate'): void {
    if (this.#held.size === 0) this.#options.socket.pause()
    this.#held.add(why)
  }

  #release(why: 'greeting' | 'rate'): void {
    if (this.#held.delete(why) && this.#held.size === 0) this.#options.socket.resume()
  }
}
