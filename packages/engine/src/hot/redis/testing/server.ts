import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@rota/core'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe } from 'vitest'

/** Where a server is looked for when `ROTA_TEST_REDIS_URL` names none. */
const USUAL = 'redis://127.0.0.1:6379/0'
const WITHIN_MS = 10_000

/** Reminders and looks come 20 times as often as in production. */
export const quickClock: Clock = { ...systemClock, after: (delayMs, fn) => systemClock.after(delayMs / 20, fn) }

export const newPrefix = () => `rota_test_${randomBytes(6).toString('hex')}:`

/** Resolves after a few milliseconds of real time. */
export const aMoment = () => new Promise<void>((resolve) => systemClock.after(5, resolve))

/** Asks again and again. Throws when the answer stays undefined or false. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false) {
  const endAt = systemClock.monotonic() + WITHIN_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (systemClock.monotonic() > endAt) throw new Error(`Within ${WITHIN_MS} ms there was no ${what}.`)
    await aMoment()
  }
}

/** A connection for looking at what is there; it fails at once where there is no server. */
export function plainClient(url: string): Redis {
  const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 })
  client.on('error', () => {})
  return client
}

/** Deletes what a test left behind in a shared server. */
export async function dropKeys(url: string, prefix: string): Promise<void> {
  const client = plainClient(url)
  const keys = await client.keys(`${prefix}*`)
  for (const key of keys) await client.del(key)
  client.disconnect()
}

/** A server of the test's own, that it may end, stop and begin again. */
export interface OwnServer {
  readonly url: string
  readonly pid: number
  begin(): Promise<void>
  /** kill -9. Keys are lost. */
  end(): Promise<void>
  hang(): void
  goOn(): void
  command(...args: string[]): Promise<unknown>
  /** Ends it for good. */
  stop(): void
}

/** Starts a server from the PATH that keeps nothing on disk; `settings` as on its command line. */
export async function startServer(settings: string[] = [], port?: number): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rota-redis-'))
  const own = port ?? (await freePort())
  const usual = ['--port', `${own}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const password = settings[settings.indexOf('--requirepass') + 1]
  const url = settings.includes('--requirepass')
    ? `redis://:${password}@127.0.0.1:${own}/0`
    : `redis://127.0.0.1:${own}/0`
  let child: ChildProcess | null = null

  async function command(...[name, ...args]: string[]) {
    const client = plainClient(url)
    try {
      return await client.call(name!, ...args)
    } finally {
      client.disconnect()
    }
  }
  async function begin() {
    child = spawn('redis-server', [...usual, ...settings], { stdio: 'ignore' })
    await once(child, 'spawn')
    await eventually('answer of Redis', async () => (await command('PING').catch(() => '')) === 'PONG')
  }
  const stop = () => {
    child?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stop)
  await begin()
  return {
    url,
    get pid() {
      return child!.pid!
    },
    begin,
    async end() {
      const gone = once(child!, 'exit')
      child!.kill('SIGKILL')
      await gone
    },
    hang: () => void child!.kill('SIGSTOP'),
    goOn: () => void child!.kill('SIGCONT'),
    command,
    stop() {
      process.off('exit', stop)
      stop()
    },
  }
}

const SLOTS = 16_384

/** Several servers that form a cluster; each has an equal part of the slots. */
export async function startCluster(size: number): Promise<{ url: string; servers: OwnServer[]; stop(): void }> {
  const buses = await Promise.all(Array.from({ length: size }, freePort))
  const servers: OwnServer[] = []
  for (const bus of buses) servers.push(await startServer(['--cluster-enabled', 'yes', '--cluster-port', `${bus}`]))
  const ports = servers.map(({ url }) => new URL(url).port)
  for (const [i, server] of servers.entries()) {
    const [from, to] = [i, i + 1].map((part) => Math.floor((part * SLOTS) / size))
    await server.command('CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${to! - 1}`)
    await server.command('CLUSTER', 'SET-CONFIG-EPOCH', `${i + 1}`)
    if (i > 0) await server.command('CLUSTER', 'MEET', '127.0.0.1', ports[0]!, `${buses[0]}`)
  }
  for (const server of servers) {
    await eventually('whole cluster', async () => {
      const info = String(await server.command('CLUSTER', 'INFO'))
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${size}`)
    })
  }
  return {
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    servers,
    stop() {
      for (const server of servers) server.stop()
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function answers(url: string): Promise<boolean> {
  const client = plainClient(url)
  try {
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}

const hasProgram = canStart()
let started: OwnServer | null = null
const url = await findServer()
// A worker of the test runner may be killed at its end.
afterAll(() => started?.stop())

/** The server that is named, that runs, or that can be started from the PATH; null when none can be had. */
async function findServer(): Promise<string | null> {
  const named = process.env.ROTA_TEST_REDIS_URL
  if (await answers(named ?? USUAL)) return named ?? USUAL
  if (named !== undefined || !hasProgram) return null
  started = await startServer()
  return started.url
}

function canStart(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Suites that need Redis, shared or their own: skipped, and said so, where none can be had; failing where CI=true. */
export function withRedis(name: string, suites: (url: string) => void): void {
  if (url !== null) describe(name, () => suites(url))
  else missing(name, 'No Redis: name one in ROTA_TEST_REDIS_URL, or put redis-server into the PATH.')
}

/** Suites that start servers of their own: skipped, and said so, without the program; failing where CI=true. */
export function withOwnRedis(name: string, suites: () => void): void {
  if (hasProgram) describe(name, suites)
  else missing(name, 'No redis-server in the PATH.')
}

function missing(name: string, why: string): void {
  if (process.env.CI === 'true') {
    describe(name, () => {
      beforeAll(() => {
        throw new Error(why)
      })
    })
    return
  }
  console.warn(`Skipped: ${name}. ${why}`)
  describe.skip(`${name} (${why})`, () => {})
}
