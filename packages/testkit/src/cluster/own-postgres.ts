import { execFile, execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** How a server ends: `fast` takes leave of its clients, `immediate` is a crash. */
export type StopMode = 'fast' | 'immediate'

/** A PostgreSQL server that a test may end, and begin again, at will. */
export interface OwnPostgres {
  /** Of its maintenance database, by its socket. */
  readonly url: string
  /** The socket, for a proxy in between. */
  readonly socket: string
  begin(): Promise<void>
  end(mode: StopMode): Promise<void>
  /** Ends it and removes its data. Synchronous, for exits. Harmless when it has ended. */
  stop(): void
}

const WITHIN_MS = 60_000

/**
 * Starts a server from the PATH that listens on a socket in a folder of its own, without fsync: what it has accepted
 * outlives its own crash, not the machine's. Root starts it as somebody else: it insists. Null when there is no
 * `initdb` and `pg_ctl` in the PATH. `env` holds further variables for it, such as those of a faked clock.
 */
export async function startPostgres(
  settings: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<OwnPostgres | null> {
  const folder = mkdtempSync(join(tmpdir(), 'rota-postgres-'))
  const data = join(folder, 'data')
  const user = unprivilegedUser()
  const how = { ...user, cwd: folder, timeout: WITHIN_MS, env: { ...process.env, ...env } }
  const all = { listen_addresses: "''", unix_socket_directories: folder, fsync: 'off', ...settings }
  const options = Object.entries(all)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
  const begin = async () => {
    // With pipes it would wait for the server to close them; silent, because a word into a closed pipe would kill it.
    const ended = execute('pg_ctl', ['start', '-w', '-s', '-D', data, '-o', options, '-l', join(folder, 'log')], how)
    ended.child.stdout?.destroy()
    ended.child.stderr?.destroy()
    await ended
  }
  const stopping = (mode: StopMode) => ['stop', '-w', '-D', data, '-m', mode]
  try {
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
    await execute('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-N'], how)
    await begin()
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return {
    url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`,
    socket: join(folder, '.s.PGSQL.5432'),
    begin,
    async end(mode) {
      await execute('pg_ctl', stopping(mode), how)
    },
    stop() {
      try {
        execFileSync('pg_ctl', stopping('immediate'), { ...how, stdio: 'ignore' })
      } catch {
        // It had ended before.
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function unprivilegedUser(): { uid: number; gid: number } | { uid?: undefined } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody']).toString())
  return { uid: idOf('-u'), gid: idOf('-g') }
}
