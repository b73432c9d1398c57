/** API latency under 100 concurrent clients on 100,000 tasks: reads and writes, paced and at full speed. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchOptions, installPeer } from './bench.ts'

const TASKS = 100_000
const CLIENTS = 100
const SECONDS = 10
/** Requests per second of all clients together where they are paced: ten per client. */
const PACE = 1_000

interface Scenario {
  name: string
  method: 'GET' | 'PATCH' | 'POST'
  path: (ids: string[], at: number) => string
  body?: (at: number) => object
  /** Requests per second over all clients; absent for as fast as they are answered. */
  pace?: number
}

interface Result {
  latency: { p50: number; p99: number; max: number }
  requests: { average: number; total: number }
  non2xx: number
  errors: number
}

type Autocannon = (options: object) => Promise<Result>

const TASK = '/api/scheduler/tasks'
const spread = (ids: string[], at: number) => ids[(at * 7_919) % ids.length]!

const SCENARIOS: Scenario[] = [
  { name: 'readTask', method: 'GET', path: (ids, at) => `${TASK}/${spread(ids, at)}`, pace: PACE },
  { name: 'listPage', method: 'GET', path: (_, at) => `${TASK}?limit=20&page=${1 + (at % 50)}`, pace: PACE / 2 },
  { name: 'listGroup', method: 'GET', path: (_, at) => `${TASK}?limit=20&group=group%20${at % 100}`, pace: PACE / 2 },
  {
    name: 'changeTask',
    method: 'PATCH',
    path: (ids, at) => `${TASK}/${spread(ids, at)}`,
    body: describe,
    pace: PACE / 4,
  },
  { name: 'createTask', method: 'POST', path: () => TASK, body: newTask, pace: PACE / 4 },
  { name: 'readTaskFullSpeed', method: 'GET', path: (ids, at) => `${TASK}/${spread(ids, at)}` },
  { name: 'listPageFullSpeed', method: 'GET', path: (_, at) => `${TASK}?limit=20&page=${1 + (at % 50)}` },
  { name: 'changeTaskFullSpeed', method: 'PATCH', path: (ids, at) => `${TASK}/${spread(ids, at)}`, body: describe },
  { name: 'createTaskFullSpeed', method: 'POST', path: () => TASK, body: newTask },
]

/** Measures p50 and p99 of each scenario; the clients run in this process, the server in its own. */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const [tasks = TASKS] = args.map(Number)
  const autocannon = (await (await installPeer('autocannon', '9.0.0')).load<{ default: Autocannon }>()).default
  const folder = mkdtempSync(join(tmpdir(), 'rota-bench-api-'))
  const child = fork(join(import.meta.dirname, 'api-server.ts'), [folder, String(tasks)])
  log(`making ${tasks} tasks`)
  const [{ url, ids }] = (await once(child, 'message')) as [{ url: string; ids: string[] }]
  const { token } = JSON.parse(readFileSync(join(folder, 'cli-token'), 'utf8')) as { token: string }
  const results: Record<string, unknown> = { tasks, clients: CLIENTS, secondsEach: SECONDS }
  try {
    for (const scenario of SCENARIOS) {
      const result = await measure(autocannon, scenario, url, token, ids)
      results[scenario.name] = result
      const pace = scenario.pace === undefined ? 'full speed' : `${scenario.pace}/s`
      log(`${scenario.name.padEnd(20)} ${pace.padEnd(10)} ${JSON.stringify(result)}`)
    }
  } finally {
    child.disconnect()
    await once(child, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
  return results
}

async function measure(autocannon: Autocannon, scenario: Scenario, url: string, token: string, ids: string[]) {
  let at = 0
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const setupRequest = (request: Record<string, unknown>) => {
    const number = at++
    const body = scenario.body && { body: JSON.stringify(scenario.body(number)) }
    return { ...request, path: scenario.path(ids, number), ...body }
  }
  const result = await autocannon({
    url,
    connections: CLIENTS,
    duration: SECONDS,
    // With a pace autocannon corrects for coordinated omission: a late answer counts for the requests it held up.
    ...(scenario.pace !== undefined && { overallRate: scenario.pace }),
    requests: [{ method: scenario.method, headers, setupRequest }],
  })
  const { latency, requests, non2xx, errors } = result
  return {
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    maxMs: latency.max,
    requestsPerSecond: Math.round(requests.average),
    refused: non2xx,
    errors,
  }
}

function describe(at: number): object {
  return { description: `changed ${at}` }
}

let serial = 0

function newTask(): object {
  return { name: `new ${++serial}`, type: 'shell', command: 'true', schedule: { type: 'none' } }
}
