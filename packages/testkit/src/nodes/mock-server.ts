import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type AttemptNews, type FromNode, type Order, systemClock, type ToNode } from '@rota/core'
import { parseFromNode } from '@rota/protocol'
import { type WebSocket, WebSocketServer } from 'ws'
import { FrameQueue } from './frame-queue.ts'

export interface MockServerOptions {
  port?: number
  /** What is done without a word of the script. Default: all of it. */
  welcomes?: boolean
  hears?: boolean
  confirms?: boolean
  heartbeatMs?: number
  silenceMs?: number
  /** Keys that are let in; null for any. */
  keys?: readonly string[] | null
  /** Tokens with which nodes join. */
  joinTokens?: readonly string[]
  /** Added to the machine's time in what it says. */
  offsetMs?: number
  /** Speaks TLS by these, asking for certificates if they say so. */
  tls?: ServerOptions | null
}

export type News = Extract<FromNode, { kind: 'news' }>

/** A node at the server's end, however it speaks. */
export class MockConnection {
  readonly frames = new FrameQueue<FromNode>()
  /** Resolves with the code of the WebSocket's end. */
  readonly closed: Promise<number>
  readonly key: string
  confirms: boolean
  readonly #say: (text: string) => void
  readonly #kill: () => void
  readonly #closed = Promise.withResolvers<number>()

  constructor(options: { key: string; confirms: boolean; say(text: string): void; kill(): void }) {
    this.key = options.key
    this.confirms = options.confirms
    this.#say = options.say
    this.#kill = options.kill
    this.closed = this.#closed.promise
  }

  send(frame: ToNode): void {
    this.#say(JSON.stringify(frame))
  }

  /** What is no frame at all. */
  sendText(text: string): void {
    this.#say(text)
  }

  order(order: Order, more: Partial<Extract<ToNode, { kind: 'order' }>> = {}): void {
    this.send({ kind: 'order', order, lease: `{n1}:${order.executionId}`, owner: 'i1', beginWithinMs: 5_000, ...more })
  }

  got({ executionId, fence, number }: News): void {
    this.send({ kind: 'got', executionId, fence, number })
  }

  /** The next news of a kind, of one execution or of any. */
  async news<Kind extends AttemptNews['kind']>(
    kind: Kind,
    executionId?: string,
  ): Promise<News & { news: Extract<AttemptNews, { kind: Kind }> }> {
    const isWanted = (frame: FromNode) =>
      frame.kind === 'news' &&
      frame.news.kind === kind &&
      (executionId === undefined || frame.executionId === executionId)
    return (await this.frames.next(isWanted)) as News & { news: Extract<AttemptNews, { kind: Kind }> }
  }

  /** As a cable that is cut, or a server that dies. */
  kill(): void {
    this.#kill()
  }

  /** It has ended. */
  over(code: number): void {
    this.#closed.resolve(code)
    this.frames.end(`the connection has ended (${code})`)
  }
}

/** A server of the agent protocol that does as a test says, over real sockets. */
export class MockServer {
  readonly options: Required<MockServerOptions>
  /** Bodies with which nodes have joined. */
  readonly joins: unknown[] = []
  readonly connections: MockConnection[] = []
  readonly #http: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1_048_576 })
  readonly #polled = new Map<string, { connection: MockConnection; queue: string[]; wake: () => void }>()
  #waiters: ((connection: MockConnection) => void)[] = []
  #unseen: MockConnection[] = []

