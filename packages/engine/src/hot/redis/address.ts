import { say } from '@rota/core'
import { HotStateError } from './hot-state-error.ts'

/** One server of those that a URL names. */
export interface Seat {
  host: string
  port: number
}

/** Where a Redis is, and what stands for it in texts for people. */
export interface Address {
  /** One; of a cluster those that are asked for the others. */
  seats: readonly [Seat, ...Seat[]]
  isCluster: boolean
  username: string | null
  password: string | null
  db: number
  hasTls: boolean
  /** Without credentials. */
  shown: string
}

const SCHEME = /^(rediss?)(\+cluster)?:\/\/(.*)$/
const MOST_SEATS = 32

/**
 * Reads `redis://user:password@host:port/database`; `rediss:` for TLS. A Redis Cluster is
 * `redis+cluster://user:password@host:port,host:port`, one of its servers or more. Throws HotStateError.
 */
export function readAddress(url: string): Address {
  const [, scheme, cluster, rest] = SCHEME.exec(url) ?? []
  if (scheme === undefined) throw noUrl()
  const isCluster = cluster !== undefined
  const credentialsEnd = rest!.lastIndexOf('@') + 1
  const credentials = rest!.slice(0, credentialsEnd)
  const seats = isCluster ? rest!.slice(credentialsEnd).split(',', MOST_SEATS + 1) : [rest!.slice(credentialsEnd)]
  if (seats.length > MOST_SEATS) throw noUrl()
  const [first, ...others] = seats.map((seat) => readUrl(`${scheme}://${credentials}${seat}`))
  const db = first!.pathname.replace(/^\//, '')
  if (!/^\d{0,5}$/.test(db) || (isCluster && Number(db) !== 0)) {
    throw new HotStateError('address', say`The path of its URL is not the number of a database.`)
  }
  const shown = [first!, ...others].map(({ hostname, port }) => `${hostname}:${Number(port || 6379)}`).join(',')
  return {
    seats: [seatOf(first!), ...others.map(seatOf)],
    isCluster,
    username: decodeURIComponent(first!.username) || null,
    password: decodeURIComponent(first!.password) || null,
    db: Number(db),
    hasTls: scheme === 'rediss',
    shown: isCluster ? `${scheme}+cluster://${shown}` : `${scheme}://${shown}/${Number(db)}`,
  }
}

function readUrl(url: string): URL {
  if (!URL.canParse(url)) throw noUrl()
  const parsed = new URL(url)
  if (parsed.hostname === '') throw noUrl()
  return parsed
}

function seatOf({ hostname, port }: URL): Seat {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) }
}

function noUrl(): HotStateError {
  return new HotStateError(
    'address',
    say`It is no URL such as redis://user:password@host:6379/0; rediss: stands for TLS.`,
  )
}
