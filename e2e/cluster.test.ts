import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster, cleanUp, eventually, livingWith, type ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Instance {
  id: string
  pid: number
  state: string
  running: number
  is_this: boolean
}

interface Execution {
  id: string
  status: string
  attempt: number
  scheduled_at: string
  reason: string | null
}

interface LedgerEntry {
  due_at: string
  covers: { to: string; count: number } | null
}

const MARK = `cluster-${process.pid}`
const TASKS = 6

let cluster: Cluster
let servers: ServerProcess[]

beforeAll(async () => {
  cluster = await Cluster.make({ instances: 3, store: 'postgres' })
  servers = cluster.members.map((member) => member.server)
})
afterAll(async () => {
  await cluster?.destroy()
  await cleanUp()
})

const instancesOf = async (server: ServerProcess) =>
  (await server.ask<{ instances: Instance[] }>('GET', '/status')).instances

/** A shell job that says in a file that it has begun, and tells which server has it. */
async function begin(asked: ServerProcess, command: string, more: Record<string, unknown> = {}) {
  const file = join(temporaryFolder(), 'begun')
  const payload = { command: `echo $$ >>${file}\n${command}` }
  const job = { type: 'shell', payload, env: { E2E_CLUSTER: MARK }, ...more }
  const { id } = await asked.ask<{ id: string }>('POST', '/api/scheduler/executions', job)
  await eventually('process of the job', 20_000, () => existsSync(file) && readFileSync(file, 'utf8') !== '')
  await eventually('record of the start', 10_000, async () => (await get(asked, id)).status === 'running')
  const holder = ancestorOf(Number(readFileSync(file, 'utf8').split('\n')[0]))
  const begun = () => readFileSync(file, 'utf8').trim().split('\n').length
  return { id, holder, begun }
}

/** The server that has started a process. */
function ancestorOf(pid: number): ServerProcess {
  const server = servers.find((one) => one.isRunning && one.pid === pid)
  if (server !== undefined) return server
  const parent = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
  return ancestorOf(parent)
}

const other = (than: ServerProcess) => servers.find((server) => server !== than && server.isRunning)!
const get = (server: ServerProcess, id: string) => server.ask<Execution>('GET', `/api/scheduler/executions/${id}`)

describe('three servers that start at once on an empty database', () => {
  test('make one schema, one administrator and one set of examples, and all serve', async () => {
    await Promise.all(servers.map((server) => server.start()))
    expect(servers.filter((server) => server.output.includes('First start'))).toHaveLength(1)
    const [first] = servers
    expect((await first!.ask<{ total: number }>('GET', '/api/scheduler/users')).total).toBe(1)
    expect((await first!.ask<{ total: number }>('GET', '/api/scheduler/tasks?group=examples')).total).toBe(3)
    // Their tasks would be in the way of what is counted below.
    const { tasks } = await first!.ask<{ tasks: { id: string }[] }>('GET', '/api/scheduler/tasks?group=examples')
    for (const { id } of tasks) await first!.ask('POST', `/api/scheduler/tasks/${id}/disable`)
  })

  test('accept each other’s tokens, and each shows all three', async () => {
    const [first, ...rest] = servers
    await first!.ask('GET', '/api/auth/me')
    const authorization = `Bearer ${first!.token}`
    for (const { url } of rest) {
      const reply = await fetch(`${url}/status`, { headers: { authorization } })
      expect(reply.status).toBe(200)
      const { instances, scheduler } = (await reply.json()) as { instances: Instance[]; scheduler: { kind: string } }
      expect(scheduler.kind).toBe('cluster')
      expect(instances.map((one) => one.state)).toEqual(['running', 'running', 'running'])
      expect(instances.filter((one) => one.is_this)).toHaveLength(1)
    }
  })

  test('cancel what runs on another server', async () => {
    const { id, holder } = await begin(servers[0]!, 'sleep 300')
    await other(holder).ask('POST', `/api/scheduler/executions/${id}/cancel`)
    await eventually('end of the cancelled execution', 10_000, async () => {
      return (await get(other(holder), id)).status === 'cancelled'
    })
    await eventually('end of its processes', 10_000, () => livingWith(`E2E_CLUSTER=${MARK}`).length === 0)
  })
})

