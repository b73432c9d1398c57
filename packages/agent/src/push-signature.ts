import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What is older, or comes from so far ahead, was not signed just now. */
const MOST_SECONDS_APART = 300

const FORM = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/

/**
 * Whether a request comes from whoever knows the node's key, and was made within the last five minutes. The key of the
 * HMAC is the SHA-256 of the node's key in hex, for the server keeps no more of it.
 */
export function isSigned(header: string | undefined, { body, key, now }: { body: string; key: string; now: number }) {
  const [, seconds, mac] = FORM.exec(header ?? '') ?? []
  if (seconds === undefined || mac === undefined) return false
  if (Math.abs(now / 1_000 - Number(seconds)) > MOST_SECONDS_APART) return false
  const secret = createHash('sha256').update(key).digest('hex')
  const wanted = createHmac('sha256', secret).update(`${seconds}.${body}`).digest()
  return timingSafeEqual(wanted, Buffer.from(mac, 'hex'))
}
