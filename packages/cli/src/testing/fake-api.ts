import type { Execution, LogEntry, Problem, Task } from '@rota/sdk'

interface TaskCall {
  method: string
  /** What follows the id in the path. */
  action: string | undefined
  body: unknown
  headers: Record<string, string>
}

/** A small server in memory that speaks as much of the API as the commands' tests need. */
export class FakeApi {
  readonly tasks = new Map<string, Task>()
  readonly executions = new Map<string, Execution>()
  readonly logs = new Map<string, LogEntry[]>()
  /** What explanations rest on, by the execution's id. */
  readonly facts = new Map<string, Record<string, unknown>>()
  /** `POST /api/scheduler/tasks`, in order. */
  readonly seen: string[] = []
  readonly bodies: unknown[] = []
  readonly queries: URLSearchParams[] = []
  /** How many rows a list is said to have, where it is not as many as it gives. */
  readonly totals = new Map<string, number>()
  /** Answers instead of the usual ones, by `METHOD path`. */
  readonly overrides = new Map<string, () => Response>()
  #next = 1

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(String(input))
    const call = `${init.method ?? 'GET'} ${url.pathname}`
    this.seen.push(call)
    this.queries.push(url.searchParams)
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body))
    this.bodies.push(body)
    const override = this.overrides.get(call)
    if (override) return override()
    return this.#answer(call, url.searchParams, body, init.headers as Record<string, string>)
  }

  addTask(fields: Partial<Task> & { name: string }): Task {
    const task = { ...BLANK_TASK, id: this.#id(), ...fields } as Task
    this.tasks.set(task.id, task)
    return task
  }

  addExecution(fields: Partial<Execution>, output: readonly string[] = []): Execution {
    const execution = { ...BLANK_EXECUTION, id: this.#id(), ...fields } as Execution
    this.executions.set(execution.id, execution)
    const lines = output.map((message, no): LogEntry => {
      const stream = message.startsWith('!') ? 'stderr' : 'stdout'
      return { no, timestamp: '2026-01-01T00:00:00.000Z', stream, level: 'info', attempt: 1, message }
    })
    this.logs.set(execution.id, lines)
    return execution
  }

  #id(): string {
    return `019b0000-0000-7000-8000-${String(this.#next++).padStart(12, '0')}`
  }

  #answer(
    call: string,
    query: URLSearchParams,
    body: unknown,
    headers: Record<string, string>,
  ): Response | Promise<Response> {
    const [method, path] = call.split(' ') as [string, string]
    const [kind, id, action, more] = path.replace(/^\/api\/scheduler\//, '').split('/')
    if (kind === 'tasks' && id === undefined) return method === 'POST' ? this.#create(body) : this.#list(query)
    if (kind === 'tasks' && id === 'import') return this.#createMany(body)
    if (kind === 'tasks') return this.#task(decodeURIComponent(id!), { method, action, body, headers })
    if (kind === 'executions' && id === undefined) return page('executions', [...this.executions.values()])
    if (kind === 'executions') return this.#execution(id!, action, more)
    if (kind === 'forecast') return json({ occurrences: [] })
    if (path === '/api/auth/me') return json({ user: { username: 'alice', role: 'editor' } })
    if (path === '/health') return json({ status: 'ok', version: '0.1.0' })
    return problem(404, 'not_found', `There is no ${path}.`)
  }

  #create(body: unknown): Response {
    const input = body as Partial<Task> & { name: string }
    const isTaken = [...this.tasks.values()].some(({ name }) => name === input.name)
    if (isTaken) return problem(409, 'conflict', `A task "${input.name}" exists already.`)
    if ((input as { command?: string }).command === '') {
      const errors = [{ path: 'command', message: 'must not be empty.' }]
      return problem(422, 'invalid', 'command: must not be empty.', errors)
    }
    return json(this.addTask({ ...input, schedule: typeof input.schedule === 'string' ? input.schedule : null }), 201)
  }

  async #createMany(body: unknown): Promise<Response> {
    const results = (body as { tasks: { name: string }[] }).tasks.map(async (task) => {
      const reply = this.#create(task)
      const { id = null, type, detail: error = null, errors = [] } = (await reply.json()) as Problem & { id?: string }
      const code = reply.ok ? null : type!.split(':').at(-1)!
      return { name: task.name, id, ok: reply.ok, code, error, errors }
    })
    return json({ dry_run: false, results: await Promise.all(results) })
  }

  #list(query: URLSearchParams): Response {
    const q = query.get('q')?.toLowerCase() ?? ''
    const from = query.get('origin') ?? ''
    const rows = [...this.tasks.values()].filter(({ name, status, group, origin, description }) => {
      const isAsked = query.get('status') === 'deleted' ? status === 'deleted' : status !== 'deleted'
      const isFound = `${name}\n${description}`.toLowerCase().includes(q) && (origin ?? '').startsWith(from)
      return isAsked && isFound && (query.get('group') ?? group) === group
    })
    return page('tasks', rows, this.totals.get('tasks'))
  }

  #task(id: string, { method, action, body, headers }: TaskCall): Response {
    const task = this.tasks.get(id)
    if (!task) return problem(404, 'not_found', `There is no task ${id}.`)
    if (action === 'run') {
      const execution = this.addExecution({ task_id: id, task_name: task.name, status: 'success' }, [
        'hello',
        '!careful',
      ])
      const outlook = { status: 'pending', phase: 'ready', reason: null, waits_for: null, replaces: [] }
      return json({ execution_id: execution.id, task_id: id, ...outlook }, 202)
    }
    if (action === 'executions')
      return page(
        'executions',
        [...this.executions.values()].filter((each) => each.task_id === id),
      )
    if (action === 'stop') return json({ cancelled: [] })
    if (action !== undefined) {
      const status =
        ({ enable: 'active', disable: 'disabled', pause: 'paused' } as const)[action as 'enable'] ?? 'active'
      return json(Object.assign(task, { status }))
    }
    const expected = headers['if-match']
    if (expected && expected !== `"${task.version}"`) return problem(412, 'stale_version', 'The task has changed.')
    if (method === 'DELETE') {
      task.status = 'deleted'
      return new Response(null, { status: 204 })
    }
    if (method === 'PATCH') Object.assign(task, body, { version: task.version + 1 })
    return json(task)
  }

  #execution(id: string, action: string | undefined, more: string | undefined): Response {
    const execution = this.executions.get(id)
    if (!execution) return problem(404, 'not_found', `There is no execution ${id}.`)
    const lines = this.logs.get(id) ?? []
    if (action === 'logs' && more === 'stream') {
      const rows = lines.length > 0 ? `id: ${lines.length - 1}\nevent: lines\ndata: ${JSON.stringify(lines)}\n\n` : ''
      return new Response(`${rows}event: end\ndata: {"status":"${execution.status}"}\n\n`)
    }
    if (action === 'logs') return json({ logs: lines, total: lines.length })
    if (action === 'explain') return json({ summary: { en: '', zh: '' }, facts: this.facts.get(id) ?? {} })
    return json(execution)
  }
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } })
}