  constructor(options: MockServerOptions = {}) {
    this.options = {
      ...{ port: 0, welcomes: true, hears: true, confirms: true, heartbeatMs: 5_000, silenceMs: 15_000 },
      ...{ keys: null, joinTokens: [], offsetMs: 0, tls: null },
      ...options,
    }
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response)
    this.#http = this.options.tls === null ? createServer(answer) : createTlsServer(this.options.tls, answer)
    this.#http.on('upgrade', (request, socket, head) => {
      const key = keyOf(request)
      if (request.url !== '/api/scheduler/nodes/connect') socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      else if (this.options.keys?.includes(key) === false) socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      else this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#connected(webSocket, key))
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject)
      this.#http.listen(this.options.port, '127.0.0.1', resolve)
    })
    return this
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  get url(): string {
    return `${this.options.tls === null ? 'http' : 'https'}://127.0.0.1:${this.port}`
  }

  /** The next connection, now or when it comes. */
  connection(): Promise<MockConnection> {
    const first = this.#unseen.shift()
    return first ? Promise.resolve(first) : new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** The next connection whose node has greeted; `hello` is what it said. */
  async greeted(): Promise<{ connection: MockConnection; hello: Extract<FromNode, { kind: 'hello' }> }> {
    const connection = await this.connection()
    return { connection, hello: await connection.frames.of('hello') }
  }

  /** Ends everything at once, as `kill -9` would. */
  async close(): Promise<void> {
    for (const connection of this.connections) connection.kill()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #connected(socket: WebSocket, key: string): void {
    const connection = this.#begin(key, {
      say: (text) => socket.send(text),
      kill: () => socket.terminate(),
    })
    socket.on('message', (data) => this.#heard(connection, String(data)))
    socket.on('error', () => undefined)
    socket.on('close', (code) => connection.over(code))
  }

  #begin(key: string, way: { say(text: string): void; kill(): void }): MockConnection {
    const connection = new MockConnection({ key, confirms: this.options.confirms, ...way })
    this.connections.push(connection)
    const waiter = this.#waiters.shift()
    if (waiter) waiter(connection)
    else this.#unseen.push(connection)
    return connection
  }

  #heard(connection: MockConnection, text: string): void {
    const frame = parseFromNode(text)
    const { welcomes, hears, heartbeatMs, silenceMs, offsetMs } = this.options
    const now = systemClock.now() + offsetMs
    if (frame.kind === 'hello' && welcomes) {
      const welcome = { kind: 'welcome', version: 1, epoch: 1, instance: 'i1' } as const
      connection.send({ ...welcome, heartbeatMs, silenceMs, drop: [], now })
    }
    if (frame.kind === 'heartbeat' && hears) {
      connection.send({ kind: 'heard', state: 'ready', reason: '', now, drop: [] })
    }
    if (frame.kind === 'news' && connection.confirms) connection.got(frame)
    connection.frames.push(frame)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body: unknown = text === '' ? null : JSON.parse(text)
    const [, id, verb] = /^\/api\/scheduler\/nodes\/([^/]+)\/(poll|news)$/.exec(request.url ?? '') ?? []
    if (request.url === '/api/scheduler/nodes/join') this.#join(body, response)
    else if (id !== undefined) await this.#exchange({ id, waits: verb === 'poll', key: keyOf(request) }, body, response)
    else reply(response, 404, { title: 'Not found' })
  }

  #join(body: unknown, response: ServerResponse): void {
    const { token, node } = body as { token: string; node: { id: string } }
    if (!this.options.joinTokens.includes(token)) {
      reply(response, 401, { title: 'Authentication required', detail: 'The join token is not valid.' })
      return
    }
    this.joins.push(body)
    const heartbeat_seconds = this.options.heartbeatMs / 1_000
    reply(response, 200, { node_id: node.id, key: `key-of-${node.id}-0123456789`, heartbeat_seconds })
  }

  /** A node without a connection brings its frames with a request and takes those for it along. */
  async #exchange(
    { id, waits, key }: { id: string; waits: boolean; key: string },
    body: unknown,
    response: ServerResponse,
  ): Promise<void> {
    if (this.options.keys?.includes(key) === false) {
      reply(response, 401, { title: 'Authentication required' })
      return
    }
    const { frames: said } = body as { frames: { kind: string }[] }
    if (!this.#polled.has(id) && said[0]?.kind !== 'hello') {
      reply(response, 409, { title: 'Conflict', detail: 'The node has not greeted this server: send hello first.' })
      return
    }
    const { node } = said[0] as { node?: { callbackUrl: string | null } }
    const polled = this.#polled.get(id) ?? this.#poll(id, { key, callbackUrl: node?.callbackUrl ?? null })
    for (const frame of said) this.#heard(polled.connection, JSON.stringify(frame))
    if (waits && polled.queue.length === 0) {
      const woken = new Promise<void>((resolve) => {
        polled.wake = resolve
      })
      const timer = systemClock.after(2_000, () => polled.wake())
      await woken
      timer.cancel()
    }
    const frames = polled.queue.splice(0).map((text) => JSON.parse(text))
    reply(response, 200, { frames, wait_seconds: 0 })
  }

  #poll(id: string, { key, callbackUrl }: { key: string; callbackUrl: string | null }) {
    const queue: string[] = []
    const polled = { queue, wake: () => {}, connection: null as unknown as MockConnection }
    const say = (text: string) => {
      if (callbackUrl !== null) {
        void push(callbackUrl, key, text)
        return
      }
      queue.push(text)
      polled.wake()
    }
    polled.connection = this.#begin(key, { say, kill: () => this.#polled.delete(id) })
    this.#polled.set(id, polled)
    return polled
  }
}

/** Sends a frame to a node that listens for them. */
async function push(callbackUrl: string, key: string, frame: string): Promise<void> {
  const body = `{"frames":[${frame}]}`
  const seconds = Math.floor(systemClock.now() / 1_000)
  const secret = createHash('sha256').update(key).digest('hex')
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-rota-signature': `t=${seconds},v1=${mac}` }
  await fetch(callbackUrl, { method: 'POST', headers, body }).catch(() => undefined)
}

const keyOf = ({ headers }: IncomingMessage) => headers.authorization?.replace(/^Bearer /, '') ?? ''

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
