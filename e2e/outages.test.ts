import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '@rota/testkit'
import { check, report, type TaskFacts } from '@rota/testkit/chronocheck'
import { Cluster, cleanUp, eventually, killAllWith, type Member, temporaryFolder } from '@rota/testkit/cluster'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Clients } from './chaos/clients.ts'
import { LEASE_MS } from './chaos/faults.ts'
import { Stage } from './chaos/stage.ts'
import { jobCommand } from './chaos/tasks.ts'
import { collect, settled } from './collect.ts'
import { createLoad, endLoad, LOAD_MARK, loadTasks } from './load.ts'

const SOON_MS = 20_000
const SKEW_MS = 5 * 60_000
const LOAD = ['tick graceful', 'retry', 'slow', 'mutex a', 'mutex b']

const mark = `outages-${process.pid}`
const witness = join(temporaryFolder(), 'witness.jsonl')
const load = { witness, mark }
let cluster: Cluster
let stage: Stage
let clients: Clients
let tasks: TaskFacts[]

beforeAll(async () => {
  cluster = await Cluster.make({
    instances: 2,
    store: 'postgres',
    clocks: true,
    postgres: { max_connections: '70' },
    env: { ROTA_HTTP_PUBLIC_METRICS: 'true', ROTA_EXAMPLES: 'false', ROTA_EXECUTIONS_HISTORY_COUNT: '0' },
  })
  await cluster.start()
  stage = new Stage(cluster, createRandom(1), () => {})
  stage.watchMachine()
  const wanted = loadTasks(load).filter(({ input }) => LOAD.includes(input.name))
  tasks = await createLoad(cluster.members[0]!.server, wanted)
  clients = new Clients(cluster, createRandom(2), jobCommand(load))
  clients.begin(tasks, [])
  await sleep(3_000)
}, 120_000)

afterAll(async () => {
  stage?.close()
  await cluster?.destroy()
  killAllWith(`${LOAD_MARK}=${mark}`)
  await cleanUp()
})

const started = () => readFileSync(witness, 'utf8').split('"kind":"start"').length - 1

async function readinessOf({ server }: Member): Promise<{ status: number; reason: string | null }> {
  const reply = await fetch(`${server.url}/ready`)
  return { status: reply.status, reason: ((await reply.json()) as { reason: string | null }).reason }
}

async function degraded({ server }: Member): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(/^scheduler_degraded (\d)$/m.exec(text)?.[1])
}

/** Every server says that it is not ready, and why; its metrics say so, too; and it stays up. */
async function allTell(why: RegExp) {
  for (const member of cluster.members) {
    await eventually(`word of the outage from ${member.number}`, SOON_MS, async () => {
      const { status, reason } = await readinessOf(member)
      return status === 503 && why.test(reason ?? '')
    })
    expect(await degraded(member)).toBe(1)
  }
}

/** Everybody is ready again, by themselves and in the same process, and work goes on. */
async function allGoOn(pids: number[]) {
  expect(stage.sightings).toEqual([])
  expect(cluster.members.map(({ server }) => server.pid)).toEqual(pids)
  for (const member of cluster.members) expect(await degraded(member)).toBe(0)
  const before = started()
  await eventually('work after the outage', SOON_MS, () => started() > before + 3)
}

const pids = () => cluster.members.map(({ server }) => server.pid)

