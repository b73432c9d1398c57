import type { Caller, ExecutionView } from '@rota/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../services.ts'
import { openLiveStream } from './live-stream.ts'
import { toLogEntry } from './present.ts'

export interface LogStreamRequest {
  services: Services
  caller: Caller
  id: string
  from: number
  request: FastifyRequest
  reply: FastifyReply
}

/** Sends an execution's lines as events until it ends, the reader goes, or the reader may no longer read. */
export async function streamLog({ services, caller, id, from, request, reply }: LogStreamRequest): Promise<void> {
  const { engine } = services
  const gap = (skipped: object) => ({ event: 'resync', data: { logs: [], skipped } })
  const { stream, signal, end } = openLiveStream({ services, request, reply, gap })
  try {
    const onUnfinished = (line: ExecutionView['unfinished']) => stream.state('unfinished', line)
    for await (const lines of engine.executions.follow(caller, id, { from, signal, onUnfinished })) {
      const [first] = lines
      if (first !== undefined) stream.rows('lines', first.no, lines.at(-1)!.no, lines.map(toLogEntry))
    }
    if (!signal.aborted) {
      const { status, failure, exit_code } = await engine.executions.get(caller, id)
      stream.event('end', { status, failure, exit_code })
    }
  } catch (error) {
    if (!signal.aborted) request.log.warn({ err: error, execution_id: id }, 'live log broke off')
  } finally {
    end()
  }
}
