import { isIPv6 } from 'node:net'

/**
 * Whom limits by address count as one: an IPv4 address, also where it comes mapped into IPv6 (`::ffff:192.0.2.1`), and
 * of IPv6 the first 64 bits, because whoever has one address there usually has all that share them (RFC 6177, RFC 8981).
 */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address
  const words = wordsOf(address)
  const isMapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff
  if (isMapped) return [words[6]! >> 8, words[6]! & 255, words[7]! >> 8, words[7]! & 255].join('.')
  return `${words
    .slice(0, 4)
    .map((word) => word.toString(16))
    .join(':')}::/64`
}

/** The eight words of a valid IPv6 address. */
function wordsOf(address: string): number[] {
  const [bare = ''] = address.split('%')
  const lastColon = bare.lastIndexOf(':')
  const tail = bare.slice(lastColon + 1)
  const plain = tail.includes('.') ? `${bare.slice(0, lastColon + 1)}${hexOfDotted(tail)}` : bare
  const [head = '', rest] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = rest === undefined || rest === '' ? [] : rest.split(':')
  const zeros = Array.from({ length: rest === undefined ? 0 : 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].map((word) => Number.parseInt(word, 16))
}

function hexOfDotted(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}
