/** Requests that bench/api.ts makes of a server, and what they take of its process. */
import { installPeer } from './bench.ts'
import { cpuMicrosOf } from './process-cpu.ts'

/** A server in a process of its own. */
export interface Target {
  url: string
  pid: number
  headers: Record<string, string>
  /** Of the tasks that are read and changed. */
  ids: readonly string[]
}

export interface Leg {
  method: 'GET' | 'PATCH' | 'POST'
  path: (ids: readonly string[], at: number) => string
  body?: (at: number) => object
}

export interface LoadOptions {
  clients: number
  seconds: number
  /** Requests per second over all clients; absent for as fast as they are answered. */
  pace?: number
}

export interface Load {
  p50Ms: number
  p99Ms: number
  maxMs: number
  requestsPerSecond: number
  refused: number
  errors: number
  cpuMicros: number
}

interface Result {
  latency: { p50: number; p99: number; max: number }
  requests: { average: number; total: number }
  non2xx: number
  errors: number
}

type Autocannon = (options: object) => Promise<Result>

const TASK = '/api/scheduler/tasks'
/** All tasks in turn, none beside the one before. */
const spread = (ids: readonly string[], at: number) => ids[(at * 7_919) % ids.length]!

let serial = 0

export const LEGS = {
  health: { method: 'GET', path: () => '/health' },
  read: { method: 'GET', path: (ids, at) => `${TASK}/${spread(ids, at)}` },
  list: { method: 'GET', path: (_, at) => `${TASK}?limit=20&page=${1 + (at % 50)}` },
  change: {
    method: 'PATCH',
    path: (ids, at) => `${TASK}/${spread(ids, at)}`,
    body: (at) => ({ description: `changed ${at}` }),
  },
  create: { method: 'POST', path: () => TASK, body: newTask },
} as const satisfies Record<string, Leg>

function newTask(): object {
  return { name: `new ${++serial}`, type: 'shell', command: 'true', schedule: { type: 'none' } }
}

/** Makes the requests of a leg. `cpuMicros`: of the server's process for each, threads included. */
export async function load(target: Target, leg: Leg, { clients, seconds, pace }: LoadOptions): Promise<Load> {
  const autocannon = (await (await installPeer('autocannon', '9.0.0')).load<{ default: Autocannon }>()).default
  let at = 0
  const headers = { ...target.headers, ...(leg.body && { 'content-type': 'application/json' }) }
  const setupRequest = (request: Record<string, unknown>) => {
    const number = at++
    const body = leg.body && { body: JSON.stringify(leg.body(number)) }
    return { ...request, path: leg.path(target.ids, number), ...body }
  }
  const before = cpuMicrosOf(target.pid)
  const { latency, requests, non2xx, errors } = await autocannon({
    url: target.url,
    connections: clients,
    duration: seconds,
    // With a pace autocannon corrects for coordinated omission: a late answer counts for the requests it held up.
    ...(pace !== undefined && { overallRate: pace }),
    requests: [{ method: leg.method, headers, setupRequest }],
  })
  return {
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    maxMs: latency.max,
    requestsPerSecond: Math.round(requests.average),
    refused: non2xx,
    errors,
    cpuMicros: Math.round((cpuMicrosOf(target.pid) - before) / requests.total),
  }
}
