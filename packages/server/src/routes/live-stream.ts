import type { FastifyReply, FastifyRequest } from 'fastify'
import { presented } from '../http/access-hook.ts'
import { EventStream, type GapEvent } from '../http/event-stream.ts'
import type { Services } from '../services.ts'

/** How often an idle stream shows that it lives, and asks whether its reader may still read. */
const BEAT_MS = 15_000

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
  const { signal, close } = streams.open()
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
  let timer = clock.after(BEAT_MS, beat)
  return {
    stream,
    signal,
    end() {
      timer.cancel()
      close()
      stream.end()
    },
  }

  function beat() {
    stream.beat()
    authenticator.authenticateAgain(presented(request), request.principal!).catch(close)
    timer = clock.after(BEAT_MS, beat)
  }
}