export function problem(status: number, code: string, detail: string, errors: unknown[] = []): Response {
  return json({ type: `urn:rota:problem:${code}`, title: code, status, detail, errors, request_id: 'r' }, status)
}

function page(key: string, rows: unknown[], total = rows.length): Response {
  return json({ total, page: 1, limit: 50, next_cursor: null, [key]: rows })
}

const BLANK_TASK = {
  version: 1,
  type: 'shell',
  status: 'active',
  effective: { timeout_seconds: null, retry: { max_attempts: 1 }, max_concurrent: 1 },
  group: null,
  tags: [],
  schedule: null,
  schedule_rule: null,
  schedules: [],
  words: null,
  timezone: 'UTC',
  next_run: null,
  next_due: null,
  last_run: null,
  last_status: null,
  run_count: 0,
  created_at: '2026-01-01T00:00:00.000Z',
  created_by: null,
  updated_at: '2026-01-01T00:00:00.000Z',
  updated_by: null,
  deleted_at: null,
  paused_at: null,
}

const BLANK_EXECUTION = {
  task_id: null,
  task_name: null,
  type: 'shell',
  trigger: 'manual',
  status: 'success',
  failure: null,
  reason: null,
  phase: null,
  scheduled_at: '2026-01-01T00:00:00.000Z',
  jittered_at: '2026-01-01T00:00:00.000Z',
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: '2026-01-01T00:00:00.000Z',
  finished_at: '2026-01-01T00:00:01.000Z',
  lateness_ms: 1,
  duration: 1,
  attempt: 1,
  max_attempts: 1,
  timeout_seconds: null,
  attempts: [],
  params: null,
  requested_by: null,
  exit_code: 0,
  output: null,
  result: null,
  error: null,
  progress: null,
  unfinished: null,
  ran_twice: false,
  fenced_attempts: [],
  cpu_seconds: null,
  max_rss_bytes: null,
  dropped_log_bytes: 0,
  covers: null,
}