describe('under load', () => {
  const ids: string[] = []
  const witness = () => join(folder, 'witness')
  let folder: string

  beforeAll(async () => {
    folder = temporaryFolder()
    for (let n = 0; n < TASKS; n++) {
      const command = `echo "${n} $ROTA_SCHEDULED_AT" >>${witness()}`
      const task = { name: `tick ${n}`, type: 'shell', command, schedule: '* * * * * *', timezone: 'UTC' }
      const misfire = { policy: 'run_all', grace_seconds: 3_600 }
      const concurrency = { max: 100, overlap: 'allow' }
      const retry = { max_attempts: 3, delay_seconds: 0, on: ['lost'] }
      const made = { ...task, misfire, concurrency, retry }
      ids.push((await servers[0]!.ask<{ id: string }>('POST', '/api/scheduler/tasks', made)).id)
    }
  })

  /** Every second has one execution, which succeeded. */
  async function expectWhole(server: ServerProcess): Promise<number> {
    let count = 0
    for (const id of ids) {
      const path = `/api/scheduler/tasks/${id}/executions?limit=1000`
      const { executions } = await server.ask<{ executions: Execution[] }>('GET', path)
      const dues = executions.map((row) => Date.parse(row.scheduled_at)).sort((a, b) => a - b)
      expect(dues).toEqual(dues.map((_, i) => dues[0]! + i * 1_000))
      const old = executions.filter((row) => Date.parse(row.scheduled_at) < Date.now() - 15_000)
      expect(old.filter((row) => row.status !== 'success')).toEqual([])
      count += dues.length
    }
    return count
  }

  /** The seconds that a task's ledger answers, ascending, once it is through to an instant. */
  async function answersOf(server: ServerProcess, id: string, to: number): Promise<number[] | false> {
    const path = `/api/scheduler/ledger?task_id=${id}&limit=1000`
    const { entries } = await server.ask<{ entries: LedgerEntry[] }>('GET', path)
    const seconds = entries.flatMap(({ due_at, covers }) => {
      const last = Date.parse(covers?.to ?? due_at)
      return Array.from({ length: covers?.count ?? 1 }, (_, n) => last - n * 1_000)
    })
    return seconds.some((at) => at >= to) && seconds.sort((a, b) => a - b)
  }

  /** Starts of the same occurrence beyond the first. */
  function doubled(): string[] {
    const lines = readFileSync(witness(), 'utf8').trim().split('\n')
    const seen = new Set<string>()
    return lines.filter((line) => seen.size === seen.add(line).size)
  }

  test('a rolling restart misses nothing and starts nothing twice', async () => {
    await sleep(3_000)
    for (const server of servers) {
      expect(await server.stop()).toEqual({ code: 0, signal: null })
      const left = await instancesOf(other(server))
      expect(left.filter((one) => one.state === 'running')).toHaveLength(2)
      await server.start()
      await sleep(1_500)
    }
    await sleep(3_000)
    expect(await expectWhole(servers[0]!)).toBeGreaterThan(TASKS * 10)
    expect(doubled()).toEqual([])
  })

  test('tasks that are changed, paused and resumed all the while have an answer for each instant', async () => {
    const task = { type: 'shell', command: 'true', schedule: '* * * * * *', timezone: 'UTC' }
    const from = Math.floor(Date.now() / 1_000) * 1_000 + 2_000
    const made = await Promise.all(
      ['changed', 'paused'].map((name) =>
        servers[0]!.ask<{ id: string }>('POST', '/api/scheduler/tasks', { ...task, name }),
      ),
    )
    const [changed, paused] = made.map(({ id }) => `/api/scheduler/tasks/${id}`)
    for (let n = 0; n < 60; n++) {
      const server = servers[n % servers.length]!
      await server.ask('PATCH', changed!, { priority: n % 2 })
      await server.ask('POST', `${paused}/${n % 2 === 0 ? 'pause' : 'resume'}`)
      await sleep(170)
    }
    const to = Math.floor(Date.now() / 1_000) * 1_000
    for (const { id } of made) {
      const every = await eventually('answers for all of it', 15_000, () => answersOf(servers[0]!, id, to))
      const within = every.filter((at) => at >= from && at <= to)
      expect(within).toEqual(Array.from({ length: (to - from) / 1_000 + 1 }, (_, n) => from + n * 1_000))
      await servers[0]!.ask('POST', `/api/scheduler/tasks/${id}/disable`)
    }
  })

  test('of what a killed server had, others take over within ten seconds, and nothing is missed', async () => {
    const retry = { max_attempts: 2, delay_seconds: 0, on: ['lost'] }
    const { id, holder, begun } = await begin(servers[0]!, '[ "$ROTA_ATTEMPT" = 2 ] || sleep 300', { retry })
    const killedAt = performance.now()
    await holder.kill()
    await eventually('second start', 30_000, () => begun() === 2)
    const tookMs = performance.now() - killedAt
    console.info(`taken over after ${Math.round(tookMs)} ms`)
    expect(tookMs).toBeLessThan(10_000)
    const asked = other(holder)
    await eventually('its success', 10_000, async () => (await get(asked, id)).status === 'success')
    expect((await instancesOf(asked)).filter((one) => one.state === 'gone')).toHaveLength(1)
    await holder.start()
    await sleep(2_000)
    await expectWhole(asked)
  })

  test('a server that was stopped for longer than its lease starts nothing that others took over, and ends what it ran', async () => {
    const before = doubled().length
    const retry = { max_attempts: 2, delay_seconds: 0, on: ['lost'] }
    const { id, holder, begun } = await begin(servers[0]!, 'sleep 12; echo "done by $ROTA_ATTEMPT"', { retry })
    holder.signal('SIGSTOP')
    await eventually('second start', 30_000, () => begun() === 2)
    holder.signal('SIGCONT')
    const asked = other(holder)
    await eventually('its success', 30_000, async () => (await get(asked, id)).status === 'success')
    expect((await get(asked, id)).attempt).toBe(2)
    const path = `/api/scheduler/executions/${id}/logs`
    const { logs } = await asked.ask<{ logs: { message: string }[] }>('GET', path)
    expect(logs.map((line) => line.message).filter((text) => text.startsWith('done'))).toEqual(['done by 2'])
    await eventually('server that is itself again', 10_000, async () => {
      return (await instancesOf(asked)).filter((one) => one.state === 'running').length === 3
    })
    await sleep(2_000)
    await expectWhole(asked)
    // What had started before the stop may start once more: it is the promise, at least once. Nothing else may.
    expect(doubled().length - before).toBeLessThanOrEqual(TASKS)
  })
})
