/**
 * A server on the embedded store with 1,000,000 ended executions: how long the first page of every list and every
 * figure takes, and the memory afterwards. Linux only: it reads /proc.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { EVERYTHING } from '@rota/core'
import type { BenchOptions } from './bench.ts'
import { type BuiltServer, buildServer, startBuilt } from './built-server.ts'
import { addTasks, openStore, rounded, scratchFolder, sleep } from './embedded.ts'
import { inChild } from './in-child.ts'

const API = '/api/scheduler'
const DAY_MS = 86_400_000
const SPAN_DAYS = 25
/** So many that no task keeps more than its retention allows. */
const EXECUTIONS_PER_TASK = 500
const ROLLED_AT_ONCE = 100_000
const REST_SECONDS = 10

/** `--rows N` (1,000,000), `--rounds N` (3): the first round is told as `first`, the best of the others as `again`. */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { rows: text, rounds: text } })
  const rows = Number(values.rows ?? 1_000_000)
  const rounds = Number(values.rounds ?? 3)
  if (!(rows >= EXECUTIONS_PER_TASK && rounds >= 2)) throw new Error('Give --rows 500 or more and --rounds 2 or more.')
  buildServer()
  const { folder, remove } = scratchFolder()
  const [dataDir, webDir] = [join(folder, 'data'), join(folder, 'web')]
  for (const each of [dataDir, webDir]) mkdirSync(each)
  // An empty one: else the web interface might be built meanwhile.
  const env = { ROTA_HTTP_WEB_DIR: webDir, ROTA_HTTP_RATE_LIMIT_PER_MINUTE: '0' }
  let server: BuiltServer | null = null
  try {
    // The first start makes the administrator, which takes its time and is not what is measured.
    await (await startBuilt(dataDir, env)).end()
    log(`filling with ${rows} executions`)
    const { taskId } = await inChild<{ taskId: string }>(import.meta.filename, 'fill', [dataDir, rows])
    server = await startBuilt(dataDir, env)
    const rssBeforeBytes = memoryOf(server.pid, 'VmRSS')
    await refuseShort(server, rows)
    const firstMs: Record<string, number> = {}
    const againMs: Record<string, number> = {}
    for (let round = 0; round < rounds; round++) {
      for (const [name, path] of pathsOf(taskId)) {
        const ms = rounded(await timed(() => server!.get(path)), 1)
        if (round === 0) firstMs[name] = ms
        else againMs[name] = Math.min(againMs[name] ?? ms, ms)
      }
    }
    for (const name of Object.keys(firstMs)) log(`${name}: first ${firstMs[name]} ms, again ${againMs[name]} ms`)
    await sleep(REST_SECONDS * 1000)
    const rssBytes = memoryOf(server.pid, 'VmRSS')
    log(`${Math.round(rssBytes / 1e6)} MB resident after ${REST_SECONDS} s of rest`)
    return { rows, firstMs, againMs, rssBeforeBytes, rssBytes, peakRssBytes: memoryOf(server.pid, 'VmHWM') }
  } finally {
    await server?.end()
    remove()
  }
}

type NamedPath = [name: string, path: string]

const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()
const lastSevenDays = () => `from=${ago(7)}&to=${ago(0)}`

function pathsOf(taskId: string): NamedPath[] {
  return [
    ['tasks', `${API}/tasks?limit=50`],
    ['tasks of a group', `${API}/tasks?limit=50&group=team/a/`],
    ...executionPaths(taskId),
    ...ledgerPaths(taskId),
    ...figurePaths(taskId),
  ]
}

function executionPaths(taskId: string): NamedPath[] {
  const executions = (filter: string) => `${API}/executions?limit=50${filter}`
  const range = lastSevenDays()
  return [
    ['executions', executions('')],
    ['succeeded', executions('&status=success')],
    ['failed', executions('&status=failed')],
    ['cancelled', executions('&status=cancelled')],
    ['skipped', executions('&status=skipped')],
    ['running', executions('&status=running')],
    ['timed out', executions('&status=failed&failure=timeout')],
    ['failed or cancelled', executions('&status=failed,cancelled')],
    ['by hand', executions('&trigger=manual')],
    ['by hand, failed', executions('&trigger=manual&status=failed')],
    ['by schedule', executions('&trigger=schedule')],
    ['by schedule, failed', executions('&trigger=schedule&status=failed')],
    ['of a task', executions(`&task_id=${taskId}`)],
    ['of a task, failed', executions(`&task_id=${taskId}&status=failed`)],
    ['of a task, timed out', executions(`&task_id=${taskId}&failure=timeout`)],
    ['of a small group', executions('&group=rare')],
    ['of a large group', executions('&group=team/a/')],
    ['of a large group, failed', executions('&group=team/a/&status=failed')],
    ['of a large group, cancelled', executions('&group=team/a/&status=cancelled')],
    ['of seven days', executions(`&${range}`)],
    ['of seven days, failed', executions(`&${range}&status=failed`)],
    ['of seven days, cancelled', executions(`&${range}&status=cancelled`)],
    ['of seven days, by hand', executions(`&${range}&trigger=manual`)],
    ['since the beginning, failed', executions(`&from=${ago(SPAN_DAYS + 5)}&status=failed`)],
    ['page 200', executions('&page=200')],
    ['failed, page 100', executions('&status=failed&page=100')],
  ]
}

