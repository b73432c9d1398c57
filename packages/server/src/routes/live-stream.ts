import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressGroup } from '../address-group.ts'
import { presented } from '../http/access-hook.ts'
import { EventStream, type GapEvent } from '../http/event-stream.ts'
import type { Services } from '../services.ts'

/** How often an idle stream shows that it lives. */
const BEAT_MS = 15_000
/** How often it asks whether its reader may still read. With how old an answer may be: five seconds. */
const CHECK_MS = 2_000

export interface LiveStreamRequest {
  services: Services
  request: FastifyRequest
  reply: FastifyReply
  /** What a reader is told that was too slow. */
  gap: GapEvent
}

export interface LiveStream {
  stream: EventStream
  /** Aborts when the reader goes, when the server stops, and when the reader may no longer read. */
  signal: AbortSignal
  end(): void
}

/** Turns a reply into an event stream, within the limit of the server. Throws `unavailable` beyond it. */
export function openLiveStream({ services, request, reply, gap }: LiveStreamRequest): LiveStream {
  const { streams, config, clock, authenticator } = services
  const reader = { userId: request.principal!.userId, address: addressGroup(request.ip) }
  const { signal, close } = streams.open(reader)
  reply.hijack()
  const response = reply.raw
  response.on('close', close)
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    // An ended stream must not leave a connection that holds up the server's own end.
    connection: 'close',
  })
  const stream = new EventStream(response, config.http.stream_buffer_bytes, gap)
  stream.beat()
  let sinceBeatMs = 0
  let timer = clock.after(untilCheck(), check)
  return {
    stream,
    signal,
    end() {
      timer.cancel()
      close()
      stream.end()
    },
  }

  /** Who may no longer read may not hold the connection by not reading, either. */
  function cutOff() {
    request.server.connections.end(request.raw.socket)
    close()
  }

  /** What the reader may see may end sooner than the next check is due. */
  function untilCheck(): number {
    const { heldUntil } = request.principal!
    return heldUntil === null ? CHECK_MS : Math.max(1, Math.min(CHECK_MS, heldUntil - clock.now()))
  }

  function check() {
    sinceBeatMs += CHECK_MS
    if (sinceBeatMs >= BEAT_MS) {
      sinceBeatMs = 0
      stream.beat()
    }
    authenticator.authenticateAgain(presented(request), request.principal!).catch(cutOff)
    timer = clock.after(untilCheck(), check)
  }
}
