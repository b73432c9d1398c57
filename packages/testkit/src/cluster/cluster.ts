import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { FaultProxy } from '../faults/proxy.ts'
import { type FakedClock, fakeClock } from './faked-clock.ts'
import { type OwnPostgres, startPostgres } from './own-postgres.ts'
import { type OwnRedis, startRedis } from './own-redis.ts'
import { ServerProcess, temporaryFolder } from './server-process.ts'

export interface ClusterOptions {
  instances: number
  /** `sqlite` for one server on its own. */
  store: 'sqlite' | 'postgres'
  /** Variables for each server. */
  env?: Record<string, string>
  /** Settings of PostgreSQL, such as `max_connections`. */
  postgres?: Record<string, string>
  /** With a Redis server that they share. */
  redis?: boolean
  /** Folder for what each server prints. */
  logs?: string
  /** With a wall clock of its own for each server, where the machine has libfaketime. */
  clocks?: boolean
}

/** One server of a cluster, and the ways between it and what it depends on. */
export interface Member {
  /** 1, 2, …; also the name of the folder of its programs' SHELL, by which they know who started them. */
  readonly number: number
  readonly server: ServerProcess
  readonly postgres: FaultProxy | null
  readonly redis: FaultProxy | null
  readonly clock: FakedClock | null
}

/** Real servers on one machine with a PostgreSQL and a Redis of their own. */
export class Cluster {
  readonly members: readonly Member[]
  readonly postgres: OwnPostgres | null
  readonly redis: OwnRedis | null

  private constructor(members: Member[], postgres: OwnPostgres | null, redis: OwnRedis | null) {
    this.members = members
    this.postgres = postgres
    this.redis = redis
  }

  /** Makes everything; the servers are not started yet. Throws when there is no PostgreSQL or Redis to be had. */
  static async make(options: ClusterOptions): Promise<Cluster> {
    if (options.store === 'sqlite' && options.instances !== 1) throw new Error('A server on SQLite is alone.')
    const postgres = options.store === 'postgres' ? await startPostgres(options.postgres) : null
    if (postgres === null && options.store === 'postgres') throw new Error('There is no initdb and pg_ctl in the PATH.')
    const redis = options.redis === true ? await startRedis() : null
    if (redis === null && options.redis === true) throw new Error('There is no redis-server in the PATH.')
    const members: Member[] = []
    const folder = temporaryFolder()
    for (let number = 1; number <= options.instances; number++) {
      members.push(await addMember({ folder, number, options, postgres, redis }))
    }
    return new Cluster(members, postgres, redis)
  }

  /** One after the other: the first makes the schema and the administrator. */
  async start(): Promise<void> {
    for (const { server } of this.members) await server.start()
  }

  /** Members whose process runs. */
  get running(): Member[] {
    return this.members.filter(({ server }) => server.isRunning)
  }

  /** Ends everything at once. */
  async destroy(): Promise<void> {
    await Promise.all(this.members.map(({ server }) => server.kill()))
    for (const { postgres, redis } of this.members) {
      postgres?.close()
      redis?.close()
    }
    this.postgres?.stop()
    this.redis?.stop()
  }
}

interface Ground {
  folder: string
  number: number
  options: ClusterOptions
  postgres: OwnPostgres | null
  redis: OwnRedis | null
}

async function addMember({ folder, number, options, postgres, redis }: Ground): Promise<Member> {
  const home = join(folder, `${number}`)
  mkdirSync(home)
  const shell = join(home, 'sh')
  symlinkSync('/bin/sh', shell)
  const toPostgres = postgres && (await FaultProxy.open({ path: postgres.socket }))
  const toRedis = redis && (await FaultProxy.open({ path: redis.socket }))
  const clock = options.clocks === true ? fakeClock(join(home, 'clock')) : null
  const env = {
    ...options.env,
    ...clock?.env,
    ROTA_PROGRAMS_SHELL: shell,
    ...(toPostgres && { ROTA_DATABASE_URL: `postgres://postgres@127.0.0.1:${toPostgres.port}/postgres` }),
    ...(toRedis && { ROTA_REDIS_URL: `redis://127.0.0.1:${toRedis.port}` }),
  }
  const server = new ServerProcess({
    dataDir: join(home, 'data'),
    env,
    ...(options.logs !== undefined && { logFile: join(options.logs, `instance-${number}.log`) }),
  })
  return { number, server, postgres: toPostgres, redis: toRedis, clock }
}
