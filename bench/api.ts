/**
 * The API under 100 clients on 100,000 tasks: processor time of a request beside that of a bare handler, and latency.
 *
 * `npm run bench -- api [TASKS] [--postgres] [--quick] [--grants N]`. With `--grants` whoever asks has no role, but N grants,
 * half of them on groups, half on tasks. The bare handler (bench/api-bare.ts) answers the same bytes from
 * one prepared statement of SQLite. Both are measured in turn, several times; what counts is the median of each and the
 * ratio of the two. Processor time is that of the server's process with its threads; that of PostgreSQL is told beside it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LEGS, type Leg, type Load, load, type Target } from './api-load.ts'
import type { BenchOptions } from './bench.ts'
import { rounded, scratchFolder, sleep } from './embedded.ts'
import { type OwnPostgres, startPostgres } from './postgres-server.ts'
import { cpuMicrosOf, cpuMicrosOfTree } from './process-cpu.ts'

const TASKS = 100_000
const CLIENTS = 100
const ROUNDS = 5
const SECONDS_EACH = 3
/** Tasks made in one go by `POST …/tasks/import`. */
const BULK = 100_000
const PER_PAGE = 1_000
const IDLE_SECONDS = 60
/** Of the tasks that bench/api-server.ts makes. */
const GROUPS = 100

/** Requests per second of all clients together, and for how long. */
const PACED = {
  read: { leg: LEGS.read, pace: 1_000 },
  list: { leg: LEGS.list, pace: 500 },
  change: { leg: LEGS.change, pace: 250 },
  create: { leg: LEGS.create, pace: 250 },
} as const
const PACED_SECONDS = 10

type Log = (line: string) => void

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const isQuick = args.includes('--quick')
  const tasks = Number(args.find((arg, at) => /^\d+$/.test(arg) && args[at - 1] !== '--grants') ?? TASKS)
  const database = args.includes('--postgres') ? startPostgres() : undefined
  if (database === null) throw new Error('There is no PostgreSQL on the PATH (initdb, pg_ctl).')
  const { folder, remove } = scratchFolder()
  const started: ChildProcess[] = []
  try {
    const whole = await startOurs(started, { folder, tasks, database, log })
    const grants = numberAfter(args, '--grants')
    const ours = grants === 0 ? whole : await asGranted(whole, grants)
    const bare = await startBare(started, folder, ours)
    const rounds = isQuick ? 2 : ROUNDS
    const legs = await besides({ ours, bare, rounds, log, database })
    const paced = isQuick ? {} : await pacedLegs(ours, log)
    const bulk = await importMany(whole, isQuick ? 10_000 : BULK, log)
    const idleCpuMsPerMinute = isQuick ? null : await idle(ours, log)
    return {
      store: database ? 'postgres' : 'sqlite',
      tasks,
      grants,
      clients: CLIENTS,
      legs,
      paced,
      bulk,
      idleCpuMsPerMinute,
    }
  } finally {
    for (const child of started) await end(child)
    database?.stop()
    remove()
  }
}

interface Setting {
  folder: string
  tasks: number
  database: OwnPostgres | undefined
  log: Log
}

async function startOurs(started: ChildProcess[], { folder, tasks, database, log }: Setting): Promise<Target> {
  log(`making ${tasks} tasks`)
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  const { url, pid } = await start(started, 'api-server.ts', [data, String(tasks), ...(database ? [database.url] : [])])
  const { token } = JSON.parse(readFileSync(join(data, 'cli-token'), 'utf8')) as { token: string }
  const headers = { authorization: `Bearer ${token}` }
  const read = async (path: string) => (await fetch(url + path, { headers })).text()
  const replies: string[] = []
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next = cursor === '' ? '' : `&cursor=${cursor}`
    const page = JSON.parse(await read(`/api/scheduler/tasks?limit=${PER_PAGE}${next}`))
    replies.push(...page.tasks.map((task: object) => JSON.stringify(task)))
    ids.push(...page.tasks.map((task: { id: string }) => task.id))
    cursor = page.next_cursor
  }
  writeFileSync(join(folder, 'replies'), [await read('/health'), ...replies].join('\n'))
  return { url, pid, headers, ids }
}

const numberAfter = (args: readonly string[], flag: string) =>
  args.includes(flag) ? Number(args[args.indexOf(flag) + 1] ?? 0) || 0 : 0

