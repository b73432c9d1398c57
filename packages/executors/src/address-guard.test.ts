import { describe, expect, test } from 'vitest'
import { AddressGuard, hostRuleProblem } from './address-guard.ts'

const closed = new AddressGuard([], [])

describe('AddressGuard', () => {
  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.1.1.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::808:808',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('refuses %s', (address) => {
    expect(closed.problem('host.example', [address])).toContain('is not public')
  })

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '198.20.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('lets %s pass', (address) => {
    expect(closed.problem('host.example', [address])).toBeNull()
  })

  test('refuses a host when one of its addresses is bad, and one without any', () => {
    expect(closed.problem('host.example', ['8.8.8.8', '127.0.0.1'])).toContain('127.0.0.1')
    expect(closed.problem('host.example', [])).toContain('has no address')
    expect(closed.problem('host.example', ['not an address'])).toContain('is not an address')
  })

  test('refuses the names of metadata services wherever they lead', () => {
    expect(closed.problem('metadata.google.internal', ['8.8.8.8'])).toContain('metadata')
    expect(closed.problem('METADATA.GOOGLE.INTERNAL.', ['8.8.8.8'])).toContain('metadata')
  })

  test('opens what is allowed, by network, address, name or domain, and nothing beside it', () => {
    const guard = new AddressGuard(['10.1.0.0/16', 'fd12::/16', 'intranet', '*.corp.example'], [])
    expect(guard.problem('x', ['10.1.2.3'])).toBeNull()
    expect(guard.problem('x', ['10.2.2.3'])).not.toBeNull()
    expect(guard.problem('x', ['fd12::5'])).toBeNull()
    expect(guard.problem('Intranet', ['127.0.0.1'])).toBeNull()
    expect(guard.problem('a.b.corp.example', ['10.9.9.9'])).toBeNull()
    expect(guard.problem('corp.example', ['10.9.9.9'])).not.toBeNull()
    expect(guard.problem('evilcorp.example', ['10.9.9.9'])).not.toBeNull()
  })

  test('closes what is denied, also where it is allowed', () => {
    const guard = new AddressGuard(['10.0.0.0/8', '*.example'], ['10.0.0.7', '8.8.8.0/24', 'bad.example'])
    expect(guard.problem('x', ['10.0.0.7'])).toContain('denied')
    expect(guard.problem('ok.example', ['10.0.0.7'])).toContain('denied')
    expect(guard.problem('x', ['8.8.8.8'])).toContain('denied')
    expect(guard.problem('bad.example', ['1.1.1.1'])).toContain('denied')
  })
})

describe('the rules of allow and deny lists', () => {
  test.each(['10.0.0.0/8', '::1', 'fe80::/10', 'localhost', 'a-b.example', '*.example.com'])('accept %s', (rule) => {
    expect(hostRuleProblem(rule)).toBeNull()
  })

  test.each(['10.0.0.0/33', '10.0.0.0/x', '::/129', '10.0.0.0/8/8', 'http://x', '*', '*.*', 'a b', '', '-x'])(
    'refuse %j',
    (rule) => {
      expect(hostRuleProblem(rule)).not.toBeNull()
    },
  )
})
