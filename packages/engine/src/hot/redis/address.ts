import { say } from '@rota/core'
import { HotStateError } from './hot-state-error.ts'

/** Where a Redis is, and what stands for it in texts for people. */
export interface Address {
  host: string
  port: number
  username: string | null
  password: string | null
  db: number
  hasTls: boolean
  /** Without credentials. */
  shown: string
}

/** Reads `redis://user:password@host:port/database`; `rediss:` for TLS. Throws HotStateError. */
export function readAddress(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new HotStateError(
      'address',
      say`It is no URL such as redis://user:password@host:6379/0; rediss: stands for TLS.`,
    )
  }
  const db = parsed.pathname.replace(/^\//, '')
  if (!/^\d{0,5}$/.test(db))
    throw new HotStateError('address', say`The path of its URL is not the number of a database.`)
  const port = Number(parsed.port || 6379)
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port,
    username: decodeURIComponent(parsed.username) || null,
    password: decodeURIComponent(parsed.password) || null,
    db: Number(db),
    hasTls: parsed.protocol === 'rediss:',
    shown: `${parsed.protocol}//${parsed.hostname}:${port}/${Number(db)}`,
  }
}
