/** A PostgreSQL of one's own that writes every commit through to disk, the same for all contenders. */
import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { scratchFolder } from './embedded.ts'

export interface OwnPostgres {
  /** Of an empty database. */
  url: string
  pid: number
  stop(): void
}

/** What every guide to PostgreSQL raises first; commits stay synchronous. */
const SETTINGS = {
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  max_connections: '200',
  listen_addresses: "''",
}

/** Null when there is no `initdb` and `pg_ctl` on the PATH. Root starts it as nobody: it insists. */
export function startPostgres(): OwnPostgres | null {
  const { folder, remove } = scratchFolder()
  const data = join(folder, 'data')
  const isRoot = process.getuid?.() === 0
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody']).toString())
  const user = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { ...user, cwd: folder, stdio: 'ignore' })
  const settings = { ...SETTINGS, unix_socket_directories: folder }
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  try {
    if (isRoot) chownSync(folder, user.uid!, user.gid!)
    run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C')
    run('pg_ctl', 'start', '-w', '-s', '-D', data, '-o', options.join(' '), '-l', join(folder, 'log'))
  } catch (error) {
    remove()
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return {
    url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`,
    pid: Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]),
    stop() {
      run('pg_ctl', 'stop', '-w', '-s', '-m', 'fast', '-D', data)
      remove()
    },
  }
}

/** For whoever has measured: else vacuum would work on its tables while the next contender is measured. */
export async function dropSchema(url: string, schema: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`DROP SCHEMA ${schema} CASCADE`)
  await client.end()
}
