import { Readable } from 'node:stream'
import type { Caller } from '@rota/core'
import type { AuditFilter, AuditView, Engine } from '@rota/engine'
import { auditCheckpoints, auditExportQuery, auditList, auditQuery } from '@rota/protocol'
import { csvLine } from '../csv.ts'
import { requireAbove } from '../principal.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/audit'
const common = { method: 'GET', tag: 'Audit', needs: { may: 'manage', on: 'audit' } } as const
/** Entries that are written between two looks at the engine's own work. */
const AT_ONCE = 200

const list = defineRoute({
  ...common,
  url: BASE,
  summary: 'List what was done, by whom',
  description: 'The latest first. Every change, every sign-in, and what was refused to somebody who had signed in.',
  query: auditQuery,
  reply: auditList,
  handler: async ({ services, caller, query }) => {
    const { rows, ...page } = await services.engine.audit.list(caller, query)
    return { ...page, entries: rows }
  },
})

const exportAudit = defineRoute({
  ...common,
  url: `${BASE}/export`,
  summary: 'Download what was done',
  description:
    'The oldest first. As `ndjson` an entry a line, as the list has them; without a filter `rota audit verify` can check it.',
  query: auditExportQuery,
  reply: null,
  mediaTypes: ['application/x-ndjson', 'text/csv'],
  handler: ({ services, caller, query, reply }) => {
    const { format = 'ndjson', ...filter } = query
    const isCsv = format === 'csv'
    reply.header('Content-Type', isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
    reply.header('Content-Disposition', `attachment; filename="audit.${format}"`)
    const pages = entries(services.engine, caller, filter)
    return reply.send(Readable.from(isCsv ? asCsv(pages) : asLines(pages)))
  },
})

const checkpoints = defineRoute({
  ...common,
  url: `${BASE}/checkpoints`,
  summary: 'Read the checkpoints that this server has written',
  description: 'To be kept elsewhere: only by them an end that was cut off or written anew is found.',
  reply: auditCheckpoints,
  handler: ({ services, principal }) => {
    requireAbove(principal)
    return { file: services.checkpoints.path, checkpoints: services.checkpoints.all() }
  },
})

type Pages = AsyncGenerator<AuditView[]>

async function* entries(engine: Engine, caller: Caller, filter: AuditFilter): Pages {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<Engine['audit']['list']>> = await engine.audit.list(caller, {
      ...filter,
      oldest_first: true,
      limit: AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    })
    yield page.rows
    cursor = page.next_cursor
  }
}

async function* asLines(pages: Pages): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

const COLUMNS = [
  ...(['seq', 'at', 'tenant_id', 'actor', 'user_id', 'credential', 'address', 'request_id', 'kind'] as const),
  ...(['subject_id', 'subject_name', 'action', 'outcome', 'before', 'after', 'detail', 'hash'] as const),
]

async function* asCsv(pages: Pages): AsyncGenerator<string> {
  yield csvLine(COLUMNS)
  for await (const page of pages) {
    yield page.map((entry) => csvLine(COLUMNS.map((column) => cell(entry[column])))).join('')
  }
}

function cell(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const auditRoutes: AnyRoute[] = [list, exportAudit, checkpoints]
