/**
 * A server on PostgreSQL that holds 1,000,000 enabled tasks of which none is due: start, first list of tasks, and what it
 * and its database take when nothing happens. Linux only: it reads /proc.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { openPostgresStore } from '@rota/engine'
import { Client } from 'pg'
import type { BenchOptions } from './bench.ts'
import { type BuiltServer, buildServer, startBuilt } from './built-server.ts'
import { addTasks, openStore, rounded, scratchFolder, sleep } from './embedded.ts'
import { inChild } from './in-child.ts'
import { startPostgres } from './postgres-server.ts'
import { cpuMicrosOf, cpuMicrosOfTree } from './process-cpu.ts'

const LIST = '/api/scheduler/tasks?limit=20'
/**
 * A server begins with a pass over what each task keeps of its history, 200 tasks at a time with pauses; the next is an
 * hour later. It is measured by itself.
 */
const SETTLE_SECONDS = 10
const SETTLE_SECONDS_PER_TASK = 0.000_17

/**
 * `--tasks N` (1,000,000), `--seconds S` (60) of rest, `--store sqlite` for the embedded store. Rest begins when the
 * server's first pass over all tasks is over, `--settle S` after the start (180 for 1,000,000); what it takes until then
 * is `settling`.
 */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { tasks: text, seconds: text, settle: text, store: text } })
  const tasks = Number(values.tasks ?? 1_000_000)
  const seconds = Number(values.seconds ?? 60)
  const settleSeconds = Number(values.settle ?? Math.ceil(SETTLE_SECONDS + tasks * SETTLE_SECONDS_PER_TASK))
  buildServer()
  const { folder, remove } = scratchFolder()
  const postgres = values.store === 'sqlite' ? null : startPostgres()
  if (postgres === null && values.store !== 'sqlite') throw new Error('There is no initdb and pg_ctl on the PATH.')
  const [dataDir, webDir] = [join(folder, 'data'), join(folder, 'web')]
  for (const each of [dataDir, webDir]) mkdirSync(each)
  // An empty one: else the web interface might be built meanwhile.
  const env = { ROTA_HTTP_WEB_DIR: webDir, ...(postgres && { ROTA_DATABASE_URL: postgres.url }) }
  let server: BuiltServer | null = null
  try {
    // The first start makes the administrator, which takes its time and is not what is measured.
    await (await startBuilt(dataDir, env)).end()
    log(`filling with ${tasks} tasks`)
    const fillMs = await timed(() => inChild(import.meta.filename, 'fill', [dataDir, postgres?.url ?? null, tasks]))
    server = await startBuilt(dataDir, env)
    const { pid, readyMs } = server
    const startRssBytes = memoryOf(pid, 'VmRSS')
    log(`filled in ${Math.round(fillMs / 1000)} s; ready ${readyMs} ms after the start of the process`)
    const lists = await timeLists(server, tasks)
    log(`first list of tasks in ${lists.firstListMs} ms, the same again in ${lists.secondListMs} ms`)
    const settling = await cpuOver(settleSeconds, pid, postgres?.pid ?? null)
    log(`the first ${settleSeconds} s, of one core: ${words(settling)}`)
    const rest = await cpuOver(seconds, pid, postgres?.pid ?? null)
    const rssBytes = memoryOf(pid, 'VmRSS')
    log(`at rest over ${seconds} s, of one core: ${words(rest)}; ${Math.round(rssBytes / 1e6)} MB resident`)
    return {
      store: postgres ? 'postgres' : 'sqlite',
      tasks,
      fillMs: Math.round(fillMs),
      readyMs,
      ...lists,
      settling,
      rest,
      startRssBytes,
      rssBytes,
      peakRssBytes: memoryOf(pid, 'VmHWM'),
    }
  } finally {
    await server?.end()
    postgres?.stop()
    remove()
  }
}

/** Throws when the server does not see what was filled in. */
async function timeLists({ get }: BuiltServer, tasks: number) {
  const firstListMs = rounded(await timed(() => get(LIST)), 1)
  const secondListMs = rounded(await timed(() => get(LIST)), 1)
  const { counts } = JSON.parse(await get('/status')) as { counts: { tasks: number } }
  if (counts.tasks !== tasks) throw new Error(`There are ${counts.tasks} of ${tasks} tasks: the run is void.`)
  return { firstListMs, secondListMs }
}

/** Fills the store that the server will open; each task is due once a year, half a year from now. */
export async function fill(dataDir: string, url: string | null, count: number): Promise<null> {
  const store = url === null ? await openStore(dataDir) : await openPostgresStore({ url })
  const month = ((new Date().getUTCMonth() + 6) % 12) + 1
  // Many rules, as a real population has.
  const schedules = Array.from({ length: 1440 }, (_, i) => `${i % 60} ${Math.floor(i / 60)} ${(i % 28) + 1} ${month} *`)
  await addTasks(store, { count, schedules, after: Date.now() })
  await store.close()
  if (url !== null) await settle(url)
  return null
}

/** What filling leaves to vacuum and to the checkpointer is done now, and not while rest is measured. */
async function settle(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('VACUUM (ANALYZE)')
  await client.query('CHECKPOINT')
  await client.end()
}

interface CpuOver {
  seconds: number
  /** Of one core. */
  serverCpuPercent: number
  /** Of one core, by all processes of PostgreSQL together. */
  postgresCpuPercent?: number
}

async function cpuOver(seconds: number, serverPid: number, postgresPid: number | null): Promise<CpuOver> {
  const look = () => ({
    at: performance.now(),
    server: cpuMicrosOf(serverPid),
    postgres: postgresPid === null ? 0 : cpuMicrosOfTree(postgresPid),
  })
  const before = look()
  await sleep(seconds * 1000)
  const after = look()
  const percent = (micros: number) => rounded(micros / (after.at - before.at) / 10)
  return {
    seconds,
    serverCpuPercent: percent(after.server - before.server),
    ...(postgresPid !== null && { postgresCpuPercent: percent(after.postgres - before.postgres) }),
  }
}

function words({ serverCpuPercent, postgresCpuPercent }: CpuOver): string {
  const postgres = postgresCpuPercent === undefined ? '' : `, PostgreSQL ${postgresCpuPercent} %`
  return `server ${serverCpuPercent} %${postgres}`
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
