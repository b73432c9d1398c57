import type { Clock } from '@rota/core'
import type { TaskRetention, Upkeep } from '../ports/upkeep.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'

/** What is kept, and how long. A task may say otherwise for its own history. */
export interface Retention {
  /** Days a task's history is kept; null for ever. */
  days: number | null
  /** Newest executions of a task that are kept; null for any number. */
  count: number | null
  /** Newest executions of a task that stay however old they are, so that what runs once a year has a history. */
  keepLast: number
  /** Days the history of jobs without a task is kept; null for ever. */
  jobDays: number | null
  /** Days within which a deleted task can be restored. */
  deletedTaskDays: number
  /** Days the hourly statistics are kept. */
  rollupDays: number
}

const DEFAULT_RETENTION: Retention = {
  days: 30,
  count: 1000,
  keepLast: 10,
  jobDays: 7,
  deletedTaskDays: 30,
  rollupDays: 400,
}

export interface PrunerOptions {
  clock: Clock
  upkeep: Upkeep
  pulse: Pulse
  retention: Partial<Retention>
  /** Told which executions are gone, so that their logs go too; awaited. */
  onPruned: (executionIds: string[]) => unknown
  /** Whether this instance does it; of several one is enough. */
  isOurs?: () => boolean
  /** How often it goes through everything, in ms. Default one hour. */
  periodMs?: number
}

const DAY_MS = 86_400_000
const KEYS_KEPT_MS = DAY_MS
/** Rows deleted per transaction, few enough not to be noticed on the engine's loop. */
const BATCH = 250
/** Tasks and rows looked at per search. */
const TASKS_PER_LOOK = 200
const ROWS_PER_LOOK = 5000
/** Until it asks again whether it is to do it. */
const NOT_OURS_MS = 60_000
/** Between two batches. */
const REST_MS = 20

/** Deletes history and leftovers that nobody is meant to find any more, a little at a time. */
export function createPruner(options: PrunerOptions): Duty {
  const { clock, upkeep, pulse, onPruned, isOurs = () => true, periodMs = 3_600_000 } = options
  const retention: Retention = { ...DEFAULT_RETENTION, ...options.retention }
  let pass: AsyncGenerator<void> | null = null
  let nextPassAt = Number.NEGATIVE_INFINITY

  async function step(): Promise<number> {
    const now = clock.monotonic()
    if (pass === null && now < nextPassAt) return nextPassAt - now
    if (pass === null && !isOurs()) return NOT_OURS_MS
    pass ??= onePass(clock.now())
    try {
      const { done } = await pass.next()
      if (!done) return REST_MS
    } catch (error) {
      pass = null
      throw error
    }
    pass = null
    nextPassAt = now + periodMs
    return periodMs
  }

  /** Everything once, pausing at each yield. */
  async function* onePass(now: number): AsyncGenerator<void> {
    // Where days go whole, what is left to delete by rows waits until its day is over: then hardly anything is.
    const today = upkeep.dropDays === undefined ? now : Math.floor(now / DAY_MS) * DAY_MS
    const daysAgo = (days: number | null) => (days === null ? 0 : today - days * DAY_MS)
    const { days, jobDays, keepLast } = retention
    if (days !== null && jobDays !== null) {
      await upkeep.dropDays?.({ days, jobDays, keepLast }, now)
      yield
    }
    yield* pruneTasks(daysAgo)
    yield* pruneJobs(daysAgo(retention.jobDays))
    yield* purgeTasks(daysAgo(retention.deletedTaskDays))
    const older = { keysBefore: now - KEYS_KEPT_MS, rollupsBefore: daysAgo(retention.rollupDays) }
    while ((await upkeep.sweep(older, BATCH)) > 0) yield
  }

  async function* pruneTasks(daysAgo: (days: number | null) => number): AsyncGenerator<void> {
    for (let after = 0; ; ) {
      const tasks = await upkeep.retentions(after, TASKS_PER_LOOK)
      if (tasks.length === 0) return
      after = tasks.at(-1)!.seq
      for (const { days, count, seqs } of alike(tasks, retention)) {
        const rules = { count, keepLast: retention.keepLast, before: daysAgo(days) }
        yield* forgetAll(() => upkeep.surplus(seqs, rules, BATCH))
      }
      yield
    }
  }

  async function* pruneJobs(before: number): AsyncGenerator<void> {
    for (let after: number | null = 0; after !== null; ) {
      const found: { seqs: number[]; next: number | null } = await upkeep.agedJobs(after, before, ROWS_PER_LOOK)
      for (let i = 0; i < found.seqs.length; i += BATCH) {
        await forget(found.seqs.slice(i, i + BATCH))
        yield
      }
      after = found.next
      yield
    }
  }

  async function* purgeTasks(before: number): AsyncGenerator<void> {
    for (const task of await upkeep.expiredTasks(before, TASKS_PER_LOOK)) {
      yield* forgetAll(() => upkeep.historyOf(task, BATCH))
      await upkeep.purge(task, before)
      yield
    }
  }

  /** Deletes what `search` finds until it finds no more, or nothing that can go. */
  async function* forgetAll(search: () => Promise<number[]>): AsyncGenerator<void> {
    for (;;) {
      const seqs = await search()
      if (seqs.length === 0 || (await forget(seqs)) === 0) return
      yield
      if (seqs.length < BATCH) return
    }
  }

  async function forget(seqs: number[]): Promise<number> {
    const ids = await upkeep.forget(seqs)
    if (ids.length > 0) await onPruned(ids)
    return ids.length
  }

  return createLoop({ clock, step, longestSleepMs: periodMs, onError: pulse.storeFailed })
}

/** Tasks with the same rules together; what a task leaves open is the default. */
function alike(tasks: readonly TaskRetention[], usual: Retention) {
  const groups = new Map<string, { days: number | null; count: number | null; seqs: number[] }>()
  for (const task of tasks) {
    const days = task.days ?? usual.days
    const count = task.count ?? usual.count
    const key = `${days}:${count}`
    const group = groups.get(key) ?? { days, count, seqs: [] }
    groups.set(key, group)
    group.seqs.push(task.seq)
  }
  return groups.values()
}
