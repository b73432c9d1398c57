/** 1,000,000 schedules, each firing every minute, in one embedded, durable server: executions a second, kept up. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import type { BenchOptions } from './bench.ts'
import { addTasks, databaseBytes, engineOn, openStore, rounded, scratchFolder, sleepUntil } from './embedded.ts'

const MINUTE = 60_000
const WINDOW_MS = 10_000

/** `--tasks N` tasks for `--minutes M`; `--overlap allow` leaves out the limit of one run per task. */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: { tasks: { type: 'string' }, minutes: { type: 'string' }, overlap: { type: 'string' } },
  })
  const tasks = Number(values.tasks ?? 1_000_000)
  const minutes = Number(values.minutes ?? 3)
  const overlap = values.overlap === 'allow' ? 'allow' : 'skip'
  const { folder, remove } = scratchFolder()
  try {
    const from = await setUp(folder, tasks, overlap, log)
    const measured = await fire({ folder, from, tasks, minutes, log })
    const ledger = answersOf(folder, from, from + minutes * MINUTE)
    log(`ledger: ${JSON.stringify(ledger)}`)
    const { starts } = measured
    const expected = tasks * minutes
    if (starts.distinct !== expected || starts.doubled > 0 || ledger.success !== expected) {
      log(
        `VOID: ${expected} were due, ${starts.distinct} started, ${starts.doubled} twice, ${ledger.success} in the ledger.`,
      )
    }
    return {
      tasks,
      minutes,
      overlap,
      guarantee: 'durable, fsync, with history; every due instant started once',
      missed: expected - starts.distinct,
      doubled: starts.doubled,
      ledger,
      ...measured.figures,
    }
  } finally {
    remove()
  }
}

/** Fills the store, and answers the full minute from which on everything fires. */
async function setUp(folder: string, tasks: number, overlap: 'skip' | 'allow', log: (line: string) => void) {
  const from = Math.ceil((Date.now() + 10_000 + tasks * 0.1) / MINUTE) * MINUTE
  const schedules = Array.from({ length: 60 }, (_, second) => `${second} * * * * *`)
  const store = await openStore(folder)
  const began = performance.now()
  await addTasks(store, { count: tasks, schedules, after: from - 1, fields: { concurrency: { overlap } } })
  await store.close()
  const seconds = (performance.now() - began) / 1000
  log(`${tasks} tasks in ${rounded(seconds)} s, ${Math.round(databaseBytes(folder) / tasks)} B each on disk`)
  if (Date.now() > from - 5000) throw new Error('Setting up took longer than expected: the run is void.')
  return from
}

interface Firing {
  folder: string
  from: number
  tasks: number
  minutes: number
  log: (line: string) => void
}

async function fire({ folder, from, tasks, minutes, log }: Firing) {
  const starts = startsOf(tasks, from, minutes)
  const store = await openStore(folder)
  const engine = engineOn(store, (_args, _kwargs, context) =>
    starts.start(Number(context.taskName), context.scheduledAt),
  )
  const opened = performance.now()
  await engine.start()
  log(`started in ${rounded(performance.now() - opened)} ms; the first instant is in ${from - Date.now()} ms`)
  const end = from + minutes * MINUTE
  const windows = []
  await sleepUntil(from)
  const bytesBefore = databaseBytes(folder)
  const cpuBefore = process.cpuUsage()
  for (let at = from + WINDOW_MS; at <= end; at += WINDOW_MS) {
    await sleepUntil(at)
    const window = { ...starts.takeWindow(), rssMb: Math.round(process.memoryUsage().rss / 1024 ** 2) }
    windows.push(window)
    log(`${(at - from) / 1000} s: ${JSON.stringify(window)}`)
  }
  const cpu = process.cpuUsage(cpuBefore)
  const inTime = starts.total
  // What is late may still start; a minute behind is as good as never.
  const deadline = Date.now() + MINUTE
  while (starts.total < tasks * minutes && Date.now() < deadline) await sleepUntil(Date.now() + 100)
  const drainedMs = Date.now() - end
  await engine.stop()
  await store.close()
  const executions = tasks * minutes
  return {
    starts,
    figures: {
      executionsPerSecond: Math.round(inTime / ((minutes * MINUTE) / 1000)),
      drainedMs,
      ...starts.overall(),
      cpuMicrosPerExecution: rounded((cpu.user + cpu.system) / Math.max(inTime, 1)),
      diskBytesPerExecution: rounded((databaseBytes(folder) - bytesBefore) / executions),
      rssBytes: process.memoryUsage().rss,
      windows,
    },
  }
}

/** Lateness up to here is told apart by the millisecond. */
const LATEST_MS = 120_000

/** Which task started for which minute, and how late. */
function startsOf(tasks: number, from: number, minutes: number) {
  const seen = new Uint32Array(tasks)
  const all = new Uint32Array(LATEST_MS)
  let window = new Uint32Array(LATEST_MS)
  let windowCount = 0
  let distinct = 0
  let doubled = 0
  return {
    start(index: number, due: number) {
      const lateMs = Math.min(Math.max(Date.now() - due, 0), LATEST_MS - 1)
      const minute = Math.floor((due - from) / MINUTE)
      // Beyond the last minute the engine runs on until it is stopped.
      if (minute < 0 || minute >= minutes) return
      all[lateMs]!++
      window[lateMs]!++
      windowCount++
      const bit = 1 << minute
      if (seen[index]! & bit) doubled++
      else distinct++
      seen[index]! |= bit
    },
    get total() {
      return distinct + doubled
    },
    get distinct() {
      return distinct
    },
    get doubled() {
      return doubled
    },
    takeWindow() {
      const figures = { perSecond: Math.round(windowCount / (WINDOW_MS / 1000)), ...latenessOf(window) }
      window = new Uint32Array(LATEST_MS)
      windowCount = 0
      return figures
    },
    overall: () => latenessOf(all),
  }
}

function latenessOf(counts: Uint32Array) {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const rank = (share: number) => {
    const wanted = Math.max(Math.ceil(share * total), 1)
    let passed = 0
    const at = counts.findIndex((count) => {
      passed += count
      return passed >= wanted
    })
    return at < 0 ? null : at
  }
  return { p50Ms: rank(0.5), p99Ms: rank(0.99), maxMs: rank(1) }
}

/** How the ledger answers the instants of the run. */
function answersOf(folder: string, from: number, to: number) {
  const db = new DatabaseSync(join(folder, 'state.db'), { readOnly: true })
  const rows = db
    .prepare(
      `SELECT status, count(*) AS count, count(DISTINCT task_seq * 100 + (due_at - ?1) / 60000) AS instants
       FROM execution_history WHERE due_at >= ?1 AND due_at < ?2 GROUP BY status`,
    )
    .all(from, to)
  db.close()
  const answers: Record<string, number> = {}
  for (const { status, count, instants } of rows) {
    answers[String(status)] = Number(instants)
    if (count !== instants) answers[`${status}Doubled`] = Number(count) - Number(instants)
  }
  return answers
}
