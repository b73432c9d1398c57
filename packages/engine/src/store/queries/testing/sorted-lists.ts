/** The rules of sorted lists and of what narrows a list of executions, for the tests of each database. */
import { EVERYTHING, type ExecutionStatus, type ExecutionView } from '@rota/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type {
  ExecutionQuery,
  ExecutionSort,
  Paged,
  Queries,
  TaskQuery,
  TaskRecord,
  TaskSort,
} from '../../../ports/queries.ts'
import { executionView } from '../../../views/execution-view.ts'

export interface ListStore {
  queries(): Queries
  /** Answers the row's `seq`, or `id` of a schedule. */
  insert(table: string, row: Readonly<Record<string, unknown>>): Promise<number>
}

/** 2026-01-01T00:00:00Z */
export const START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const TASKS = 31
const EXECUTIONS = 90

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
/** Of `from`, or null now and then. */
const some = <T>(from: readonly T[], n: number) => (n % 5 === 4 ? null : from[n % from.length]!)

async function fill({ insert }: ListStore): Promise<void> {
  const tasks: number[] = []
  for (let n = 0; n < TASKS; n++) {
    const seq = await insert('tasks', {
      ...{
        id: idOf(n),
        name: `task ${n % 7} ${n}`,
        task_group: some(['b', 'a', 'a/c'], n),
        type: n % 2 ? 'shell' : 'http',
      },
      ...{ enabled: n % 6 === 1 ? 0 : 1, version: 1, definition: '{}', paused_at: n % 6 === 2 ? START : null },
      ...{ tags: some(['["db"]', '["a","db"]', '["a"]', '["a","b \\"c\\""]'], n) },
      ...{ created_at: START + n, updated_at: START + (n % 3) },
    })
    tasks.push(seq)
    const next_due_at = n % 4 === 0 ? null : START + (n % 3) * MINUTE
    if (n % 7 > 0) await insert('schedules', { task_seq: seq, ordinal: 0, rule_id: 1, next_due_at })
  }
  for (let n = 0; n < EXECUTIONS; n++) await (n % 9 === 8 ? live : ended)(insert, n, some(tasks.slice(0, 4), n))
}

const shared = (n: number) => ({
  ...{ id: idOf(1000 + n), schedule_id: n % 3 === 0 ? null : 1000 + n },
  ...{
    trigger: n % 3 === 0 ? 'manual' : 'schedule',
    due_at: START + (n % 11) * MINUTE,
    created_at: START + n,
    priority: 0,
  },
})

const attemptAt = (at: number) => ({
  ...{ attempt: 1, status: 'failed' },
  ...{ started_at: new Date(at).toISOString(), finished_at: new Date(at + 1_000).toISOString() },
})

async function ended(insert: ListStore['insert'], n: number, task_seq: number | null): Promise<void> {
  const status = ['success', 'failed', 'skipped', 'cancelled', 'success'][n % 5]!
  const due = shared(n).due_at
  const start = status === 'skipped' ? null : due + (n % 4) * 2_500
  const retried = n % 10 === 1
  await insert('execution_history', {
    ...{ ...shared(n), task_seq },
    ...{ status, started_at: retried && n > 50 ? null : start, finished_at: (start ?? due) + (n % 3) * 700 },
    ...{ attempt: retried ? 2 : 1, attempts: retried ? JSON.stringify([attemptAt(due + 125)]) : null },
    ...{ earlier_ms: retried ? 1_000 : null, jitter_ms: n % 8 === 0 ? 2_500 : null },
    error: status === 'failed' ? `Disk FULL on node ${n % 2}` : null,
  })
}

async function live(insert: ListStore['insert'], n: number, task_seq: number | null): Promise<void> {
  const { due_at } = shared(n)
  const isRunning = n % 2 === 0
  await insert('executions', {
    ...{ ...shared(n), task_seq, run_at: due_at, rank: due_at, state: isRunning ? 4 : 0, overlap: 'skip', task_max: 1 },
    ...{ started_at: isRunning ? due_at + 6_000 : null, attempt: isRunning ? 1 : 2, admitted: isRunning ? 1 : 0 },
    attempts: isRunning ? null : JSON.stringify([attemptAt(due_at + 250_000), attemptAt(due_at + 300_000)]),
  })
}

