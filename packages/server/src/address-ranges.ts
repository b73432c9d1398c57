import { BlockList, isIP } from 'node:net'

/** Whether an address is one of some addresses and ranges (`10.0.0.5`, `192.168.0.0/16`, `fd00::/8`). */
export type IsWithinRanges = (address: string | undefined) => boolean

/** Of entries that have been checked; what is no address is left out. */
export function addressRanges(entries: readonly string[]): IsWithinRanges {
  const ranges = new BlockList()
  for (const entry of entries) add(ranges, entry)
  return (address) => {
    const [bare = ''] = (address ?? '').split('%')
    const family = isIP(bare)
    return family !== 0 && ranges.check(bare, family === 4 ? 'ipv4' : 'ipv6')
  }
}

/** Whether a text is an address, or a range of them. */
export function isAddressRange(text: string): boolean {
  const [, address = '', bits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128))
}

function add(ranges: BlockList, range: string): void {
  const [address = '', bits] = range.split('/')
  const family = isIP(address)
  if (family === 0) return
  const name = family === 4 ? 'ipv4' : 'ipv6'
  if (bits === undefined) ranges.addAddress(address, name)
  else ranges.addSubnet(address, Number(bits), name)
}
