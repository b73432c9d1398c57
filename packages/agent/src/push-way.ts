import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, say } from '@rota/core'
import type { Dial, Wire, WireEvents } from '@rota/node-side'
import { AgentFailure, EXIT } from './failure.ts'
import { postJson } from './post-json.ts'
import { isSigned } from './push-signature.ts'
import type { AgentSettings } from './settings.ts'

export interface PushWayOptions {
  server: string
  nodeId: string
  key(): string
  callbackUrl: string
  host: string
  port: number
  tls: AgentSettings['tls']
  clock: Clock
}

/** Of a request to the node, and of an answer: orders hold sources of scripts. */
const MOST_BYTES = 16 * 1_048_576
/** Of frames in one request of the node. */
const BATCH_CHARS = 262_144

/**
 * A way without a connection: the server sends frames to an address of the node, signed by its key, and the node sends its
 * own by requests. Throws AgentFailure when it cannot listen there.
 */
export async function openPushWay(
  options: PushWayOptions,
): Promise<{ dial: Dial; close(): Promise<void>; port: number }> {
  const { host, port, callbackUrl, clock, key } = options
  let current: PushWire | null = null
  const path = new URL(callbackUrl).pathname
  const http = createServer((request, response) => void take(request, response))

  async function take(request: IncomingMessage, response: ServerResponse) {
    const answer = (status: number) => response.writeHead(status).end()
    if (request.method !== 'POST' || request.url !== path) return answer(404)
    const body = await bodyOf(request).catch(() => null)
    if (body === null) return answer(413)
    const signature = request.headers['x-rota-signature']
    if (!isSigned(String(signature), { body, key: key(), now: clock.now() })) return answer(401)
    if (current === null) return answer(503)
    const frames = framesOf(body)
    if (frames === null) return answer(400)
    answer(204)
    for (const frame of frames) current?.events.said(JSON.stringify(frame))
  }

  await new Promise<void>((resolve, reject) => {
    http.once('error', (error) =>
      reject(new AgentFailure(EXIT.config, say`The agent cannot listen on ${host}:${port}: ${error.message}`)),
    )
    http.listen(port, host, resolve)
  })
  return {
    port: (http.address() as AddressInfo).port,
    dial(events) {
      const wire: PushWire = new PushWire(options, events, () => {
        if (current === wire) current = null
      })
      current = wire
      return wire
    },
    close() {
      http.closeAllConnections()
      return new Promise((resolve) => http.close(() => resolve()))
    },
  }
}

/** Sends what the node says, in order, one request after the other. */
class PushWire implements Wire {
  readonly events: WireEvents
  readonly #options: PushWayOptions
  readonly #onEnd: () => void
  #held: string[] = []
  #isSending = false
  #isOver = false

  constructor(options: PushWayOptions, events: WireEvents, onEnd: () => void) {
    this.#options = options
    this.events = events
    this.#onEnd = onEnd
    queueMicrotask(() => this.#isOver || events.opened())
  }

  send(frame: string): void {
    this.#held.push(frame)
    if (!this.#isSending) void this.#sendAll()
  }

  close(): void {
    this.#end({ why: say`The agent has ended it.`, status: null })
  }

  async #sendAll(): Promise<void> {
    const { server, nodeId, key, tls } = this.#options
    this.#isSending = true
    const url = new URL(`${server}/api/scheduler/nodes/${nodeId}/news`)
    while (this.#held.length > 0 && !this.#isOver) {
      const body = `{"frames":[${this.#nextBatch().join(',')}]}`
      try {
        const headers = { authorization: `Bearer ${key()}` }
        const { status, text } = await postJson(url, { body, tls, headers, mostBytes: MOST_BYTES })
        const frames = status === 200 ? framesOf(text) : null
        if (frames === null) this.#end({ why: say`The server answered with HTTP ${status}.`, status })
        else for (const frame of frames) this.events.said(JSON.stringify(frame))
      } catch (error) {
        this.#end({ why: (error as Error).message, status: null })
      }
    }
    this.#isSending = false
  }

  #nextBatch(): string[] {
    let chars = 0
    const end = this.#held.findIndex((frame, at) => {
      chars += frame.length
      return at > 0 && chars > BATCH_CHARS
    })
    return this.#held.splice(0, end < 0 ? this.#held.length : end)
  }

  #end(closed: { why: string; status: number | null }): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onEnd()
    this.events.closed(closed)
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Null for what holds no list of frames; each is read, and refused, as from any other way. */
function framesOf(text: string): readonly unknown[] | null {
  try {
    const { frames } = JSON.parse(text) as { frames?: unknown }
    return Array.isArray(frames) ? frames : null
  } catch {
    return null
  }
}
