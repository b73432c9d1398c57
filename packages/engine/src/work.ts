import {
  DEFAULT_KILL_GRACE_SECONDS,
  DEFAULT_MAX_LOG_BYTES,
  DEFAULT_RETRY,
  dangerOf,
  type ExecutionDefaults,
  effectiveExecution,
  expandTask,
  type Json,
  type PolicySubject,
  type RetryPolicy,
  type Spread,
  say,
  spreadOf,
  subjectOf,
  type Target,
  type TaskDefinition,
  type TaskInput,
  targetOf,
} from '@rota/core'
import type { JobInput } from './api/executions.ts'
import type { Claimed } from './ports/executions.ts'
import type { WorkFacts } from './ports/happenings.ts'
import type { TaskRow, TaskStore } from './ports/tasks.ts'

/** What an execution runs: a task's version, or an ad-hoc job, ready for an executor. */
export interface Work {
  type: string
  name: string | null
  taskId: string | null
  group: string | null
  tenantId: string | null
  payload: Record<string, Json>
  params: { args: Json[]; kwargs: Record<string, Json> }
  env: Record<string, string>
  workingDir: string | null
  runAs: string | null
  detach: boolean
  encoding: string | null
  timeoutMs: number | null
  /** What the task or job says itself, without the server's defaults. */
  own: Own
  killGraceMs: number
  maxLogBytes: number
  retry: RetryPolicy
  /** Where it runs, and on how many nodes, where that is not one. */
  target: Target
  spread: Spread | null
  /** False leaves no row in the history. */
  keep: boolean
}

/** What policies limit of it. */
export type Own = Pick<PolicySubject, 'timeout_seconds' | 'limits' | 'max_attempts' | 'max_concurrent'>

function ownOf(task: TaskDefinition): Own {
  const { timeout_seconds, limits, max_attempts, max_concurrent } = subjectOf(task)
  return { timeout_seconds, limits, max_attempts, max_concurrent }
}

/** What a run of a task may change, as stored in `executions.job`. */
export interface Overrides {
  params?: { args?: Json[]; kwargs?: Record<string, Json> }
  env?: Record<string, string>
}

function workOfTask(task: TaskDefinition, taskId: string, defaults: ExecutionDefaults): Work {
  const { timeout_seconds, retry } = effectiveExecution(task, defaults)
  return {
    type: task.type,
    name: task.name,
    taskId,
    group: task.group,
    tenantId: null,
    payload: task.payload,
    params: task.params,
    env: task.env,
    workingDir: task.working_dir,
    runAs: task.run_as,
    detach: task.detach,
    encoding: task.encoding,
    timeoutMs: timeout_seconds === null ? null : timeout_seconds * 1000,
    own: ownOf(task),
    killGraceMs: task.kill_grace_seconds * 1000,
    maxLogBytes: task.max_log_bytes,
    retry,
    target: targetOf(task.target),
    spread: spreadOf(task.target),
    keep: true,
  }
}

/** A job as a task document, so that both are checked and filled in by the same rules. */
export function jobAsTask(job: JobInput): TaskInput {
  return {
    name: job.name ?? 'job',
    type: job.type,
    payload: job.payload,
    ...(job.params ? { params: job.params } : {}),
    ...(job.env ? { env: job.env } : {}),
    ...(job.priority === undefined ? {} : { priority: job.priority }),
    ...(job.timeout_seconds === undefined ? {} : { timeout_seconds: job.timeout_seconds }),
    ...(job.retry ? { retry: job.retry } : {}),
    ...(job.concurrency ? { concurrency: job.concurrency } : {}),
    ...(job.target ? { target: job.target } : {}),
  }
}

const LOCAL: Target = { kind: 'local' }

/** A job as it is kept: with whose it is, where that is a tenant's. */
export type StoredJob = JobInput & { tenant_id?: string }

/** Jobs were checked when they were submitted; this path is hot and only fills in. */
function workOfJob(stored: string, defaults: ExecutionDefaults): Work {
  const job = JSON.parse(stored) as StoredJob
  const inherited = defaults(job.type)
  const timeout = job.timeout_seconds ?? inherited.timeout_seconds
  return {
    type: job.type,
    name: job.name ?? null,
    taskId: null,
    group: null,
    tenantId: job.tenant_id ?? null,
    payload: job.payload,
    params: { args: job.params?.args ?? [], kwargs: job.params?.kwargs ?? {} },
    env: job.env ?? {},
    workingDir: null,
    runAs: null,
    detach: false,
    encoding: null,
    timeoutMs: timeout === null ? null : timeout * 1000,
    own: {
      timeout_seconds: job.timeout_seconds ?? null,
      limits: null,
      max_attempts: job.retry?.max_attempts ?? null,
      max_concurrent: null,
    },
    killGraceMs: DEFAULT_KILL_GRACE_SECONDS * 1000,
    maxLogBytes: DEFAULT_MAX_LOG_BYTES,
    retry: job.retry ? { ...DEFAULT_RETRY, ...job.retry } : inherited.retry,
    target: job.target ? targetOf(job.target) : LOCAL,
    spread: job.target ? spreadOf(job.target) : null,
    keep: job.keep_history ?? true,
  }
}

