import { isIP } from 'node:net'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Address, Seat } from './address.ts'
import { scriptDefinitions } from './scripts.ts'

/** A server that does not answer within this time is away. */
export const COMMAND_TIMEOUT_MS = 1_000
/** The start does not wait longer than this for a server that is away. */
export const PATIENCE_AT_START_MS = 2_000
const LONGEST_BACKOFF_MS = 5_000
/** A cluster that moves a key, or has lost a server, is asked so often within the time that a command may take. */
const MOST_REDIRECTIONS = 4

/** The connection for commands: to a server, or to all of a cluster. Not open yet. */
export function commandsTo(address: Address): Redis | Cluster {
  const scripts = scriptDefinitions()
  if (!address.isCluster) return new Redis({ ...optionsOf(address, address.seats[0]), scripts })
  const { host: _host, port: _port, db: _db, retryStrategy: _retry, ...ofEach } = optionsOf(address, address.seats[0])
  return new Cluster([...address.seats], {
    scripts,
    redisOptions: ofEach,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRedirections: MOST_REDIRECTIONS,
    retryDelayOnClusterDown: 100,
    retryDelayOnFailover: 100,
    slotsRefreshTimeout: COMMAND_TIMEOUT_MS,
    clusterRetryStrategy: backoffMs,
  })
}

/**
 * The connection that listens, to one server: what is published in a cluster comes to all of them. After a loss it goes
 * to the next. Not open yet.
 */
export function listenerTo(address: Address): Redis {
  let seat = 0
  const redis: Redis = new Redis({
    ...optionsOf(address, address.seats[0]),
    autoResubscribe: false,
    retryStrategy(times) {
      seat = (seat + 1) % address.seats.length
      Object.assign(redis.options, placeOf(address, address.seats[seat]!))
      return backoffMs(times)
    },
  })
  return redis
}

/** What each server that holds keys says of its memory. */
export function memoryInfos(commands: Redis | Cluster): Promise<string[]> {
  const servers = commands instanceof Cluster ? commands.nodes('master') : [commands]
  return Promise.all(servers.map((server) => server.info('memory')))
}

/** Where messages are sent from: always the same server, for those of two overtake one another. */
export function publisherOf(commands: Redis | Cluster): Redis | Cluster {
  return commands instanceof Cluster ? (commands.nodes('master')[0] ?? commands) : commands
}

function placeOf({ hasTls }: Address, { host, port }: Seat) {
  // An address has no name that a server could be asked for (RFC 6066, section 3).
  return { host, port, ...(hasTls && { tls: isIP(host) ? {} : { servername: host } }) }
}

function optionsOf(address: Address, seat: Seat) {
  const { db, username, password } = address
  return {
    ...placeOf(address, seat),
    db,
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    lazyConnect: true,
    protocol: 2,
    connectionName: 'rota',
    connectTimeout: PATIENCE_AT_START_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    // Nothing waits in a queue for a server that is away, and nothing is sent twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: COMMAND_TIMEOUT_MS,
    // A peer that vanished without a word is noticed by what stays unanswered.
    socketTimeout: 3 * COMMAND_TIMEOUT_MS,
    // After a failover the old leader is read-only: look for the new one behind the same name.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    retryStrategy: backoffMs,
  } satisfies RedisOptions
}

function backoffMs(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 10), LONGEST_BACKOFF_MS) * (0.5 + Math.random() / 2)
}