describe('two servers on one PostgreSQL', () => {
  test.each(['fast', 'immediate'] as const)('outlast a %s restart of it: they say so, and go on', async (mode) => {
    const same = pids()
    await stage.befall({ kind: 'store', what: `PostgreSQL ${mode}` }, async () => {
      await cluster.postgres!.end(mode)
      await allTell(/PostgreSQL/)
      await cluster.postgres!.begin()
    })
    await allGoOn(same)
  })

  test('outlast connections that are cut in the middle of transactions', async () => {
    const same = pids()
    await stage.befall({ kind: 'store', what: 'cut' }, async () => {
      for (let i = 0; i < 40; i++) {
        for (const { postgres } of cluster.members) postgres!.cut()
        await sleep(50)
      }
    })
    await allGoOn(same)
  })

  test('outlast connections that are cut in the middle of a COMMIT, carried out or not', async () => {
    const same = pids()
    await stage.befall({ kind: 'store', what: 'cut COMMITs' }, async () => {
      for (const { postgres } of cluster.members) postgres!.cutCommits('after', 'before', 'after', 'after', 'before')
      const areCut = () => cluster.members.every(({ postgres }) => postgres!.commitsCut === 5)
      await eventually('five cut COMMITs each', SOON_MS, areCut)
    })
    await allGoOn(same)
  })

  test('wait while it is read-only', async () => {
    const same = pids()
    await stage.befall({ kind: 'store', what: 'read-only' }, async () => {
      await stage.sql('ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()')
      await allTell(/read-only/)
      await stage.sql('ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()')
    })
    await allGoOn(same)
  })

  test('wait while others have all its connections', async () => {
    const same = pids()
    const others: Client[] = []
    await stage.befall({ kind: 'store', what: 'too many connections' }, async () => {
      for (const { postgres } of cluster.members) await postgres!.set({ refuse: true })
      for (const { postgres } of cluster.members) postgres!.cut()
      const isFull = await takeAll(others)
      expect(isFull).toBe(true)
      for (const { postgres } of cluster.members) await postgres!.set({ refuse: false })
      await allTell(/too many connections|PostgreSQL/)
      await Promise.all(others.map((client) => client.end()))
    })
    await allGoOn(same)
  })

  test('keep their leases while every answer takes a second', async () => {
    const same = pids()
    await stage.befall({ kind: 'store', what: 'slow' }, async () => {
      for (const { postgres } of cluster.members) await postgres!.set({ delayMs: 500 })
      await sleep(2 * LEASE_MS)
      for (const { postgres } of cluster.members) await postgres!.heal()
    })
    await allGoOn(same)
  })

  test.each(['up', 'down', 'both'] as const)(
    'go on with one of them when nothing gets through to the other (%s), which says so',
    async (blackhole) => {
      const same = pids()
      const [cutOff] = cluster.members as [Member]
      await stage.befall({ kind: 'network', what: `blackhole ${blackhole}`, member: cutOff }, async () => {
        await cutOff.postgres!.set({ blackhole })
        await eventually('word of the outage', SOON_MS, async () => (await readinessOf(cutOff)).status === 503)
        const before = started()
        await eventually('work of the other', SOON_MS, () => started() > before + 5)
        await cutOff.postgres!.heal()
      })
      await allGoOn(same)
    },
  )

  test('mind no wall clock that is five minutes wrong, one ahead and one behind', async ({ skip }) => {
    const [ahead, behind] = cluster.members as [Member, Member]
    if (ahead.clock === null || behind.clock === null) return skip('There is no libfaketime (Debian: faketime).')
    const same = pids()
    await stage.befall({ kind: 'clock', what: 'clocks 5 min off' }, async () => {
      ahead.clock?.set(SKEW_MS)
      behind.clock?.set(-SKEW_MS)
      const before = started()
      await sleep(2 * LEASE_MS)
      expect(started()).toBeGreaterThan(before + LEASE_MS / 1_000)
      for (const member of cluster.members) expect((await readinessOf(member)).status).toBe(200)
      ahead.clock?.set(0)
      behind.clock?.set(0)
    })
    await allGoOn(same)
  })

  test('go on with one of them while the other is stopped for longer than its lease', async () => {
    const same = pids()
    const [stopped] = cluster.members as [Member]
    await stage.befall({ kind: 'pause', what: 'SIGSTOP', member: stopped }, async () => {
      stopped.server.signal('SIGSTOP')
      await sleep(3 * LEASE_MS)
      const before = started()
      await eventually('work of the other', SOON_MS, () => started() > before + 5)
      stopped.server.signal('SIGCONT')
    })
    await allGoOn(same)
  })

  test('have, after all of this, answered every due instant once and kept whatever they acknowledged', async () => {
    const { server } = cluster.members[0]!
    await sleep(3_000)
    await clients.end()
    await endLoad(server, tasks)
    await settled(server, 60_000)
    const { faults, sightings } = stage
    const settlingMs = 3_000
    const told = { tasks, faults, sightings, operations: clients.operations, witness, instances: 2 }
    const history = await collect(server, { ...told, leaseMs: LEASE_MS, settlingMs, usualLatenessMs: 5_000 })
    const { findings } = check(history)
    expect(cluster.members.flatMap((member) => member.server.crashes)).toEqual([])
    expect(findings, report(findings)).toEqual([])
  })
})

/** Takes connections until there are no more; false when there is no end to them. */
async function takeAll(clients: Client[]): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    const client = new Client({ connectionString: cluster.postgres!.url })
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (error) {
      return (error as { code?: string }).code === '53300'
    }
    clients.push(client)
  }
  return false
}
