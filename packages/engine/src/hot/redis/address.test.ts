import { describe, expect, test } from 'vitest'
import { readAddress } from './address.ts'

describe('the address of a Redis', () => {
  test('is a server, with what lets us in, its database and TLS', () => {
    expect(readAddress('rediss://ann:p%40ss@redis.example:7000/3')).toEqual({
      ...{ seats: [{ host: 'redis.example', port: 7000 }], isCluster: false, username: 'ann', password: 'p@ss' },
      ...{ db: 3, hasTls: true, shown: 'rediss://redis.example:7000/3' },
    })
    expect(readAddress('redis://[::1]')).toMatchObject({ seats: [{ host: '::1', port: 6379 }], db: 0, username: null })
  })

  test('is a cluster, by one of its servers or more', () => {
    expect(readAddress('redis+cluster://:secret@a:7000,b,[::1]:7002/')).toEqual({
      seats: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
        { host: '::1', port: 7002 },
      ],
      ...{ isCluster: true, username: null, password: 'secret', db: 0, hasTls: false },
      shown: 'redis+cluster://a:7000,b:6379,[::1]:7002',
    })
    expect(readAddress('rediss+cluster://a')).toMatchObject({ isCluster: true, hasTls: true })
  })

  test.each([
    ['http://a', /It is no URL such as/],
    ['redis:a', /It is no URL such as/],
    ['redis://', /It is no URL such as/],
    ['redis+cluster://a,,b', /It is no URL such as/],
    ['redis+cluster://a:x', /It is no URL such as/],
    [`redis+cluster://${'a,'.repeat(40)}a`, /It is no URL such as/],
    ['redis://a/one', /is not the number of a database/],
    ['redis+cluster://a/1', /is not the number of a database/],
  ])('%s is none', (url, message) => {
    expect(() => readAddress(url)).toThrow(message)
  })
})
