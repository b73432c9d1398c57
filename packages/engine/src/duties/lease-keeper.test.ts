import { ManualClock } from '@rota/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ExecutionStore, InstanceRecord } from '../ports/executions.ts'
import type { KnownInstance, Queries } from '../ports/queries.ts'
import { createLeaseKeeper, type LeaseKeeper, leaseTerms } from './lease-keeper.ts'
import { createOwnLease } from './own-lease.ts'
import { createPulse } from './pulse.ts'
import { createSignals } from './signals.ts'

const LEASE_MS = 4000

let clock: ManualClock
let registry: Map<string, KnownInstance>
let regained: number
let isAway: boolean

beforeEach(() => {
  clock = new ManualClock({ startAt: 1_000_000 })
  registry = new Map()
  regained = 0
  isAway = false
})

function keeperOf(id: string, state: InstanceRecord['state'] = 'running', others = true): LeaseKeeper {
  const instance = { id, hostname: 'here', pid: 1, version: '1', startedAt: clock.now() }
  const heartbeat = async (record: InstanceRecord, leaseUntil: number) => {
    if (isAway) throw new Error('away')
    registry.set(record.id, { ...record, leaseUntil })
  }
  const instances = async () => [...registry.values()].sort((a, b) => a.startedAt - b.startedAt)
  const executions = { heartbeat } as unknown as ExecutionStore
  const terms = leaseTerms(LEASE_MS, 30_000)
  return createLeaseKeeper({
    clock,
    lease: createOwnLease(clock, executions, terms),
    terms,
    executions,
    queries: { instances } as unknown as Queries,
    instance,
    report: () => ({ state, running: 2, waiting: 3 }),
    isShared: others,
    pulse: createPulse(clock, () => {}),
    signals: hearing(() => {
      regained++
    }),
  })
}

function hearing(regained: (silentMs: number) => void) {
  const signals = createSignals()
  signals.regained.hear(regained)
  return signals
}

