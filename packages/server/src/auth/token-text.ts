import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * How tokens for programs are written: `rota_pat_`, 30 letters and digits drawn at random (178 bits), and 6 that sum them
 * up (CRC-32). Scanners of repositories find them, and one that was typed or cut wrongly is told from a wrong one without a
 * look at the database. The first ten name the token in lists; only the SHA-256 of all thirty is kept.
 */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DRAWN = 30
const NAMING = 10
const SUMMING = 6
const TOKEN = /^rota_pat_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/
/** As they were made before: an id, and a secret of which the SHA-256 is kept. */
const EARLIER = /^rota_([0-9a-f]{24})\.([A-Za-z0-9_-]{43})$/

export interface TokenText {
  /** Names its row. */
  id: string
  /** What its SHA-256 is kept of. */
  secret: string
}

export function newTokenText(): TokenText & { text: string } {
  const secret = Array.from({ length: DRAWN }, () => DIGITS[randomInt(DIGITS.length)]).join('')
  return { id: secret.slice(0, NAMING), secret, text: `rota_pat_${secret}${sumOf(secret)}` }
}

/** Null for what cannot be a token. */
export function readTokenText(text: string): TokenText | null {
  const [, secret = '', sum] = TOKEN.exec(text) ?? []
  if (sum !== undefined) return sumOf(secret) === sum ? { id: secret.slice(0, NAMING), secret } : null
  const [, id, earlier] = EARLIER.exec(text) ?? []
  return id === undefined || earlier === undefined ? null : { id, secret: earlier }
}

function sumOf(secret: string): string {
  let rest = crc32(secret)
  let sum = ''
  for (let at = 0; at < SUMMING; at++) {
    sum = DIGITS[rest % DIGITS.length] + sum
    rest = Math.floor(rest / DIGITS.length)
  }
  return sum
}