/** The same server, asked by an editor of some groups and of some tasks; it reads and changes tasks of those groups. */
async function asGranted(whole: Target, grants: number): Promise<Target> {
  const { url, headers, ids } = whole
  const send = async (path: string, body: object, as: Record<string, string> = headers) => {
    const init = { method: 'POST', headers: { ...as, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const reply = await fetch(url + path, init)
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as Record<string, string>
  }
  const account = { username: 'granted', password: randomUUID() }
  const { id } = await send('/api/scheduler/users', { ...account, role: 'none' })
  const groups = Math.min(Math.ceil(grants / 2), GROUPS)
  for (let at = 0; at < grants; at++) {
    const scope =
      at < groups ? { kind: 'group', id: `group ${at}` } : { kind: 'task', id: ids[(at * 7_919) % ids.length] }
    await send('/api/scheduler/grants', { subject: { kind: 'user', id }, role: 'editor', scope })
  }
  const { access_token: token } = await send('/api/auth/login', account, {})
  const own = { authorization: `Bearer ${token}` }
  const made = await send('/api/scheduler/tokens', { name: 'bench', password: account.password }, own)
  return { ...whole, headers: { authorization: `Bearer ${made.token}` } }
}

async function startBare(started: ChildProcess[], folder: string, { ids }: Target): Promise<Target> {
  return { ...(await start(started, 'api-bare.ts', [folder])), headers: {}, ids }
}

async function start(started: ChildProcess[], file: string, args: string[]): Promise<{ url: string; pid: number }> {
  const child = fork(join(import.meta.dirname, file), args)
  started.push(child)
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended before it listened.`)))
  const [{ url }] = (await Promise.race([once(child, 'message'), ended])) as [{ url: string }]
  return { url, pid: child.pid! }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.disconnect()
  await once(child, 'exit')
}

interface Sides {
  ours: Target
  bare: Target
  rounds: number
  log: Log
  database: OwnPostgres | undefined
}

/** Both in turn, with one client, which shows what each request costs, and with a hundred, who share what can be shared. */
async function besides({ ours, bare, rounds, log, database }: Sides): Promise<Record<string, unknown>> {
  const figures: Record<string, unknown> = {}
  for (const clients of [1, CLIENTS]) {
    for (const [name, leg] of Object.entries(LEGS) as [string, Leg][]) {
      const found: { ours: Load[]; bare: Load[]; databaseMicros: number[] } = { ours: [], bare: [], databaseMicros: [] }
      for (let round = 0; round <= rounds; round++) {
        const options = { clients, seconds: SECONDS_EACH }
        const ofBare = await load(bare, leg, options)
        const before = database ? cpuMicrosOfTree(database.pid) : 0
        const ofOurs = await load(ours, leg, options)
        // The first round warms both up.
        if (round === 0) continue
        found.bare.push(ofBare)
        found.ours.push(ofOurs)
        const requests = ofOurs.requestsPerSecond * SECONDS_EACH
        if (database) found.databaseMicros.push((cpuMicrosOfTree(database.pid) - before) / requests)
      }
      const figure = compared(found)
      figures[clients === 1 ? `${name}Alone` : name] = figure
      log(`${name.padEnd(7)} ${String(clients).padStart(3)} clients  ${JSON.stringify(figure)}`)
    }
  }
  return figures
}

function compared({ ours, bare, databaseMicros }: { ours: Load[]; bare: Load[]; databaseMicros: number[] }) {
  const cpu = median(ours.map((one) => one.cpuMicros))
  const bareCpu = median(bare.map((one) => one.cpuMicros))
  return {
    cpuMicros: cpu,
    bareCpuMicros: bareCpu,
    timesBare: rounded(cpu / bareCpu),
    ...(databaseMicros.length > 0 && { databaseCpuMicros: Math.round(median(databaseMicros)) }),
    perSecond: median(ours.map((one) => one.requestsPerSecond)),
    barePerSecond: median(bare.map((one) => one.requestsPerSecond)),
    p99Ms: median(ours.map((one) => one.p99Ms)),
    refused: ours.reduce((sum, one) => sum + one.refused + one.errors, 0),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

async function pacedLegs(ours: Target, log: Log): Promise<Record<string, unknown>> {
  const figures: Record<string, unknown> = {}
  for (const [name, { leg, pace }] of Object.entries(PACED)) {
    figures[name] = { pace, ...(await load(ours, leg, { clients: CLIENTS, seconds: PACED_SECONDS, pace })) }
    log(`${name.padEnd(7)} at ${pace}/s  ${JSON.stringify(figures[name])}`)
  }
  return figures
}

/** Documents of one request each, as many as it takes, one after the other. */
const PER_IMPORT = 1_000

async function importMany(ours: Target, count: number, log: Log): Promise<Record<string, unknown>> {
  const before = cpuMicrosOf(ours.pid)
  const startedAt = performance.now()
  let made = 0
  for (let from = 0; from < count; from += PER_IMPORT) {
    const tasks = Array.from({ length: Math.min(PER_IMPORT, count - from) }, (_, at) => documentOf(from + at))
    const headers = { ...ours.headers, 'content-type': 'application/json' }
    const body = JSON.stringify({ tasks })
    const reply = await fetch(`${ours.url}/api/scheduler/tasks/import`, { method: 'POST', headers, body })
    if (!reply.ok) return { refused: `${reply.status} ${(await reply.text()).slice(0, 200)}` }
    made += ((await reply.json()) as { imported: number }).imported
  }
  const seconds = rounded((performance.now() - startedAt) / 1_000)
  const figure = { tasks: made, seconds, cpuMicrosEach: Math.round((cpuMicrosOf(ours.pid) - before) / count) }
  log(`bulk    ${JSON.stringify(figure)}`)
  return figure
}

function documentOf(number: number): object {
  return {
    name: `bulk ${number}`,
    group: `group ${number % 100}`,
    type: 'shell',
    command: `/usr/bin/backup.sh --number ${number}`,
    schedule: { type: 'monthly', days: [1 + (number % 28)], times: ['02:00'] },
    start_at: '2090-01-01T00:00:00Z',
  }
}

async function idle(ours: Target, log: Log): Promise<number> {
  // What the requests left behind is over by then.
  await sleep(IDLE_SECONDS * 500)
  const before = cpuMicrosOf(ours.pid)
  await sleep(IDLE_SECONDS * 1_000)
  const ms = Math.round((cpuMicrosOf(ours.pid) - before) / 1_000)
  log(`idle    ${ms} ms of processor time a minute`)
  return ms
}
