import type { Timer } from '@rota/core'
import type { Actor } from '@rota/engine'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { presented } from '../http/access-hook.ts'
import { EventStream } from '../http/event-stream.ts'
import type { Services } from '../services.ts'
import { toLogEntry } from './present.ts'

/** How often an idle stream shows that it lives, and asks whether its reader may still read. */
const BEAT_MS = 15_000

export interface LogStreamRequest {
  services: Services
  actor: Actor
  id: string
  from: number
  request: FastifyRequest
  reply: FastifyReply
}

/** Sends an execution's lines as events until it ends, the reader goes, or the reader may no longer read. */
export async function streamLog({ services, actor, id, from, request, reply }: LogStreamRequest): Promise<void> {
  const { engine, streams, config, clock } = services
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
  const stream = new EventStream(response, config.http.stream_buffer_bytes)
  stream.beat()
  const heart = startHeart(services, request, stream, close)
  try {
    for await (const lines of engine.executions.follow(actor, id, from, signal)) {
      const [first] = lines
      if (first !== undefined) stream.rows('lines', first.no, lines.at(-1)!.no, lines.map(toLogEntry))
    }
    if (!signal.aborted) {
      const { status, failure, exit_code } = await engine.executions.get(actor, id)
      stream.event('end', { status, failure, exit_code })
    }
  } catch (error) {
    if (!signal.aborted) request.log.warn({ err: error, execution_id: id }, 'live log broke off')
  } finally {
    heart.cancel()
    close()
    stream.end()
  }

  function startHeart(parts: Services, of: FastifyRequest, to: EventStream, end: () => void): Timer {
    let timer = clock.after(BEAT_MS, beat)
    function beat() {
      to.beat()
      parts.authenticator.authenticate(presented(of)).catch(end)
      timer = clock.after(BEAT_MS, beat)
    }
    return { cancel: () => timer.cancel() }
  }
}
