import { Readable } from 'node:stream'
import type { Caller } from '@rota/core'
import type { Engine, Executions, NumberedLine } from '@rota/engine'
import { logExportQuery, logPage, logQuery, logStreamQuery } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import { streamLog } from './log-stream.ts'
import { STREAM_OF_LEVEL, toLogEntry } from './present.ts'

const BASE = '/api/scheduler/executions/:id/logs'
const common = { method: 'GET', tag: 'Logs', idOf: 'execution', needs: { may: 'view', on: 'task' } } as const
const LINES_AT_ONCE = 1_000

const read = defineRoute({
  ...common,
  url: BASE,
  summary: 'Read lines of a log',
  query: logQuery,
  reply: logPage,
  handler: async ({ services, caller, params, query }) => {
    const { level, limit = LINES_AT_ONCE, ...rest } = query
    const stream = level === undefined ? {} : { stream: STREAM_OF_LEVEL[level] }
    const options = { limit, ...stream, ...rest }
    const { lines, total, next } = await services.engine.executions.logs(caller, params.id!, options)
    return { logs: lines.map(toLogEntry), total, next }
  },
})

const follow = defineRoute({
  ...common,
  url: `${BASE}/stream`,
  summary: 'Follow a log live',
  description: [
    'Server-sent events. `lines`: an array of log lines, the id is the number of the last. `end`: the execution has',
    'ended, with its status. `resync`: this reader was too slow and `skipped` lines were left out; read them from the',
    'log. `unfinished`: the line that its program has not ended yet (`stream`, `message` as a terminal would show it, of',
    'a long one the last 2,000 characters, `since` when nothing more has come), in place of the one before, or null; it',
    'has no number and comes among the `lines` once it is complete. After a lost connection send `Last-Event-ID` to go on behind the last line.',
  ].join(' '),
  query: logStreamQuery,
  reply: null,
  mediaTypes: ['text/event-stream'],
  handler: async ({ services, caller, params, query, request, reply }) => {
    const started = await services.engine.executions.get(caller, params.id!)
    const lastSeen = /^\d{1,12}$/.exec(String(request.headers['last-event-id'] ?? ''))
    const from = lastSeen === null ? (query.from ?? 0) : Number(lastSeen[0]) + 1
    await streamLog({ services, caller, id: started.id, from, request, reply })
    return reply
  },
})

const exportLog = defineRoute({
  ...common,
  url: `${BASE}/export`,
  summary: 'Download a log',
  query: logExportQuery,
  reply: null,
  mediaTypes: ['text/plain', 'application/x-ndjson'],
  handler: async ({ services, caller, params, query, reply }) => {
    const { id } = await services.engine.executions.get(caller, params.id!)
    const isText = query.format !== 'ndjson'
    reply.header('Content-Type', isText ? 'text/plain; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
    reply.header('Content-Disposition', `attachment; filename="execution-${id}.${isText ? 'log' : 'ndjson'}"`)
    const show = isText ? (line: NumberedLine) => textLine(line, query.timestamps ?? false) : jsonLine
    return reply.send(Readable.from(chunks(services.engine, caller, id, show)))
  },
})

/** The whole log in pieces, however long it is. */
async function* chunks(engine: Engine, caller: Caller, id: string, show: (line: NumberedLine) => string) {
  for (let from: number | null = 0; from !== null; ) {
    const page: Awaited<ReturnType<Executions['logs']>> = await engine.executions.logs(caller, id, {
      from,
      limit: LINES_AT_ONCE,
    })
    if (page.lines.length > 0) yield page.lines.map(show).join('')
    from = page.next
  }
}

function textLine(line: NumberedLine, hasTimestamp: boolean): string {
  const head = hasTimestamp ? `${new Date(line.at).toISOString()} ${line.stream.padEnd(6)} ` : ''
  return `${head}${line.text}\n`
}

function jsonLine(line: NumberedLine): string {
  return `${JSON.stringify(toLogEntry(line))}\n`
}

export const logRoutes: AnyRoute[] = [read, follow, exportLog]
