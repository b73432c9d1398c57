import type { FieldError, Json, TaskInput } from '@rota/core'
import { readAll, readPage, readPast } from './pages.ts'
import type { Transport } from './transport.ts'
import type {
  BulkResult,
  ExecutionQuery,
  ImportResult,
  ListedExecution,
  ListPage,
  PastPage,
  RunInput,
  RunReply,
  Task,
  TaskQuery,
} from './types.ts'

const BASE = '/api/scheduler/tasks'

/** `version` is the one the caller saw; without it the change overwrites whatever is there. */
export interface ChangeOptions {
  version?: number | null | undefined
}

export interface CreateOptions {
  /** A repeated call with the same key answers the first result instead of a second task. */
  idempotencyKey?: string | undefined
}

/** Tasks: what to run, where and when. */
export class TasksApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: TaskQuery = {}): Promise<ListPage<Task>> {
    return readPage(this.#http, BASE, 'tasks', query)
  }

  /** All that match, page after page. */
  all(query: TaskQuery = {}): AsyncGenerator<Task> {
    return readAll((page) => this.list({ limit: 200, ...query, ...page }))
  }

  get(id: string): Promise<Task> {
    return this.#http.json('GET', at(id))
  }

  create(input: TaskInput, options: CreateOptions = {}): Promise<Task> {
    return this.#http.json('POST', BASE, { body: input, ...options })
  }

  /** Makes tasks of documents, 1,000 at most; each is answered for itself, in their order. `dryRun` makes none. */
  async importMany(inputs: readonly TaskInput[], options: { dryRun?: boolean } = {}): Promise<ImportResult[]> {
    const body = { tasks: inputs, dry_run: options.dryRun }
    const reply = await this.#http.json<{ results: ImportResult[] }>('POST', `${BASE}/import`, { body })
    return reply.results
  }

  /** Checks a document without saving it; empty when it could be saved. `id`: the task it would change. */
  async validate(input: TaskInput, options: { id?: string } = {}): Promise<FieldError[]> {
    const reply = await this.#http.json<{ errors?: FieldError[] }>('POST', `${BASE}/validate`, {
      body: input,
      query: options,
    })
    return reply.errors ?? []
  }

  /** Replaces the fields that are given. Throws ApiError 412 when `version` is no longer the newest. */
  update(id: string, changes: Partial<TaskInput>, options: ChangeOptions = {}): Promise<Task> {
    return this.#http.json('PATCH', at(id), { body: changes, ifVersion: options.version })
  }

  remove(id: string, options: ChangeOptions = {}): Promise<void> {
    return this.#http.json('DELETE', at(id), { ifVersion: options.version })
  }

  /** `name`: a new one, where another task has taken the old one. */
  restore(id: string, changes: { name?: string } = {}): Promise<Task> {
    return this.#http.json('POST', at(id, 'restore'), { body: changes })
  }

  clone(id: string, changes: Partial<TaskInput> = {}): Promise<Task> {
    return this.#http.json('POST', at(id, 'clone'), { body: changes })
  }

  enable(id: string): Promise<Task> {
    return this.#http.json('POST', at(id, 'enable'))
  }

  disable(id: string): Promise<Task> {
    return this.#http.json('POST', at(id, 'disable'))
  }

  pause(id: string): Promise<Task> {
    return this.#http.json('POST', at(id, 'pause'))
  }

  /** `backlog`: what becomes of the occurrences that fell due while paused. */
  resume(id: string, options: { backlog?: 'skip' | 'last' | 'all' | undefined } = {}): Promise<Task> {
    return this.#http.json('POST', at(id, 'resume'), { body: options })
  }

  run(id: string, input: RunInput = {}, options: CreateOptions = {}): Promise<RunReply> {
    return this.#http.json('POST', at(id, 'run'), { body: input, ...options })
  }

  /** Cancels what is running and pending now. */
  stop(id: string): Promise<{ cancelled: string[] }> {
    return this.#http.json('POST', at(id, 'stop'))
  }

  executions(id: string, query: Omit<ExecutionQuery, 'task_id' | 'group'> = {}): Promise<PastPage<ListedExecution>> {
    return readPast(this.#http, at(id, 'executions'), 'executions', query)
  }

  async revisions(id: string): Promise<{ version: number; at: string; by: string | null; definition: Json }[]> {
    const reply = await this.#http.json<{ revisions: never[] }>('GET', at(id, 'revisions'))
    return reply.revisions
  }

  /** Applies one action to many tasks; each is answered for itself. */
  async bulk(action: string, ids: string[]): Promise<BulkResult[]> {
    const reply = await this.#http.json<{ results: BulkResult[] }>('POST', `${BASE}/bulk`, { body: { action, ids } })
    return reply.results
  }
}

function at(id: string, action?: string): string {
  return `${BASE}/${encodeURIComponent(id)}${action ? `/${action}` : ''}`
}
