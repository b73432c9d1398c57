import { addressRanges } from '../address-ranges.ts'

/** What the words in `http.trust_proxy` stand for. */
const WORDS: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
}

/**
 * Whether the address at a distance of so many hops (0: who is connected) is a proxy whose `X-Forwarded-For` counts.
 * The client is the right-most address that is none.
 */
export type IsProxy = (address: string, hop: number) => boolean

/** Null where no proxy is trusted. `entries` have been checked: addresses, ranges and words. */
export function trustedProxies(entries: readonly string[]): IsProxy | null {
  if (entries.length === 0) return null
  // Whoever connects is believed, as `true` once meant; behind it only what no client can be connected from.
  const isAnyTrusted = entries.includes('any')
  const words = isAnyTrusted ? ['loopback', 'private'] : []
  const isWithin = addressRanges([...entries, ...words].flatMap((entry) => WORDS[entry] ?? [entry]))
  return (address, hop) => (isAnyTrusted && hop === 0) || isWithin(address)
}
