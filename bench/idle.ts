/**
 * The server as `npm start` runs it, on an empty directory, then again on the same one: time until it serves, and
 * memory and threads after 20 seconds with little to do. Linux only: it reads /proc.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { cachedBuild } from '../tools/build/cached-build.js'
import { SERVER } from '../tools/build/steps.js'
import type { BenchOptions } from './bench.ts'

const ROOT = join(import.meta.dirname, '..')
const IDLE_SECONDS = 20
const POLL_MS = 5
/** What somebody who looks in now and then asks for. */
const PATHS = ['/api/auth/me', '/api/scheduler/tasks', '/api/scheduler/executions', '/api/scheduler/stats']

interface Leg {
  startMs: number
  rssBytes: number
  /** Memory that other processes share counts in parts. */
  pssBytes: number
  /** Memory that is no file's. */
  anonymousBytes: number
  threads: number
}

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const seconds = Number(args[0] ?? IDLE_SECONDS)
  // Made before the clock runs: it is made once for each state of the sources.
  cachedBuild(ROOT, SERVER)
  const folder = mkdtempSync(join(tmpdir(), 'rota-bench-idle-'))
  try {
    const first = await measure(folder, seconds)
    log(`first start:  ${words(first)}`)
    const again = await measure(folder, seconds)
    log(`second start: ${words(again)}`)
    return { seconds, ...first, again }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, seconds: number): Promise<Leg> {
  const startedAt = performance.now()
  const server = spawn(process.execPath, [join(ROOT, 'tools/start.js'), '--data', folder, '--port', '0'], {
    cwd: folder,
    env: { ...process.env, ROTA_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await urlOf(server)
    while (!(await fetch(`${url}/ready`).catch(() => null))?.ok) await sleep(POLL_MS)
    const startMs = performance.now() - startedAt
    for (let second = 0; second < seconds; second++) {
      if (second < PATHS.length) await ask(url, folder, PATHS[second]!)
      await sleep(1_000)
    }
    return { startMs: Math.round(startMs), ...memoryOf(server.pid!) }
  } finally {
    server.kill()
    if (server.exitCode === null) await once(server, 'exit')
  }
}

/** The server says where it listens. Throws when it ends instead. */
async function urlOf(server: ChildProcess): Promise<string> {
  let output = ''
  for await (const chunk of server.stdout!) {
    output += chunk
    const [, url] = output.match(/is running at (http:\S+)/) ?? []
    if (url === undefined) continue
    // Nobody reads on; what comes must go somewhere.
    server.stdout!.resume()
    return url
  }
  throw new Error(`The server ended before it listened:\n${output}`)
}

/** With the token that the server leaves in its directory for those who may read it. */
async function ask(url: string, folder: string, path: string): Promise<void> {
  const { token } = JSON.parse(readFileSync(join(folder, 'cli-token'), 'utf8'))
  const reply = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
  if (!reply.ok) throw new Error(`GET ${path}: ${reply.status} ${await reply.text()}`)
  await reply.arrayBuffer()
}

function memoryOf(pid: number): Omit<Leg, 'startMs'> {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const bytes = (name: string) => Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1]) * 1024
  return {
    rssBytes: bytes('Rss'),
    pssBytes: bytes('Pss'),
    anonymousBytes: bytes('Anonymous'),
    threads: readdirSync(`/proc/${pid}/task`).length,
  }
}

function words({ startMs, rssBytes, pssBytes, anonymousBytes, threads }: Leg): string {
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`
  const memory = `${mb(rssBytes)} resident (${mb(pssBytes)} proportional, ${mb(anonymousBytes)} anonymous)`
  return `serves after ${startMs} ms; then ${memory}, ${threads} threads`
}