type Sort<Field extends string> = Field | `-${Field}`
const both = <Field extends string>(fields: readonly Field[]) =>
  fields.flatMap((field): Sort<Field>[] => [field, `-${field}`])

const TASK_SORTS = both([
  'name',
  'group',
  'type',
  'status',
  'created_at',
  'updated_at',
  'next_run',
  'last_run',
  'run_count',
  'tags',
])
const EXECUTION_SORTS = both(['scheduled_at', 'status', 'task_name', 'lateness', 'duration', 'trigger', 'attempt'])

/** Every page by its cursor, and by its number. */
async function turned<Row>(read: (page: { cursor?: string; page?: number; limit: number }) => Promise<Paged<Row>>) {
  const [byCursor, byNumber]: [Row[], Row[]] = [[], []]
  let cursor: string | null = null
  do {
    const page: Paged<Row> = await read({ limit: 4, ...(cursor !== null && { cursor }) })
    byCursor.push(...page.rows)
    cursor = page.nextCursor
  } while (cursor !== null)
  for (let page = 1; byNumber.length < byCursor.length; page++) byNumber.push(...(await read({ limit: 7, page })).rows)
  return { byCursor, byNumber }
}

const STATUS_ORDER = ['running', 'pending', 'failed', 'cancelled', 'skipped', 'success']
const VALUES: Record<string, (view: ExecutionView) => string | number | null> = {
  scheduled_at: (view) => view.scheduled_at,
  status: (view) => STATUS_ORDER.indexOf(view.status),
  task_name: (view) => view.task_name,
  lateness: (view) => view.lateness_ms,
  duration: (view) => view.duration,
  trigger: (view) => view.trigger,
  attempt: (view) => view.attempt,
}

const TASK_VALUES: Record<string, (record: TaskRecord) => string | number | null> = {
  name: ({ task }) => task.name,
  group: ({ task }) => task.group,
  type: ({ task }) => task.type,
  created_at: ({ task }) => -task.createdAt,
  updated_at: ({ task }) => -task.updatedAt,
  next_run: ({ schedules }) => schedules[0]?.nextDueAt ?? null,
  last_run: ({ last }) => last?.startedAt ?? null,
  run_count: ({ runCount }) => runCount,
  tags: ({ task }) => task.tags.join(', ') || null,
  status: ({ task, schedules }) => {
    if (!task.enabled) return 3
    if (task.pausedAt !== null) return 1
    return schedules.length > 0 && schedules[0]!.nextDueAt === null ? 2 : 0
  },
}

/** Sorted, with null last whichever way it goes. */
function expectSorted(values: readonly (string | number | null)[], sort: string): void {
  const up = sort.startsWith('-') ? -1 : 1
  const expected = [...values].sort((a, b) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return a < b ? -up : a > b ? up : 0
  })
  expect(values).toEqual(expected)
}

const defaults = () => ({ retry: { max_attempts: 1 }, timeout_seconds: null }) as never

