import { describe, expect, test } from 'vitest'
import type { FieldError } from '../errors.ts'
import { ABBREVIATIONS, PLACES } from './zone-guesses.ts'
import { processZone, resolveZone, storedZone } from './zone-name.ts'

const offered = (name: string) => {
  const zone = resolveZone(name)
  return typeof zone === 'string' ? `taken as ${zone}` : zone.suggestion
}

describe('a zone', () => {
  test.each([
    'Europe/Berlin',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'US/Eastern',
    'America/Argentina/Buenos_Aires',
    'Etc/GMT-8',
    'UTC',
    'GMT',
    'Japan',
    'CET',
    'EST5EDT',
    '+08:00',
    '-03:30',
    '+0800',
  ])('is %s', (name) => {
    expect(resolveZone(name)).toBe(name)
  })

  test.each([
    ['BST', 'Europe/London'],
    ['bst', 'Europe/London'],
    ['IST', 'Asia/Kolkata'],
    ['CST', 'America/Chicago'],
    ['EST', 'America/New_York'],
    ['MST', 'America/Denver'],
    ['PST', 'America/Los_Angeles'],
    ['AST', 'America/Halifax'],
    ['JST', 'Asia/Tokyo'],
    ['Asia/Beijing', 'Asia/Shanghai'],
    ['北京', 'Asia/Shanghai'],
    ['China Standard Time', 'Asia/Shanghai'],
    ['UTC+8', '+08:00'],
    ['GMT+8', '+08:00'],
    ['+8', '+08:00'],
    ['utc-3:30', '-03:30'],
    ['UTC+0', 'UTC'],
    ['Z', 'UTC'],
    [':Asia/Tokyo', 'Asia/Tokyo'],
    ['/usr/share/zoneinfo/Asia/Tokyo', 'Asia/Tokyo'],
    ['posix/Asia/Tokyo', 'Asia/Tokyo'],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 'Europe/Berlin'],
    ['Asia/Shangai', 'Asia/Shanghai'],
    ['UTC+99', undefined],
    ['XYZ', undefined],
    ['SystemV/PST8PDT', undefined],
    ['Etc/Unknown', undefined],
  ])('is not %s, which offers %s', (name, zone) => {
    expect(offered(name)).toBe(zone)
  })

  test('with several meanings names them all', () => {
    expect((resolveZone('BST') as FieldError).message).toBe(
      '"BST" stands for several time zones; write the one that is meant: Europe/London, Asia/Dhaka, Pacific/Bougainville.',
    )
  })

  test('that is offered is a zone, whatever was written', () => {
    for (const zones of Object.values(ABBREVIATIONS)) for (const zone of zones) expect(resolveZone(zone)).toBe(zone)
    for (const zone of Object.values(PLACES)) expect(resolveZone(zone)).toBe(zone)
  })

  test('that was stored when more was accepted is still read', () => {
    expect(storedZone('BST')).toBe('BST')
    expect(storedZone('EST')).toBe('EST')
    expect(storedZone('Nowhere')).toMatchObject({ path: 'timezone' })
  })
})

describe('the zone of a process', () => {
  test.each([
    [undefined, 'Europe/Berlin', 'Europe/Berlin'],
    [undefined, 'Etc/Unknown', 'UTC'],
    ['', 'Europe/Berlin', 'UTC'],
    [':Asia/Tokyo', 'UTC', 'Asia/Tokyo'],
    ['/usr/share/zoneinfo/Asia/Tokyo', 'UTC', 'Asia/Tokyo'],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 'UTC', null],
    ['BST', 'Asia/Dhaka', null],
  ])('with TZ %j on a machine in %s is %s', (tz, machine, zone) => {
    expect(processZone(tz, machine)).toBe(zone)
  })
})