describe('the lease keeper', () => {
  test('renews four times in the time of a lease, and says how the instance does', async () => {
    const keeper = keeperOf('a')
    keeper.start()
    await clock.advance(LEASE_MS)
    expect(registry.get('a')).toMatchObject({ state: 'running', running: 2, waiting: 3 })
    expect(registry.get('a')!.leaseUntil).toBe(clock.now() + LEASE_MS)
    expect(keeper.isSure()).toBe(true)
    await keeper.stop()
  })

  test('is not sure of the lease any more before others may think that it has ended', async () => {
    const keeper = keeperOf('a')
    await keeper.renew()
    const { leaseUntil } = registry.get('a')!
    isAway = true
    await clock.advance(LEASE_MS * 0.9 - 1)
    expect(keeper.isSure()).toBe(true)
    await clock.advance(1)
    expect(keeper.isSure()).toBe(false)
    expect(clock.now()).toBeLessThan(leaseUntil)
  })

  test('tells when it has the lease again after a gap', async () => {
    const keeper = keeperOf('a')
    await keeper.renew()
    expect(regained).toBe(0)
    await clock.advance(LEASE_MS - 500)
    await keeper.renew()
    expect(regained).toBe(0)
    await clock.advance(LEASE_MS)
    await keeper.renew()
    expect(regained).toBe(1)
  })

  test('judges nobody before it has kept its own lease for the length of one, also after a gap', async () => {
    const keeper = keeperOf('a')
    keeper.start()
    await clock.advance(LEASE_MS - 1)
    expect(keeper.mayJudge()).toBe(false)
    await clock.advance(1)
    expect(keeper.mayJudge()).toBe(true)
    isAway = true
    await clock.advance(LEASE_MS)
    expect(keeper.mayJudge()).toBe(false)
    isAway = false
    await clock.advance(LEASE_MS)
    expect(keeper.mayJudge()).toBe(false)
    await clock.advance(LEASE_MS)
    expect(keeper.mayJudge()).toBe(true)
    await keeper.stop()
  })

  test('takes nobody for gone who is heard of, however the clocks stand, but whoever stays silent', async () => {
    const keeper = keeperOf('a')
    keeper.start()
    await clock.advance(LEASE_MS)
    const other = { ...registry.get('a')!, id: 'b', startedAt: 0, leaseUntil: 1 }
    for (let beat = 1; beat <= 3; beat++) {
      // By the clock of this instance the other's lease has ended long ago; it renews it all the same.
      registry.set('b', { ...other, heartbeatAt: beat })
      await clock.advance(LEASE_MS / 2)
      expect(keeper.mayJudge()).toBe(false)
    }
    await clock.advance(LEASE_MS)
    expect(keeper.mayJudge()).toBe(true)
    await keeper.stop()
  })

  test('knows its place among those that run: the ones that drain, stopped or are gone do not count', async () => {
    const names = ['first', 'draining', 'gone', 'stopped', 'last']
    const keepers = new Map<string, LeaseKeeper>()
    for (const name of names) {
      keepers.set(name, keeperOf(name, name === 'draining' ? 'draining' : 'running'))
      await keepers.get(name)!.renew()
      await clock.advance(10)
    }
    await keepers.get('stopped')!.resign()
    await clock.advance(LEASE_MS - 20)
    for (const name of ['first', 'draining', 'last']) await keepers.get(name)!.renew()
    expect(keepers.get('first')!.standing).toBe(0)
    expect(keepers.get('last')!.standing).toBe(1)
  })

  test('of a store that nobody else can open is always sure', async () => {
    const keeper = keeperOf('only', 'running', false)
    expect(keeper.isSure()).toBe(true)
    await keeper.renew()
    await clock.advance(LEASE_MS * 10)
    expect(keeper.isSure()).toBe(true)
  })

  describe('whose lease a thread renews', () => {
    const lease = { renew: async () => {}, askedAt: 0, lapses: 0, stop: async () => {} }
    function keeperOnThread() {
      lease.askedAt = clock.monotonic()
      lease.lapses = 0
      return createLeaseKeeper({
        clock,
        lease,
        terms: leaseTerms(LEASE_MS, 30_000),
        executions: {} as never,
        queries: { instances: async () => [...registry.values()] } as unknown as Queries,
        instance: { id: 'a', hostname: 'here', pid: 1, version: '1', startedAt: 0 },
        report: () => ({ state: 'running', running: 0, waiting: 0 }),
        isShared: true,
        pulse: createPulse(clock, () => {}),
        signals: hearing((silentMs) => {
          regained += silentMs
        }),
      })
    }

    test('is sure of what the thread has renewed while its loop stood still', async () => {
      const keeper = keeperOnThread()
      await keeper.renew()
      await clock.advance(10_000)
      lease.askedAt = clock.monotonic() - 500
      expect(keeper.isSure()).toBe(true)
      expect(regained).toBe(0)
    })

    test('is not sure after a gap, though the lease lasts, before it has given back what it held', async () => {
      const keeper = keeperOnThread()
      await keeper.renew()
      await clock.advance(10_000)
      lease.askedAt = clock.monotonic()
      lease.lapses = 1
      expect(keeper.isSure()).toBe(false)
      await keeper.renew()
      expect(keeper.isSure()).toBe(true)
      expect(regained).toBe(10_000)
    })

    test('judges nobody by what it knew of others before its loop stood still', async () => {
      const keeper = keeperOnThread()
      registry.set('b', { leaseUntil: 0, heartbeatAt: 1, id: 'b', state: 'running' } as KnownInstance)
      await keeper.renew()
      await clock.advance(LEASE_MS * 2)
      lease.askedAt = clock.monotonic()
      expect(keeper.mayJudge()).toBe(false)
      await keeper.renew()
      expect(keeper.mayJudge()).toBe(true)
    })
  })
})
