import { readPage } from './pages.ts'
import type { Query, Transport } from './transport.ts'
import type { AuditCheckpoints, AuditEntry, AuditExportQuery, AuditQuery, ListPage } from './types.ts'

/** What was done, by whom. */
export class AuditApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  /** The latest first. */
  list(query: AuditQuery = {}): Promise<ListPage<AuditEntry>> {
    return readPage(this.#http, '/api/scheduler/audit', 'entries', query)
  }

  /** The oldest first, as they come: as many as there are never lie in memory together. */
  async *export(query: Omit<AuditExportQuery, 'format'> = {}): AsyncGenerator<AuditEntry> {
    const response = await this.#http.raw('GET', '/api/scheduler/audit/export', { query: query as Query })
    for await (const line of linesOf(response)) yield JSON.parse(line) as AuditEntry
  }

  /** Those that the server which answers has written. */
  checkpoints(): Promise<AuditCheckpoints> {
    return this.#http.json('GET', '/api/scheduler/audit/checkpoints')
  }
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}