/** `open` answers an empty store. */
export function sortedListRules(open: () => ListStore): void {
  let store: ListStore
  const tasks = (query: TaskQuery) => store.queries().listTasks(query, EVERYTHING)
  const executions = (query: ExecutionQuery) => store.queries().listExecutions(query, EVERYTHING)
  const views = async (query: ExecutionQuery) =>
    (await executions({ limit: 1000, ...query })).rows.map((record) => executionView(record, defaults))
  beforeEach(async () => {
    store = open()
    await fill(store)
  })

  describe('a sorted list', () => {
    test.each(TASK_SORTS)(
      'of tasks by %s is in order, and shows each once however its pages are turned',
      async (sort: TaskSort) => {
        const { rows } = await tasks({ sort, limit: 1000 })
        expectSorted(rows.map(TASK_VALUES[sort.replace('-', '')]!), sort)
        const { byCursor, byNumber } = await turned((page) => tasks({ sort, ...page }))
        const ids = rows.map(({ task }) => task.id)
        expect(new Set(ids).size).toBe(TASKS)
        expect(byCursor.map(({ task }) => task.id)).toEqual(ids)
        expect(byNumber.map(({ task }) => task.id)).toEqual(ids)
      },
    )

    test.each(EXECUTION_SORTS)(
      'of executions by %s is in order, and shows each once however its pages are turned',
      async (sort: ExecutionSort) => {
        const all = await views({ sort })
        expectSorted(all.map(VALUES[sort.replace('-', '')]!), sort)
        const { byCursor, byNumber } = await turned((page) => executions({ sort, ...page }))
        const ids = all.map(({ id }) => id)
        expect(new Set(ids).size).toBe(EXECUTIONS)
        expect(byCursor.map(({ id }) => id)).toEqual(ids)
        expect(byNumber.map(({ id }) => id)).toEqual(ids)
      },
    )

    test('takes no cursor of another order', async () => {
      const { nextCursor } = await executions({ sort: '-duration', limit: 2 })
      for (const sort of ['duration', 'scheduled_at', undefined] as const) {
        await expect(executions({ sort, cursor: nextCursor! })).rejects.toMatchObject({ code: 'invalid' })
      }
    })
  })

  describe('a list of executions', () => {
    test.each([
      ['>', 5_000],
      ['>=', 5_000],
      ['>', 1_000],
      ['<', 2_500],
      ['<=', 2_500],
      ['>', 100],
    ] as const)('of occurrences that started %s %i ms late holds those and no other', async (is, ms) => {
      const fits = (late: number) => ({ '>': late > ms, '>=': late >= ms, '<': late < ms, '<=': late <= ms })[is]
      const all = await views({})
      const wanted = all.filter((it) => it.trigger === 'schedule' && it.lateness_ms !== null && fits(it.lateness_ms))
      expect(wanted.length).toBeGreaterThan(3)
      const found = await views({ late: { is, ms } })
      expect(found.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort())
      const { byCursor } = await turned((page) => executions({ late: { is, ms }, ...page }))
      expect(byCursor.map(({ id }) => id)).toEqual(found.map(({ id }) => id))
    })

    test.each([
      ['failed', {}],
      ['failed,skipped', {}],
      ['success', { from: START }],
      ['running', {}],
      [undefined, { taskId: idOf(1) }],
      ['failed', { sort: '-duration' }],
    ] as const)(
      'of %s that ended within a stretch of time holds those and no other (with %o)',
      async (status, more) => {
        const [finishedFrom, finishedTo] = [START + 4 * MINUTE, START + 9 * MINUTE]
        const filter = { ...more, ...(status && { status: status.split(',') as ExecutionStatus[] }) }
        const isWithin = (at: string | null) =>
          at !== null && Date.parse(at) >= finishedFrom && Date.parse(at) < finishedTo
        const wanted = (await views(filter)).filter((it) => isWithin(it.finished_at))
        if (status !== 'running') expect(wanted.length).toBeGreaterThan(3)
        const ends = { ...filter, finishedFrom, finishedTo }
        expect((await views(ends)).map(({ id }) => id)).toEqual(wanted.map(({ id }) => id))
        expect((await executions({ ...ends, limit: 1 })).total).toBe(wanted.length)
        const { byCursor } = await turned((page) => executions({ ...ends, ...page }))
        expect(byCursor.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id))
      },
    )

    test.each(['TASK 1', 'disk full', 'node 1', idOf(1042).slice(0, 35), 'nothing of it'])(
      'with “%s” holds what the text names: by id, task or error',
      async (q) => {
        const text = q.toLowerCase()
        const wanted = (await views({})).filter(
          (it) =>
            it.id.startsWith(text) ||
            it.task_name?.toLowerCase().includes(text) ||
            it.error?.toLowerCase().includes(text),
        )
        const found = await views({ q })
        expect(found.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort())
        const { byCursor } = await turned((page) => executions({ q, ...page }))
        expect(byCursor.map(({ id }) => id)).toEqual(found.map(({ id }) => id))
      },
    )
  })
}
