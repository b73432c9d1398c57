import { readFileSync } from 'node:fs'
import { systemClock } from '@rota/core'
import { amount } from '@rota/testkit/amount'
import { type FuzzReport, fuzzReservations, type Inspected } from '@rota/testkit/contracts'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reservations } from '../../ports/reservations.ts'
import { openRedisHot } from './open.ts'
import { createRedisReservations } from './reservations.ts'
import type { ScriptName } from './scripts.ts'
import { dropKeys, newPrefix, plainClient, withRedis } from './testing/server.ts'

const CONNECTIONS = 8
const OPERATIONS = amount({ short: 4_000, long: 80_000 })
const OPERATIONS_OF_MUTANTS = amount({ short: 2_000, long: 8_000 })
/** Without these a run would show little. */
const MET = [
  ...['reserve: full', 'commit: EXPIRED', 'commit: dup', 'commit: epoch', 'release: dup', 'release: fenced'],
  ...['beat: lost', 'register: kept'],
]
const IN_ORDER = {
  ...{ overCapacity: 0, negative: 0, drift: 0, leftOver: 0 },
  ...{ fenceChanged: 0, fenceIgnored: 0, revived: 0 },
}

/** Counters and what they count, in one instant. */
const INSPECT = `
local cap = redis.call('HMGET', KEYS[1], 'max', 'running', 'reserved')
local function sum(key)
  local total = 0
  for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do total = total + tonumber(string.match(member, '^%d+')) end
  return total
end
return { tonumber(cap[1]), tonumber(cap[2]), tonumber(cap[3]), sum(KEYS[3]), sum(KEYS[2]) }`

const textOf = (script: ScriptName) => readFileSync(new URL(`./scripts/${script}.lua`, import.meta.url), 'utf8')

/** A shipped script with a fault; each piece that is replaced must be there. */
function broken(script: ScriptName, faults: readonly (readonly [piece: string, instead: string])[]): string {
  let text = textOf(script)
  for (const [piece, instead] of faults) {
    if (!text.includes(piece)) throw new Error(`${script} has no ${piece}`)
    text = text.replace(piece, instead)
  }
  return text
}

withRedis('Redis: the accounting of room', (url) => {
  const prefix = newPrefix()
  let client: Redis
  beforeAll(() => {
    client = plainClient(url)
  })
  afterAll(async () => {
    client.disconnect()
    await dropKeys(url, prefix)
  })

  async function inspector(own: string) {
    return async (node: string): Promise<Inspected> => {
      const keys = ['cap', 'exp', 'run'].map((part) => `${own}node:{${node}}:${part}`)
      const counted = (await client.eval(INSPECT, 3, ...keys)) as number[]
      const [capacity, running, reserved, sumRunning, sumReserved] = counted as [number, number, number, number, number]
      return { capacity, running, reserved, sumRunning, sumReserved }
    }
  }

  async function fuzz(connections: readonly Reservations[], own: string, operations: number): Promise<FuzzReport> {
    return fuzzReservations({
      connections,
      seed: 13,
      operations,
      inspect: await inspector(own),
      now: () => systemClock.monotonic(),
      pause: () => Promise.resolve(),
      passTime: (ms) => new Promise((resolve) => systemClock.after(ms, resolve)),
    })
  }

  test('holds under races of expiry, repetition and wrong fences on several connections', async () => {
    const own = `${prefix}whole:`
    const parts = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => openRedisHot({ url, prefix: own, clock: systemClock })),
    )
    const rooms = parts.map(({ reservations }) => reservations)
    const { findings, answers } = await fuzz(rooms, own, OPERATIONS)
    for (const it of parts) await it.close()
    expect(findings).toEqual(IN_ORDER)
    for (const met of MET) expect(answers[met], met).toBeGreaterThan(0)
  })

  describe('a fault in a script is noticed:', () => {
    async function fuzzWith(name: string, mutants: Partial<Record<ScriptName, string>>): Promise<FuzzReport> {
      const own = `${prefix}${name}:`
      const clients = Array.from({ length: CONNECTIONS }, () => plainClient(url))
      const rooms = clients.map((connection) =>
        createRedisReservations(
          {
            key: (key) => own + key,
            run: <T>(script: ScriptName, keys: readonly string[], args: readonly (string | number)[]) =>
              connection.eval(mutants[script] ?? textOf(script), keys.length, ...keys, ...args) as Promise<T>,
            isOneServer: true,
            publish() {},
            subscribe: () => () => {},
          },
          systemClock,
        ),
      )
      const report = await fuzz(rooms, own, OPERATIONS_OF_MUTANTS)
      for (const it of rooms) it.close()
      for (const connection of clients) connection.disconnect()
      return report
    }

    test('the same scripts without one are in order', async () => {
      expect((await fuzzWith('plain', {})).findings).toEqual(IN_ORDER)
    })

    test('a release that trusts the state field counts down twice', async () => {
      const held = "local held = redis.call('ZREM', KEYS[3], member)"
      const ran = "local ran = held == 0 and redis.call('ZREM', KEYS[4], member) or 0"
      const mutant = broken('release-room', [
        [held, `${held}\nheld = known[1] == 'RESERVED' and 1 or 0`],
        [ran, `redis.call('ZREM', KEYS[4], member)\nlocal ran = known[1] == 'COMMITTED' and 1 or 0`],
      ])
      const { findings } = await fuzzWith('trusting', { 'release-room': mutant })
      expect(findings.negative).toBeGreaterThan(0)
      expect(findings.drift).toBeGreaterThan(0)
      expect(findings.leftOver).toBeGreaterThan(0)
    })

    test('a release or a commitment that asks for no fence takes a wrong one', async () => {
      const check: [string, string] = ["if known[3] ~= ARGV[2] and known[3] ~= '*' then return { 'FENCED' } end", '']
      for (const script of ['release-room', 'commit-room'] as const) {
        const { findings } = await fuzzWith(`fenceless-${script}`, { [script]: broken(script, [check]) })
        expect(findings.fenceIgnored).toBeGreaterThan(0)
      }
    })

    test('a commitment that minds no deadline revives a hold that is over', async () => {
      const mutant = broken('commit-room', [['or tonumber(till) <= now ', '']])
      const { findings } = await fuzzWith('late', { 'commit-room': mutant })
      expect(findings.revived).toBeGreaterThan(0)
    })

    test('a commitment that does not look whether it is still held gives the same room twice', async () => {
      const mutant = broken('commit-room', [
        ["if not till or tonumber(till) <= now then return { 'GONE', 'EXPIRED' } end", ''],
        [
          "if redis.call('ZREM', KEYS[3], member) ~= 1 then return { 'GONE', 'EXPIRED' } end",
          "redis.call('ZREM', KEYS[3], member)",
        ],
      ])
      const { findings } = await fuzzWith('blind', { 'commit-room': mutant })
      expect(findings.overCapacity).toBeGreaterThan(0)
    })

    test('a reservation that repeats itself changes its fence', async () => {
      const mutant = broken('reserve-room', [['if known[1] then', 'if false then']])
      const { findings } = await fuzzWith('repeating', { 'reserve-room': mutant })
      expect(findings.fenceChanged).toBeGreaterThan(0)
    })
  })
})
