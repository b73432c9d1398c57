/** Kill -9 of the busiest of three servers on one PostgreSQL under load: how late what it held, and what was due meanwhile, ran. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Cluster, cleanUp, eventually, type Member, temporaryFolder } from '@rota/testkit/cluster'
import { type BenchOptions, percentiles } from './bench.ts'

const LEASE_SECONDS = 4
const SETTLE_MS = 12_000
const PAGE = 500
/** How long something is waited for that runs in the moment of the kill. */
const BUSY_WITHIN_MS = 3_000

/**
 * `--kills N` (3), `--tasks N` (1,000): they are due every second and do nothing. Of every due instant from before the
 * first kill to after the last the ledger is asked for its answers: `missed` and `doubled` must be 0. Attempts that died
 * with their server are `lost`, as promised. `killed` tells of each kill which server it was, and what it and the others
 * had in hand when they were asked, just before.
 */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { kills: { type: 'string' }, tasks: { type: 'string' } } })
  const kills = Number(values.kills ?? 3)
  const tasks = Number(values.tasks ?? 1_000)
  const module = join(temporaryFolder(), 'handlers.mjs')
  writeFileSync(module, 'export const handlers = { nothing() {} }')
  const env = { ROTA_EXAMPLES: 'false', ROTA_EXECUTIONS_HISTORY_COUNT: '0', ROTA_HANDLERS_MODULE: module }
  const cluster = await Cluster.make({ instances: 3, store: 'postgres', env })
  try {
    await cluster.start()
    const [{ server: first }] = cluster.members as [Member]
    const ids = await makeTicks(first, tasks)
    await sleep(SETTLE_MS)
    const begunAt = Date.now()
    const takeovers: number[] = []
    const killed: Killed[] = []
    for (let kill = 0; kill < kills; kill++) {
      const [{ member: victim, ...load }, ...others] = await byLoad(cluster.members)
      const killedAt = Date.now()
      await victim.server.kill()
      killed.push({ instance: victim.number, ...load, othersRunning: others.map(({ running }) => running) })
      await sleep(SETTLE_MS)
      const worst = await worstLateness(others[0]!.member.server, ids, killedAt - 3_000, killedAt + SETTLE_MS - 2_000)
      takeovers.push(worst)
      log(`kill ${kill + 1}: ${words(killed.at(-1)!)}; everything due ran within ${worst} ms`)
      await victim.server.start()
      await sleep(3_000)
    }
    for (const id of ids) await first.ask('POST', `/api/scheduler/tasks/${id}/disable`)
    await eventually('end of all executions', 60_000, async () => {
      const open = await first.ask<{ total: number }>('GET', '/api/scheduler/executions?status=pending,running&limit=1')
      return open.total === 0
    })
    const counted = await count(first, ids, begunAt, Date.now() - 15_000)
    const worst = percentiles(Float64Array.from(takeovers))
    log(`takeover p50 ${worst.p50} ms, worst ${worst.max} ms; ${JSON.stringify(counted)}`)
    return {
      kills,
      tasks,
      leaseSeconds: LEASE_SECONDS,
      takeoverP50Ms: worst.p50,
      takeoverMaxMs: worst.max,
      killed,
      ...counted,
    }
  } finally {
    await cluster.destroy()
    await cleanUp()
  }
}

type Server = Member['server']

/** Tasks that are due every second, of which any number may run at once. Answers their ids. */
async function makeTicks(server: Server, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < count; number++) {
    const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', {
      name: `tick ${number}`,
      type: 'handler',
      handler: 'nothing',
      schedule: '* * * * * *',
      concurrency: { max: 10, overlap: 'allow' },
      misfire: { policy: 'run_all', grace_seconds: 3_600 },
    })
    ids.push(id)
  }
  return ids
}

interface Load {
  /** Attempts under way. */
  running: number
  /** Claimed and not begun, or over and not written yet. */
  waiting: number
}

interface Killed extends Load {
  /** Which of the three. */
  instance: number
  othersRunning: number[]
}

const words = ({ instance, running, waiting, othersRunning }: Killed) =>
  `server ${instance} with ${running} running and ${waiting} waiting (others: ${othersRunning.join(' and ')} running)`

/**
 * The busiest first. What an instance says of itself is of this moment, what the registry says of others of their last
 * heartbeat: so each is asked for itself. What runs here is over in an instant; it is asked until something does.
 */
async function byLoad(members: readonly Member[]): Promise<[Loaded, ...Loaded[]]> {
  const giveUpAt = Date.now() + BUSY_WITHIN_MS
  for (;;) {
    const all = await Promise.all(members.map(loadOf))
    const [busiest, ...others] = all.sort((a, b) => b.running - a.running || b.waiting - a.waiting)
    if (busiest!.running > 0 || Date.now() > giveUpAt) return [busiest!, ...others]
  }
}

type Loaded = Load & { member: Member }

async function loadOf(member: Member): Promise<Loaded> {
  const { instances } = await member.server.ask<{ instances: (Load & { is_this: boolean })[] }>('GET', '/status')
  const { running, waiting } = instances.find((instance) => instance.is_this)!
  return { member, running, waiting }
}

interface Row {
  lateness_ms: number | null
}

/** The longest that anything due in the stretch took to start. What was lost with its server had started in time. */
async function worstLateness(server: Server, ids: string[], from: number, to: number): Promise<number> {
  let worst = 0
  for (const id of ids) {
    for (const row of await rowsOf(server, id, from, to))
      worst = Math.max(worst, row.lateness_ms ?? Number.POSITIVE_INFINITY)
  }
  return worst
}

async function rowsOf(server: Server, id: string, from: number, to: number): Promise<Row[]> {
  const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
  const path = `/api/scheduler/tasks/${id}/executions?${range}&limit=${PAGE}`
  return (await server.ask<{ executions: Row[] }>('GET', path)).executions
}

/** Answers of the ledger against the seconds that passed. */
async function count(server: Server, ids: string[], from: number, to: number) {
  const first = Math.ceil(from / 1_000) * 1_000
  const totals = { due: 0, missed: 0, doubled: 0, lost: 0 }
  for (const id of ids) {
    const answers = new Map<number, number>()
    let cursor: string | null = ''
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const path = `/api/scheduler/ledger?task_id=${id}&limit=${PAGE}${more}`
      const page: { entries: { due_at: string }[]; next_cursor: string | null } = await server.ask('GET', path)
      for (const { due_at } of page.entries) answers.set(Date.parse(due_at), (answers.get(Date.parse(due_at)) ?? 0) + 1)
      cursor = page.next_cursor
    }
    for (let due = first; due <= to; due += 1_000) {
      const given = answers.get(due) ?? 0
      totals.due++
      if (given === 0) totals.missed++
      if (given > 1) totals.doubled++
    }
    const lost = await server.ask<{ total: number }>(
      'GET',
      `/api/scheduler/tasks/${id}/executions?failure=lost&limit=1`,
    )
    totals.lost += lost.total
  }
  return totals
}
