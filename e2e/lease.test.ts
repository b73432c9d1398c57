import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Cluster, cleanUp, eventually, type ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Execution {
  id: string
  status: string
  attempt: number
  ran_twice: boolean
  fenced_attempts: { attempt: number; instance_id: string }[]
}

const TICKING = 6
const LONG = 8
const BLOCK_LOOP = pathToFileURL(join(import.meta.dirname, 'block-loop.ts')).href
/** What a server may have between two instants of a cluster under load, before it is said to be silent. */
const LEASE_SECONDS = '4'

let cluster: Cluster
let first: ServerProcess
let second: ServerProcess
let witness: string

beforeAll(async () => {
  const env = {
    NODE_OPTIONS: `--import=${BLOCK_LOOP}`,
    ROTA_EXAMPLES: 'false',
    ROTA_CLUSTER_LEASE_SECONDS: LEASE_SECONDS,
  }
  cluster = await Cluster.make({ instances: 2, store: 'postgres', env })
  await cluster.start()
  ;[first, second] = cluster.members.map((member) => member.server) as [ServerProcess, ServerProcess]
  witness = join(temporaryFolder(), 'witness')
})
afterAll(async () => {
  await cluster?.destroy()
  await cleanUp()
})

/** Everything that has started, one line each. */
const starts = () => (existsSync(witness) ? readFileSync(witness, 'utf8').trim().split('\n') : [])
const doubled = () => starts().filter((line, at, all) => all.indexOf(line) !== at)
const get = (id: string) => second.ask<Execution>('GET', `/api/scheduler/executions/${id}`)

/** The server that runs a process. */
function holderOf(pid: number): ServerProcess {
  if (pid === first.pid) return first
  if (pid === second.pid) return second
  return holderOf(Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]))
}

async function submit(command: string, more: Record<string, unknown> = {}): Promise<string> {
  const job = { type: 'shell', payload: { command }, ...more }
  return (await first.ask<{ id: string }>('POST', '/api/scheduler/executions', job)).id
}

describe('an instance whose event loop stands still for ten seconds', () => {
  const long: string[] = []

  beforeAll(async () => {
    for (let n = 0; n < TICKING; n++) {
      await first.ask('POST', '/api/scheduler/tasks', {
        name: `tick ${n}`,
        type: 'shell',
        command: `echo "${n} $ROTA_SCHEDULED_AT" >>${witness}`,
        schedule: '* * * * * *',
        misfire: { policy: 'run_all', grace_seconds: 3_600 },
        concurrency: { max: 100, overlap: 'allow' },
      })
    }
    for (let n = 0; n < LONG; n++) long.push(await submit(`echo "long ${n}" >>${witness}; sleep 14`))
    await eventually(
      'start of what runs long',
      30_000,
      () => starts().filter((l) => l.startsWith('long')).length === LONG,
    )
    await sleep(2_000)
    first.signal('SIGUSR2')
    await sleep(14_000)
  })

  test('keeps its lease: nothing is started twice, and what it ran goes on', async () => {
    for (const id of long) {
      await eventually('end of what runs long', 60_000, async () => (await get(id)).status === 'success')
      expect(await get(id)).toMatchObject({ attempt: 1, ran_twice: false, fenced_attempts: [] })
    }
    expect(doubled()).toEqual([])
    expect(starts().length).toBeGreaterThan(TICKING * 10)
    for (const { output } of [first, second]) expect(output).not.toContain('fenced')
  })

  test('is one of two that run', async () => {
    const { instances } = await second.ask<{ instances: { state: string }[] }>('GET', '/status')
    expect(instances.map(({ state }) => state)).toEqual(['running', 'running'])
  })
})

describe('an instance that is stopped for longer than its lease', () => {
  let id: string
  let stopped: ServerProcess

  beforeAll(async () => {
    const begun = join(temporaryFolder(), 'begun')
    const retry = { max_attempts: 2, delay_seconds: 0, on: ['lost'] }
    id = await submit(`echo $$ >>${begun}; sleep 12`, { retry })
    const lines = () => (existsSync(begun) ? readFileSync(begun, 'utf8').trim().split('\n') : [])
    await eventually('start', 20_000, () => lines().length === 1 && lines()[0] !== '')
    stopped = holderOf(Number(lines()[0]))
    stopped.signal('SIGSTOP')
    try {
      await eventually('second start', 40_000, () => lines().length === 2)
    } finally {
      stopped.signal('SIGCONT')
    }
  })

  test('says loudly that it was fenced, and counts it', async () => {
    await eventually('line in its log', 20_000, () => stopped.output.includes('fenced: others have taken over'))
    const line = stopped.output.split('\n').find((each) => each.includes('fenced: others'))!
    const told = JSON.parse(line)
    expect(told).toMatchObject({ level: 'error', fenced: expect.any(Number) })
    expect(told.executions).toContain(id)
    const metrics = await fetch(`${stopped.url}/metrics`, { headers: { authorization: `Bearer ${stopped.token}` } })
    expect(await metrics.text()).toMatch(/scheduler_lease_lapses_total [1-9]/)
  })

  test('leaves a mark on what ran twice', async () => {
    await eventually('mark', 30_000, async () => (await get(id)).ran_twice)
    const { fenced_attempts } = await get(id)
    expect(fenced_attempts).toMatchObject([{ attempt: 1 }])
    await eventually('success of the second attempt', 60_000, async () => (await get(id)).status === 'success')
    expect(await get(id)).toMatchObject({ attempt: 2, ran_twice: true })
  })
})
