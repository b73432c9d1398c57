import { EVERYTHING } from '@rota/core'
import type {
  Claimed,
  ClaimResult,
  ExecutionDetails,
  ExecutionStore,
  Finish,
  NewExecution,
  Outbox,
  ScheduleChange,
  StoreParts,
  TaskRow,
  TaskStore,
} from '@rota/engine'
import { afterEach, beforeEach } from 'vitest'

/** An adapter's stores on an empty database of their own. */
export interface OpenStores {
  executions: ExecutionStore
  tasks: TaskStore
  details: ExecutionDetails
  outbox: Outbox
  /** Only where an instance can ask another to stop something. */
  cancellations?: NonNullable<StoreParts['cancellations']>
  /** Reads tables by SQL that every dialect understands. */
  select(sql: string): Promise<Record<string, unknown>[]>
  /** Statements run, rows read and rows changed since the stores were opened, all added up. */
  effort(): number
  close(): Promise<void>
}

/** One implementation of the stores. */
export interface StoreAdapter {
  name: string
  open(): Promise<OpenStores>
}

/** What a suite compares of a live row. */
export interface LiveRow {
  seq: number
  id: string
  state: 'waiting' | 'ready' | 'blocked' | 'claimed' | 'started'
  taskSeq: number | null
  admitted: boolean
  keys: string | null
  blockedBy: string | null
  attempt: number
  claimSeq: number
}

/** What a suite compares of a final row. */
export interface FinalRow {
  id: string
  status: string
  reason: string | null
  failure: string | null
  dueAt: number
  attempt: number
  coversFrom: number | null
  coversCount: number | null
}

/** The wall clock of the suites; instants are given relative to it. */
export const NOW = Date.UTC(2026, 0, 1)
const STATES = ['waiting', 'ready', 'blocked', 'claimed', 'started'] as const

/** An end without details. */
export function endOf(status: Finish['status'], more: Partial<Finish> = {}): Finish {
  return {
    status,
    failure: status === 'failed' ? 'exit_code' : null,
    reason: null,
    startedAt: NOW,
    finishedAt: NOW,
    exitCode: null,
    error: null,
    output: null,
    result: null,
    cpuMs: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
    keep: true,
    ...more,
  }
}

/** A row of a job without task or limits, due now; `rank` follows `runAt` unless it is given. */
export function execution(id: string, more: Partial<NewExecution> = {}): NewExecution {
  const runAt = more.runAt ?? more.dueAt ?? NOW
  return {
    id,
    tenantId: null,
    taskSeq: null,
    taskVersion: null,
    scheduleId: null,
    trigger: 'api',
    requestedBy: null,
    dueAt: runAt,
    runAt,
    rank: runAt,
    priority: 0,
    createdAt: NOW,
    overlap: 'allow',
    taskMax: 1,
    keys: null,
    job: null,
    coversFrom: null,
    coversCount: null,
    jitterMs: null,
    skipAfter: null,
    mergeAfter: null,
    ...more,
  }
}

/** A schedule that is due every `everyMs`, counted from {@link NOW}. */
export function every(everyMs: number, ordinal = 0): ScheduleChange {
  const next = (after: number) => NOW + (Math.floor((after - NOW) / everyMs) + 1) * everyMs
  return { ordinal, body: JSON.stringify({ everyMs }), next }
}