/**
 * Applies what one run overrides. Answers an Error for a variable that no run may set: it was checked when the run was
 * asked for, but a row may be older than the rule, and what stands here is what starts.
 */
function overridden(work: Work, stored: string): Work | Error {
  const { params, env } = JSON.parse(stored) as Overrides
  for (const name in env) {
    const danger = env[name] === work.env[name] ? null : dangerOf(name, env[name]!)
    if (danger !== null) return new Error(`env.${name}: ${danger}`)
  }
  return {
    ...work,
    params: {
      args: params?.args ?? work.params.args,
      kwargs: { ...work.params.kwargs, ...params?.kwargs },
    },
    env: { ...work.env, ...env },
  }
}

/** How many task versions are kept ready, twice over. */
const VERSIONS_KEPT = 10_000
/** How many texts are kept read, twice over: many tasks differ in nothing but their name. */
const TEXTS_KEPT = 1000

interface KnownWork {
  version: number
  work: Work
}

/** A map of two generations: what is used outlives the change of generation, the rest goes with it, at no cost. */
class RecentMap<K, V> {
  readonly #most: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: K): V | undefined {
    const found = this.#young.get(key)
    if (found !== undefined) return found
    const earlier = this.#old.get(key)
    if (earlier !== undefined) this.set(key, earlier)
    return earlier
  }

  set(key: K, value: V) {
    if (this.#young.size >= this.#most) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}

/** Finds what claimed executions run. Rows of one task share one object. */
export function createWorkbook(tasks: TaskStore, defaults: ExecutionDefaults) {
  const works = new RecentMap<number, KnownWork>(VERSIONS_KEPT)
  const texts = new RecentMap<string, Work>(TEXTS_KEPT)

  function known(seq: number, version: number | null): Work | undefined {
    const entry = works.get(seq)
    return entry?.version === version ? entry?.work : undefined
  }

  function readWork(text: string, { id, name, tenantId }: TaskRow): Work | Error {
    try {
      let shared = texts.get(text)
      if (shared === undefined) {
        shared = workOfTask(expandTask(text, name), id, defaults)
        texts.set(text, shared)
      }
      return { ...shared, name, taskId: id, tenantId }
    } catch (error) {
      return asError(error)
    }
  }

  /** What the rows of a batch run and is not kept ready, by task and version. */
  async function load(rows: readonly Claimed[]): Promise<Map<string, Work | Error>> {
    const missing = new Map<string, { seq: number; version: number }>()
    for (const { taskSeq: seq, taskVersion: version } of rows) {
      if (seq !== null && known(seq, version) === undefined)
        missing.set(keyOf(seq, version), { seq, version: version! })
    }
    const loaded = new Map<string, Work | Error>()
    if (missing.size === 0) return loaded
    const found = await tasks.bySeqs([...new Set([...missing.values()].map(({ seq }) => seq))])
    const bySeq = new Map(found.map((task) => [task.seq, task]))
    for (const [key, { seq, version }] of missing) {
      const task = bySeq.get(seq)
      if (task === undefined) continue
      const isCurrent = task.version === version
      const text = isCurrent ? task.definition : await tasks.definitionAt(seq, version)
      if (text === null) continue
      const work = readWork(text, task)
      loaded.set(key, work)
      if (isCurrent && !(work instanceof Error)) works.set(seq, { version, work })
    }
    return loaded
  }

  return {
    /** Ids and types of tasks by their numbers; without those that are gone. */
    async tasks(seqs: Iterable<number>): Promise<Map<number, WorkFacts>> {
      const known = new Map<number, WorkFacts>()
      const unknown: number[] = []
      for (const seq of new Set(seqs)) {
        const work = works.get(seq)?.work
        if (work) known.set(seq, work)
        else unknown.push(seq)
      }
      if (unknown.length > 0) {
        for (const { seq, id: taskId, type } of await tasks.bySeqs(unknown)) known.set(seq, { taskId, type })
      }
      return known
    },

    /** One entry per row; an Error where the stored text cannot be read. */
    async find(rows: readonly Claimed[]): Promise<(Work | Error)[]> {
      const loaded = await load(rows)
      return rows.map((row) => {
        try {
          if (row.taskSeq === null) return workOfJob(row.job!, defaults)
          const work = known(row.taskSeq, row.taskVersion) ?? loaded.get(keyOf(row.taskSeq, row.taskVersion))
          if (work === undefined) return new Error(say`the definition it was planned from is gone`)
          return row.job === null || work instanceof Error ? work : overridden(work, row.job)
        } catch (error) {
          return asError(error)
        }
      })
    },
  }
}

const keyOf = (seq: number, version: number | null) => `${seq}/${version}`

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

export type Workbook = ReturnType<typeof createWorkbook>
