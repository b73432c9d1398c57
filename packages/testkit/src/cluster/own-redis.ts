import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './wait.ts'

/** A Redis server that a test may end, hang and begin again. It keeps nothing: a restart loses everything. */
export interface OwnRedis {
  /** The socket, for a proxy in between. */
  readonly socket: string
  begin(): Promise<void>
  /** kill -9. */
  end(): Promise<void>
  /** It takes connections and answers nothing. */
  hang(): void
  goOn(): void
  /** One command in a line, such as `FLUSHALL`; answers the first line of the reply. */
  say(command: string): Promise<string>
  /** Ends it and removes its folder. */
  stop(): void
}

const WITHIN_MS = 10_000

/** Starts a server from the PATH on a socket in a folder of its own. Null when there is none. */
export async function startRedis(): Promise<OwnRedis | null> {
  const folder = mkdtempSync(join(tmpdir(), 'rota-redis-'))
  const socket = join(folder, 'redis.sock')
  let child: ChildProcess | null = null

  async function begin() {
    const options = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder]
    child = spawn('redis-server', options, { stdio: 'ignore' })
    await once(child, 'spawn')
    await eventually('answer of Redis', WITHIN_MS, async () => (await say('PING').catch(() => '')) === '+PONG')
  }

  async function say(command: string): Promise<string> {
    const line = connect(socket)
    try {
      await once(line, 'connect')
      line.write(`${command}\r\n`)
      const [answer] = await once(line, 'data')
      return String(answer).split('\r\n')[0]!
    } finally {
      line.destroy()
    }
  }

  try {
    await begin()
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return {
    socket,
    begin,
    async end() {
      const gone = once(child!, 'exit')
      child?.kill('SIGKILL')
      await gone
    },
    hang: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
    say,
    stop() {
      child?.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
