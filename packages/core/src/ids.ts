/** Fills an array with random bytes. Production passes `crypto.getRandomValues`, the simulation a seeded source. */
export type RandomBytes = (target: Uint8Array<ArrayBuffer>) => unknown

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const POOL_BYTES = 4096
/** Random bytes in one id: the variant's byte and the seven after it. */
const RANDOM_BYTES = 8

/**
 * Makes UUIDv7 identifiers (RFC 9562 §5.7) that sort in the order in which they were made: the 12 bits after the
 * millisecond are a counter, as §6.2 method 1 allows. The time part never goes back, even when the clock does.
 */
export function createIds(now: () => number, randomBytes: RandomBytes = (b) => crypto.getRandomValues(b)) {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  let lastMs = 0
  let counter = 0
  let prefix = ''

  return function nextId(): string {
    const ms = now()
    if (ms > lastMs || counter === 0xfff) {
      lastMs = ms > lastMs ? ms : lastMs + 1
      counter = 0
      const hex = lastMs.toString(16).padStart(12, '0')
      prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-7`
    } else {
      counter++
    }
    if (used + RANDOM_BYTES > POOL_BYTES) {
      randomBytes(pool)
      used = 0
    }
    const at = used
    used += RANDOM_BYTES
    const b = (offset: number) => HEX[pool[at + offset]!]!
    const variant = HEX[(pool[at]! & 0x3f) | 0x80]!
    const count = counter.toString(16).padStart(3, '0')
    return `${prefix}${count}-${variant}${b(1)}-${b(2)}${b(3)}${b(4)}${b(5)}${b(6)}${b(7)}`
  }
}
