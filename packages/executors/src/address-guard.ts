import { BlockList, isIP } from 'node:net'
import { type NetworkRules, say } from '@rota/core'

/**
 * Addresses no task may reach unless the configuration allows it: this host, private and shared networks, link-local
 * (cloud metadata), documentation, benchmarking, multicast, reserved (IANA special-purpose registries, RFC 6890).
 */
const DENIED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** Of IPv6 only global unicast is public; these parts of it lead elsewhere (Teredo, ORCHID, documentation, 6to4). */
const PUBLIC_V6 = '2000::/3'
const DENIED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Names by which clouds serve credentials to whoever asks from inside. */
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
])

interface HostRules {
  names: Set<string>
  suffixes: string[]
  networks: BlockList
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}

function listOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) addNetwork(list, cidr)
  return list
}

function addNetwork(list: BlockList, cidr: string): void {
  const [address, bits] = cidr.split('/') as [string, string | undefined]
  const family = familyOf(address)
  list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
}

const deniedV4 = listOf(DENIED_V4)
const publicV6 = listOf([PUBLIC_V6])
const deniedV6 = listOf(DENIED_V6)

/** Why an entry of an allow or deny list is not one, or null. */
export function hostRuleProblem(rule: string): string | null {
  const [address, bits, ...more] = rule.split('/') as [string, ...string[]]
  const version = isIP(address)
  if (version !== 0) {
    const most = version === 4 ? 32 : 128
    const isMask = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
    return isMask && more.length === 0 ? null : say`${rule} has no valid mask (0 to ${most}).`
  }
  if (/^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/i.test(rule)) return null
  return say`${rule} is neither an address, a network like 10.0.0.0/8, a host name nor *.domain.`
}

function compile(rules: readonly string[]): HostRules {
  const compiled: HostRules = { names: new Set(), suffixes: [], networks: new BlockList() }
  for (const rule of rules) {
    if (isIP(rule.split('/')[0]!) !== 0) addNetwork(compiled.networks, rule)
    else if (rule.startsWith('*.')) compiled.suffixes.push(rule.slice(1).toLowerCase())
    else compiled.names.add(rule.toLowerCase())
  }
  return compiled
}

function matchesName(rules: HostRules, name: string): boolean {
  return rules.names.has(name) || rules.suffixes.some((suffix) => name.endsWith(suffix))
}

function isPublic(address: string): boolean {
  if (familyOf(address) === 'ipv4') return !deniedV4.check(address, 'ipv4')
  return publicV6.check(address, 'ipv6') && !deniedV6.check(address, 'ipv6')
}

/**
 * Decides which hosts a request may go to. `allow` opens addresses, networks, host names (whatever they resolve to) and
 * `*.domains`; `deny` closes more, and wins.
 */
export class AddressGuard {
  readonly #allow: HostRules
  readonly #deny: HostRules

  constructor(allow: readonly string[], deny: readonly string[]) {
    this.#allow = compile(allow)
    this.#deny = compile(deny)
  }

  /**
   * Why a host must not be contacted at any of the addresses it resolved to, or null. One bad address refuses all: a
   * name that has both kinds is an attack or a mistake.
   */
  problem(hostname: string, addresses: readonly string[]): string | null {
    const name = hostname.toLowerCase().replace(/\.$/, '')
    if (matchesName(this.#deny, name)) return say`The host ${name} is denied by configuration.`
    const isNameAllowed = matchesName(this.#allow, name)
    if (METADATA_NAMES.has(name) && !isNameAllowed) return say`The host ${name} is a cloud metadata service.`
    if (addresses.length === 0) return say`The host ${name} has no address.`
    for (const address of addresses) {
      if (isIP(address) === 0) return say`The host ${name} resolved to ${address}, which is not an address.`
      const family = familyOf(address)
      if (this.#deny.networks.check(address, family)) return say`The address ${address} is denied by configuration.`
      if (isNameAllowed || this.#allow.networks.check(address, family) || isPublic(address)) continue
      return say`The address ${address} of ${name} is not public; the configuration must allow it (http allow list).`
    }
    return null
  }
}

/**
 * Why rules do not let a host be reached, or null. Of a name whose `addresses` are not known yet, what lists of networks
 * say of it is left open.
 */
export function networkProblem(
  { allow, deny }: NetworkRules,
  hostname: string,
  addresses: readonly string[] | null,
): string | null {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  const known = isIP(name) === 0 ? addresses : [name]
  const denied = compile(deny)
  if (matchesName(denied, name)) return say`The host ${name} may not be reached.`
  const bad = known?.find((address) => denied.networks.check(address, familyOf(address)))
  if (bad !== undefined) return say`The address ${bad} may not be reached.`
  if (allow === null) return null
  const allowed = compile(allow)
  if (matchesName(allowed, name)) return null
  if (known === null) {
    const hasNetworks = allow.some((rule) => isIP(rule.split('/')[0]!) !== 0)
    return hasNetworks ? null : say`The host ${name} is not among those that may be reached.`
  }
  const outside = known.find((address) => !allowed.networks.check(address, familyOf(address)))
  return outside === undefined && known.length > 0
    ? null
    : say`The host ${name} is not among those that may be reached.`
}
