import { expect, test } from 'vitest'
import { addressGroup } from '../address-group.ts'
import { trustedProxies } from './trusted-proxies.ts'

test('of IPv6 the first 64 bits count, and an IPv4 address is the same mapped or not', () => {
  const groups: Record<string, string> = {
    '192.0.2.7': '192.0.2.7',
    '::ffff:192.0.2.7': '192.0.2.7',
    '::ffff:c000:207': '192.0.2.7',
    '0:0:0:0:0:FFFF:192.0.2.7': '192.0.2.7',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:DB8:1:2::1': '2001:db8:1:2::/64',
    '2001:db8::1': '2001:db8:0:0::/64',
    '::1': '0:0:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64',
    '64:ff9b::192.0.2.7': '64:ff9b:0:0::/64',
    nonsense: 'nonsense',
    '': '',
  }
  for (const [address, group] of Object.entries(groups)) expect(addressGroup(address)).toBe(group)
})

test('a proxy is who is named: by address, by range, by word, also mapped into IPv6', () => {
  const isProxy = trustedProxies(['203.0.113.9', '10.1.0.0/16', '2001:db8::/32', 'loopback'])!
  const proxies = [
    '203.0.113.9',
    '::ffff:203.0.113.9',
    '10.1.2.3',
    '::ffff:10.1.2.3',
    '2001:db8::5',
    '127.0.0.1',
    '::1',
  ]
  const others = ['203.0.113.8', '10.2.0.1', '2001:db9::5', '192.168.0.1', 'nonsense', '']
  expect(proxies.filter((address) => !isProxy(address, 1))).toEqual([])
  expect(others.filter((address) => isProxy(address, 0))).toEqual([])
  expect(trustedProxies([])).toBeNull()
})

test('"any" believes whoever is connected, and behind that one only private addresses', () => {
  const isProxy = trustedProxies(['any'])!
  expect(isProxy('203.0.113.9', 0)).toBe(true)
  expect(isProxy('203.0.113.9', 1)).toBe(false)
  expect(isProxy('10.0.0.1', 1)).toBe(true)
})