function ledgerPaths(taskId: string): NamedPath[] {
  return [
    ['ledger', `${API}/ledger?limit=50`],
    ['ledger, late', `${API}/ledger?limit=50&answer=late`],
    ['ledger, missed', `${API}/ledger?limit=50&answer=missed`],
    ['ledger, merged', `${API}/ledger?limit=50&answer=merged`],
    ['ledger of a task', `${API}/ledger?limit=50&task_id=${taskId}`],
  ]
}

function figurePaths(taskId: string): NamedPath[] {
  const range = lastSevenDays()
  return [
    ['stats', `${API}/stats`],
    ['stats of a task', `${API}/tasks/${taskId}/stats`],
    ['timeseries', `${API}/stats/timeseries?bucket=day`],
    ['timeseries of a group', `${API}/stats/timeseries?bucket=hour&group=team/a/`],
    ['top slowest', `${API}/stats/top?by=slowest`],
    ['top failing', `${API}/stats/top?by=failing`],
    ['top slowest of seven days', `${API}/stats/top?by=slowest&from=${ago(7)}`],
    ['top failing of seven days', `${API}/stats/top?by=failing&from=${ago(7)}`],
    ['failures of a day', `${API}/stats/failures?from=${ago(1)}&to=${ago(0)}`],
    ['failures of an old day', `${API}/stats/failures?from=${ago(20)}&to=${ago(19)}`],
    ['groups', `${API}/stats/groups`],
    ['groups of seven days', `${API}/stats/groups?${range}`],
    ['lateness', `${API}/stats/lateness?${range}&bucket=hour`],
    ['timeline', `${API}/timeline?from=${ago(1)}&to=${ago(0)}`],
    ['job history', '/api/v1/jobs/history'],
    ['job history, failed', '/api/v1/jobs/history?status=failed'],
  ]
}

/** Throws when the server does not see what was filled in. */
async function refuseShort(server: BuiltServer, rows: number): Promise<void> {
  const { total_executions: total } = JSON.parse(await server.get(`${API}/stats`)) as { total_executions: number }
  if (total !== rows) throw new Error(`There are ${total} of ${rows} executions: the run is void.`)
}

/** Fills the store that the server will open; no task is due meanwhile. Answers the id of a task. */
export async function fill(dataDir: string, rows: number): Promise<{ taskId: string }> {
  const count = Math.ceil(rows / EXECUTIONS_PER_TASK)
  const store = await openStore(dataDir)
  const month = ((new Date().getUTCMonth() + 6) % 12) + 1
  await addTasks(store, { count, schedules: [`0 0 1 ${month} *`], after: Date.now() })
  addHistory(join(dataDir, 'state.db'), rows, count)
  while ((await store.upkeep.rollUp(Number.MAX_SAFE_INTEGER, ROLLED_AT_ONCE)) === ROLLED_AT_ONCE) {}
  const { rows: tasks } = await store.queries.listTasks({ limit: 1 }, EVERYTHING)
  await store.close()
  return { taskId: tasks[0]!.task.id }
}

/** One in 200 was started by hand, one in 100 failed, one in 50 was skipped, one in 1,000 cancelled. */
function addHistory(file: string, rows: number, tasks: number): void {
  const end = Date.now()
  const stepMs = (SPAN_DAYS * DAY_MS) / rows
  const db = new DatabaseSync(file)
  db.exec(`
    PRAGMA synchronous = OFF;
    UPDATE tasks SET task_group = CASE WHEN seq % 500 = 0 THEN 'rare' WHEN seq % 2 = 0 THEN 'team/a/' || (seq % 20)
      ELSE 'team/b' END;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}),
      -- Kept apart from the order of the tasks, so that each has its share of everything.
      row AS (SELECT i, (i * 7919) % 1000 AS r, 1 + i % ${tasks} AS task,
        CAST(${end - SPAN_DAYS * DAY_MS} + i * ${stepMs} AS INTEGER) - 600000 AS due FROM n)
    INSERT INTO execution_history (id, task_seq, task_version, schedule_id, trigger, status, failure, reason, due_at,
      created_at, started_at, finished_at, attempt, priority, exit_code, error, output)
    SELECT printf('019%05x-0000-7000-8000-%012d', i / 16, i), task, 1, CASE WHEN r % 200 = 7 THEN NULL ELSE task END,
      CASE WHEN r % 200 = 7 THEN 'manual' ELSE 'schedule' END,
      CASE WHEN r % 100 = 3 THEN 'failed' WHEN r % 50 = 9 THEN 'skipped' WHEN r = 500 THEN 'cancelled' ELSE 'success' END,
      CASE WHEN r = 3 THEN 'timeout' WHEN r % 100 = 3 THEN 'exit_code' END,
      CASE WHEN r = 59 THEN 'missed' WHEN r % 50 = 9 THEN 'overlap' END,
      due, due, CASE WHEN r % 50 = 9 AND r % 100 <> 3 THEN NULL ELSE due + 5 END, due + 5 + r, 1, 5,
      CASE WHEN r % 100 = 3 THEN 1 ELSE 0 END, CASE WHEN r % 100 = 3 THEN 'exit code 1 after ' || i || ' rows' END,
      'wrote ' || i || ' rows to the archive, and looked at them again before it ended, as it always does'
    FROM row;
  `)
  db.close()
}

/** VmRSS and VmHWM, the most that it was: proc(5). */
function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)![1]) * 1024
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