/** Opens fresh stores for each test of a suite, and says in few words what the tests do with them. */
export function stage(adapter: StoreAdapter) {
  let stores: OpenStores
  beforeEach(async () => {
    stores = await adapter.open()
  })
  afterEach(() => stores.close())

  return {
    get executions() {
      return stores.executions
    },
    get tasks() {
      return stores.tasks
    },
    get details() {
      return stores.details
    },
    get outbox() {
      return stores.outbox
    },
    effort: () => stores.effort(),

    enqueue: (rows: NewExecution[], keys: Record<string, number> = {}) =>
      stores.executions.enqueue(rows, {
        now: NOW,
        keys: Object.entries(keys).map(([key, max]) => ({ key, max })),
      }),

    select: (sql: string) => stores.select(sql),

    claim(options: { by?: string; at?: number; most?: number; fromRank?: number } = {}): Promise<ClaimResult> {
      const now = options.at ?? NOW
      return stores.executions.claim({
        instanceId: options.by ?? 'one',
        now,
        until: now + 1000,
        most: options.most ?? 1000,
        ...(options.fromRank !== undefined && { fromRank: options.fromRank }),
      })
    },

    end: (row: Claimed, status: Finish['status'] = 'success', more: Partial<Finish> = {}) =>
      stores.executions.settle([{ kind: 'finish', seq: row.seq, claimSeq: row.claimSeq, ...endOf(status, more) }], NOW),

    /** What a consumer finds in the outbox, for one instance. */
    take: (consumer: string, more: { by?: string; at?: number; most?: number } = {}) => {
      const now = more.at ?? NOW
      const { by = 'one', most = 100 } = more
      return stores.outbox.take({ consumer, instanceId: by, now, until: now + 1000, most })
    },

    async addTask(
      name: string,
      options: { row?: Partial<TaskRow>; schedules?: ScheduleChange[]; keys?: { key: string; max: number }[] } = {},
    ): Promise<TaskRow> {
      const id = options.row?.id ?? `id of ${name}`
      await stores.tasks.insert([
        { row: taskRow(name, options.row), schedules: options.schedules ?? [], keys: options.keys ?? [] },
      ])
      return (await stores.tasks.byId(id, EVERYTHING))!
    },

    /** Saves a task as the use-cases do: one version up, unless told otherwise. */
    change: (row: TaskRow, change: Partial<TaskRow>, options: Partial<Parameters<TaskStore['save']>[1]> = {}) =>
      stores.tasks.save(
        { ...row, version: row.version + 1, ...change },
        {
          expectedVersion: row.version,
          keepRevision: true,
          schedules: null,
          drop: 'future',
          now: NOW,
          answers: [],
          executions: [],
          keys: [],
          ...options,
        },
      ),

    async live(): Promise<LiveRow[]> {
      const rows = await stores.select(
        `SELECT seq, id, state, task_seq AS "taskSeq", admitted, keys, blocked_by AS "blockedBy", attempt,
                claim_seq AS "claimSeq" FROM executions ORDER BY seq`,
      )
      return rows.map((row) => {
        const found = row as Record<string, unknown> & { state: number; admitted: number | boolean }
        return { ...found, state: STATES[found.state], admitted: Boolean(found.admitted) } as unknown as LiveRow
      })
    },

    async history(): Promise<FinalRow[]> {
      const rows = await stores.select(
        `SELECT id, status, reason, failure, due_at AS "dueAt", attempt, covers_from AS "coversFrom",
                covers_count AS "coversCount" FROM execution_history ORDER BY seq`,
      )
      return rows as unknown as FinalRow[]
    },

    async held(): Promise<Record<string, { max: number; held: number }>> {
      const rows = await stores.select('SELECT key, max, held FROM concurrency_keys ORDER BY key')
      const counters = rows as { key: string; max: number; held: number }[]
      return Object.fromEntries(counters.map(({ key, max, held }) => [key, { max: Number(max), held: Number(held) }]))
    },
  }
}

export function taskRow(name: string, more: Partial<TaskRow> = {}): Omit<TaskRow, 'seq'> {
  return {
    id: `id of ${name}`,
    tenantId: null,
    name,
    group: null,
    type: 'handler',
    tags: [],
    enabled: true,
    version: 1,
    definition: '{"type":"handler"}',
    pausedAt: null,
    pauseReason: null,
    runAtStart: false,
    createdAt: NOW,
    createdBy: null,
    updatedAt: NOW,
    updatedBy: null,
    deletedAt: null,
    ...more,
  }
}

export const idsOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id)
