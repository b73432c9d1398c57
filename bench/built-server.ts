/** The server as `npm start` runs it, in a process of its own, and how long it takes until it serves. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { cachedBuild } from '../tools/build/cached-build.js'
import { SERVER } from '../tools/build/steps.js'
import { freePort } from './redis-server.ts'

const ROOT = join(import.meta.dirname, '..')
const POLL_MS = 5

export interface BuiltServer {
  pid: number
  /** From the start of its process until `/ready` answered 200. */
  readyMs: number
  /** The body of the reply, read whole. Throws unless it is a success. */
  get(path: string): Promise<string>
  end(): Promise<void>
}

/** Makes it before any clock runs: it is made once for each state of the sources. */
export function buildServer(): void {
  cachedBuild(ROOT, SERVER)
}

/** Starts it on a data directory, with further variables. Throws when it ends instead of serving. */
export async function startBuilt(dataDir: string, env: Record<string, string> = {}): Promise<BuiltServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const startedAt = performance.now()
  const server = spawn(process.execPath, [join(ROOT, 'tools/start.js'), '--data', dataDir, '--port', String(port)], {
    cwd: tmpdir(),
    env: { ...process.env, ROTA_LOG_LEVEL: 'warn', ROTA_EXAMPLES: 'false', ...env },
    stdio: 'ignore',
  })
  try {
    while (!(await fetch(`${url}/ready`).catch(() => null))?.ok) {
      if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`)
      await sleep(POLL_MS)
    }
    const readyMs = Math.round(performance.now() - startedAt)
    return { pid: server.pid!, readyMs, get: (path) => get(url + path, dataDir), end: () => end(server) }
  } catch (error) {
    await end(server)
    throw error
  }
}

/** With the token that the server leaves in its directory for those who may read it. */
async function get(url: string, dataDir: string): Promise<string> {
  const file = join(dataDir, 'cli-token')
  const written = () => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  // It is there when the server listens, a moment after it is ready; its line feed comes last.
  while (!written().endsWith('\n')) await sleep(POLL_MS)
  const { token } = JSON.parse(written())
  const reply = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  const body = await reply.text()
  if (!reply.ok) throw new Error(`GET ${url}: ${reply.status} ${body}`)
  return body
}

async function end(server: ChildProcess): Promise<void> {
  server.kill()
  if (server.exitCode === null) await once(server, 'exit')
}
