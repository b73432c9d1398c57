import { readAll } from './pages.ts'
import type { Transport } from './transport.ts'
import type {
  LedgerEntry,
  LedgerPage,
  LedgerQuery,
  Occurrence,
  Preview,
  PreviewInput,
  StatsSummary,
  TaskStats,
  TimeseriesPoint,
  TopEntry,
} from './types.ts'

export interface UpcomingQuery {
  to?: string | undefined
  limit?: number | undefined
  task_id?: string | undefined
}

/** Schedules before they are saved, and what is coming. */
export class SchedulesApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  preview(input: PreviewInput): Promise<Preview> {
    return this.#http.json('POST', '/api/scheduler/schedules/preview', { body: input })
  }

  /** Coming occurrences of all active tasks, earliest first. */
  async upcoming(query: UpcomingQuery = {}): Promise<Occurrence[]> {
    const reply = await this.#http.json<{ occurrences: Occurrence[] }>('GET', '/api/scheduler/forecast', {
      query: { ...query },
    })
    return reply.occurrences
  }
}

/** The answer for every due instant. */
export class LedgerApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: LedgerQuery = {}): Promise<LedgerPage> {
    return this.#http.json('GET', '/api/scheduler/ledger', { query: { ...query } })
  }

  /** All that match, page after page. */
  all(query: LedgerQuery = {}): AsyncGenerator<LedgerEntry> {
    return readAll(async (page) => {
      const { entries, next_cursor } = await this.list({ limit: 200, ...query, ...page })
      return { rows: entries, next_cursor }
    })
  }
}

export class StatsApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  summary(): Promise<StatsSummary> {
    return this.#http.json('GET', '/api/scheduler/stats')
  }

  task(id: string, range: { start_date?: string | undefined; end_date?: string | undefined } = {}): Promise<TaskStats> {
    return this.#http.json('GET', `/api/scheduler/tasks/${encodeURIComponent(id)}/stats`, { query: range })
  }

  async timeseries(query: {
    from: string
    to: string
    bucket: 'hour' | 'day'
    task_id?: string
    group?: string
  }): Promise<TimeseriesPoint[]> {
    const path = '/api/scheduler/stats/timeseries'
    return (await this.#http.json<{ points: TimeseriesPoint[] }>('GET', path, { query })).points
  }

  async top(query: { by: 'slowest' | 'failing'; from?: string | undefined; limit?: number }): Promise<TopEntry[]> {
    return (await this.#http.json<{ tasks: TopEntry[] }>('GET', '/api/scheduler/stats/top', { query })).tasks
  }
}
