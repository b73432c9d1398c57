// Long because: one suite says everything that holds for room on nodes, so that the adapters cannot differ in a verb.
import type { NodeLease } from '@rota/core'
import type { HotParts, NodeDelta, NodeJoin, Reservations, ReserveRequest } from '@rota/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HotAdapter, type OpenHot, until } from './hot-adapter.ts'

const LONG_MS = 60_000
const SHORT_MS = 30
const USAGE = { cpu: 0.25, memory: 0.5, disk: null, gpu: null }
const HOLDER = { tenantId: null, executionId: 'execution', attempt: 1, instance: 'instance' }
const NODE = 'n1'

const joining = (changed: Partial<NodeJoin> = {}): NodeJoin => ({
  ...{ node: NODE, capacity: 2, state: 'ready', stateReason: 'new', running: [] },
  ...{ runTtlMs: LONG_MS, era: 1, isRecovering: false },
  ...changed,
})
const asking = (lease: string, changed: Partial<ReserveRequest> = {}): ReserveRequest => ({
  ...{ node: NODE, lease, slots: 1, ttlMs: LONG_MS, epoch: null, holder: HOLDER },
  ...changed,
})
const inHand = (lease: string): NodeLease => ({ executionId: 'execution', fence: 1, lease })

/** Room on nodes: what each verb does, and that it does it once. */
export function reservationRules(adapter: HotAdapter): void {
  describe(`${adapter.name}: room on nodes`, () => {
    let hot: OpenHot
    let parts: HotParts
    let rooms: Reservations
    beforeEach(async () => {
      hot = await adapter.open()
      parts = await hot.join()
      rooms = parts.reservations
    })
    afterEach(() => hot.close())

    async function held(lease: string, changed: Partial<ReserveRequest> = {}) {
      const answer = await rooms.reserve(asking(lease, changed))
      if (answer.outcome !== 'ok') throw new Error(`${lease} was not reserved: ${answer.outcome}`)
      return { node: NODE, lease, fence: answer.fence }
    }
    async function running(lease: string, runTtlMs = LONG_MS) {
      const ref = await held(lease)
      expect(await rooms.commit(ref, runTtlMs)).toEqual({ outcome: 'ok', isNew: true })
      return ref
    }
    const beat = (leases: readonly string[], changed: { epoch?: number; ackTimeoutMs?: number } = {}) =>
      rooms.beat({
        ...{ node: NODE, epoch: 1, usage: USAGE, running: leases.map(inHand), runTtlMs: LONG_MS, ackTimeoutMs: 0 },
        ...changed,
      })
    async function counts(node = NODE) {
      const [load] = await rooms.loads([node])
      return [load!.running, load!.reserved]
    }
    const expiry = (ref: { lease: string }) =>
      until(hot, 'end of a hold', async () => (await rooms.reserve(asking(ref.lease))).outcome === 'gone')

    describe('holding', () => {
      test('slots are held until there are none, and the answer says how many are left', async () => {
        await rooms.register(joining({ capacity: 3 }))
        expect(await rooms.reserve(asking('a', { slots: 2 }))).toMatchObject({ outcome: 'ok', free: 1 })
        expect(await rooms.reserve(asking('b', { slots: 2 }))).toEqual({ outcome: 'full', free: 1 })
        expect(await rooms.reserve(asking('c'))).toMatchObject({ outcome: 'ok', free: 0 })
        expect(await rooms.reserve(asking('d'))).toEqual({ outcome: 'full', free: 0 })
        expect(await counts()).toEqual([0, 3])
      })

      test('the same lease again gets the same fence and no second hold, whatever has become of the node', async () => {
        await rooms.register(joining({ capacity: 1 }))
        const first = await rooms.reserve(asking('a'))
        await rooms.setState(NODE, 'draining', 'asked for', null)
        expect(await rooms.reserve(asking('a'))).toEqual(first)
        expect(await counts()).toEqual([0, 1])
      })

      test('a lease that runs answers a late repetition of its reservation', async () => {
        await rooms.register(joining())
        const { fence } = await running('a')
        expect(await rooms.reserve(asking('a'))).toEqual({ outcome: 'ok', fence, free: 1 })
        expect(await counts()).toEqual([1, 0])
      })

      test('a name that has ended is not used again', async () => {
        await rooms.register(joining())
        await rooms.release(await held('a'))
        expect(await rooms.reserve(asking('a'))).toEqual({ outcome: 'gone' })
        await expiry(await held('b', { ttlMs: SHORT_MS }))
        expect(await counts()).toEqual([0, expect.any(Number)])
      })

      test('fences grow, those of a later era above all before, exactly', async () => {
        await rooms.register(joining({ era: 1_000_000 }))
        const [one, two] = [BigInt((await held('a')).fence), BigInt((await held('b')).fence)]
        expect(two).toBe(one + 1n)
        expect(one / 2n ** 32n).toBe(1_000_000n)
        await rooms.register(joining({ era: 1_000_001 }))
        expect(BigInt((await held('c')).fence) / 2n ** 32n).toBe(1_000_001n)
      })

      test('an earlier era takes nothing back', async () => {
        await rooms.register(joining({ era: 7 }))
        await rooms.register(joining({ era: 3 }))
        expect(BigInt((await held('a')).fence) / 2n ** 32n).toBe(7n)
      })

      test('a node that drains, is offline or unknown takes nothing, a degraded one does', async () => {
        expect(await rooms.reserve(asking('a'))).toEqual({ outcome: 'no_node' })
        await rooms.register(joining({ state: 'draining' }))
        expect(await rooms.reserve(asking('a'))).toEqual({ outcome: 'not_ready', state: 'draining' })
        await rooms.setState(NODE, 'offline', 'silent', null)
        expect(await rooms.reserve(asking('a'))).toEqual({ outcome: 'not_ready', state: 'offline' })
        await rooms.setState(NODE, 'degraded', 'busy', null)
        expect(await rooms.reserve(asking('a'))).toMatchObject({ outcome: 'ok' })
      })

      test('who expects another incarnation is told which it is', async () => {
        await rooms.register(joining())
        await rooms.register(joining())
        expect(await rooms.reserve(asking('a', { epoch: 1 }))).toEqual({ outcome: 'epoch', epoch: 2 })
        expect(await rooms.reserve(asking('a', { epoch: 2 }))).toMatchObject({ outcome: 'ok' })
      })

      test('what is over makes room by itself', async () => {
        await rooms.register(joining({ capacity: 1 }))
        await held('a', { ttlMs: SHORT_MS })
        expect(await rooms.reserve(asking('b'))).toEqual({ outcome: 'full', free: 0 })
        await until(hot, 'room', async () => (await rooms.reserve(asking('b'))).outcome === 'ok')
        expect(await counts()).toEqual([0, 1])
      })
    })

    describe('running', () => {
      test('a commitment moves the slots once', async () => {
        await rooms.register(joining())
        const ref = await held('a', { slots: 2 })
        expect(await rooms.commit(ref, LONG_MS)).toEqual({ outcome: 'ok', isNew: true })
        expect(await rooms.commit(ref, LONG_MS)).toEqual({ outcome: 'ok', isNew: false })
        expect(await counts()).toEqual([2, 0])
      })

      test('a late acknowledgement revives nothing, swept or not', async () => {
        await rooms.register(joining({ capacity: 1 }))
        const late = await held('a', { ttlMs: SHORT_MS })
        await expiry(late)
        expect(await rooms.commit(late, LONG_MS)).toEqual({ outcome: 'gone', how: 'EXPIRED' })
        await running('b')
        expect(await rooms.commit(late, LONG_MS)).toEqual({ outcome: 'gone', how: 'EXPIRED' })
        expect(await counts()).toEqual([1, 0])
      })

      test('what was released cannot be committed', async () => {
        await rooms.register(joining())
        const ref = await held('a')
        await rooms.release(ref)
        expect(await rooms.commit(ref, LONG_MS)).toEqual({ outcome: 'gone', how: 'RELEASED' })
      })

      test('what was lost cannot be committed again', async () => {
        await rooms.register(joining())
        const ref = await running('a')
        await rooms.register(joining())
        expect(await rooms.commit(ref, LONG_MS)).toEqual({ outcome: 'gone', how: 'LOST' })
      })

      test('a hold on an earlier incarnation is void', async () => {
        await rooms.register(joining())
        const ref = await held('a')
        await rooms.register(joining())
        expect(await counts()).toEqual([0, 0])
        expect(await rooms.commit(ref, LONG_MS)).toEqual({ outcome: 'epoch' })
      })

      test('a wrong fence changes nothing', async () => {
        await rooms.register(joining())
        const ref = await held('a')
        const stale = { ...ref, fence: String(BigInt(ref.fence) - 1n) }
        expect(await rooms.commit(stale, LONG_MS)).toEqual({ outcome: 'fenced' })
        expect(await rooms.release(stale)).toEqual({ outcome: 'fenced' })
        await rooms.commit(ref, LONG_MS)
        expect(await rooms.release(stale)).toEqual({ outcome: 'fenced' })
        expect(await counts()).toEqual([1, 0])
      })

      test('nobody knows a lease that was never made', async () => {
        await rooms.register(joining())
        const ref = { node: NODE, lease: 'never', fence: '1' }
        expect(await rooms.commit(ref, LONG_MS)).toEqual({ outcome: 'unknown' })
        expect(await rooms.release(ref)).toEqual({ outcome: 'unknown' })
        expect(await rooms.release({ ...ref, node: 'nowhere' })).toEqual({ outcome: 'unknown' })
      })

      test('slots are given back once, held or running', async () => {
        await rooms.register(joining({ capacity: 3 }))
        for (const ref of [await held('a'), await running('b')]) {
          expect(await rooms.release(ref)).toEqual({ outcome: 'ok', isNew: true })
          expect(await rooms.release(ref)).toEqual({ outcome: 'ok', isNew: false })
        }
        expect(await counts()).toEqual([0, 0])
      })

      test('releasing what has expired takes nothing from others', async () => {
        await rooms.register(joining({ capacity: 1 }))
        const over = await held('a', { ttlMs: SHORT_MS })
        await until(hot, 'room', async () => (await rooms.reserve(asking('b'))).outcome === 'ok')
        expect(await rooms.release(over)).toEqual({ outcome: 'ok', isNew: false })
        expect(await counts()).toEqual([0, 1])
      })

      test('a sweep ends what is over, of runs it says which', async () => {
        await rooms.register(joining({ capacity: 4 }))
        await held('held', { ttlMs: SHORT_MS })
        await running('silent', SHORT_MS)
        await running('long')
        const swept = { holds: 0, runs: [] as string[] }
        await until(hot, 'end of both', async () => {
          const { holds, runs } = await rooms.sweep(NODE, 10)
          swept.holds += holds
          swept.runs.push(...runs)
          return swept.holds + swept.runs.length === 2
        })
        expect(swept).toEqual({ holds: 1, runs: ['silent'] })
        expect(await rooms.sweep(NODE, 10)).toEqual({ holds: 0, runs: [] })
        expect(await counts()).toEqual([1, 0])
      })
    })

    describe('heartbeats', () => {
      test('say how a node does', async () => {
        await rooms.register(joining())
        expect((await rooms.loads([NODE]))[0]).toMatchObject({ beatAt: null, state: 'ready', stateReason: 'new' })
        expect(await beat([])).toEqual({ outcome: 'ok', drop: [], lost: [] })
        const [load] = await rooms.loads([NODE])
        expect(load).toMatchObject({ usage: USAGE, capacity: 2, epoch: 1 })
        expect(load!.beatAt).toBeGreaterThan(1_000_000_000_000)
      })

      test('of an unknown node, or of an earlier incarnation, say to register', async () => {
        expect(await beat([])).toEqual({ outcome: 'no_node' })
        await rooms.register(joining())
        await rooms.register(joining())
        expect(await beat([], { epoch: 1 })).toEqual({ outcome: 'epoch', epoch: 2 })
      })

      test('renew what runs', async () => {
        await rooms.register(joining())
        await running('a', SHORT_MS)
        await beat(['a'])
        for (let i = 0; i < 20; i++) await hot.passTime()
        expect(await rooms.sweep(NODE, 10)).toEqual({ holds: 0, runs: [] })
      })

      test('stop what nobody knows, or what has ended, and leave what is yet to be acknowledged', async () => {
        await rooms.register(joining({ capacity: 4 }))
        await held('held')
        await running('runs')
        await rooms.release(await running('ended'))
        const answer = await beat(['held', 'unknown', 'runs', 'ended'])
        expect(answer).toEqual({ outcome: 'ok', drop: [inHand('unknown'), inHand('ended')], lost: [] })
        expect(await counts()).toEqual([1, 1])
      })

      test('lose what they leave out twice, once it is older than an acknowledgement may take', async () => {
        await rooms.register(joining())
        const ref = await running('a')
        await hot.passTime()
        expect(await beat([])).toMatchObject({ lost: [] })
        expect(await beat([], { ackTimeoutMs: LONG_MS })).toMatchObject({ lost: [] })
        await hot.passTime()
        expect(await beat([])).toMatchObject({ lost: ['a'] })
        expect(await counts()).toEqual([0, 0])
        expect(await rooms.release(ref)).toEqual({ outcome: 'ok', isNew: false })
        expect(await beat(['a'])).toMatchObject({ drop: [inHand('a')] })
      })

      test('forgive what they leave out once', async () => {
        await rooms.register(joining())
        await running('a')
        for (const leases of [[], ['a'], [], ['a']]) {
          await hot.passTime()
          expect(await beat(leases)).toEqual({ outcome: 'ok', drop: [], lost: [] })
        }
        expect(await counts()).toEqual([1, 0])
      })
    })

    describe('registering anew', () => {
      test('keeps what the node runs and is known, and says what to stop and what is lost', async () => {
        await rooms.register(joining({ capacity: 4 }))
        await running('kept')
        await running('lost')
        await held('void')
        await held('begun')
        const said = ['kept', 'begun', 'unknown'].map(inHand)
        expect(await rooms.register(joining({ capacity: 5, running: said }))).toEqual({
          ...{ epoch: 2, keep: [inHand('kept'), inHand('begun')], drop: [inHand('unknown')], lost: ['lost'] },
        })
        expect(await counts()).toEqual([2, 0])
        expect((await rooms.loads([NODE]))[0]!.capacity).toBe(5)
        expect(await rooms.verify(NODE)).toBe(0)
      })

      test('an acknowledgement of what was kept comes to nothing new', async () => {
        await rooms.register(joining())
        const ref = await held('a')
        await rooms.register(joining({ running: [inHand('a')] }))
        expect(await rooms.commit(ref, LONG_MS)).toEqual({ outcome: 'ok', isNew: false })
        expect(await rooms.release(ref)).toEqual({ outcome: 'ok', isNew: true })
        expect(await counts()).toEqual([0, 0])
      })

      test('after everything was forgotten takes up what nodes run, and whoever holds it can end it', async () => {
        const running = [inHand('a'), inHand('b')]
        const joined = await rooms.register(joining({ era: 2, capacity: 2, isRecovering: true, running }))
        expect(joined).toMatchObject({ keep: running, drop: [] })
        expect(await rooms.reserve(asking('c'))).toEqual({ outcome: 'full', free: 0 })
        const old = { node: NODE, lease: 'a', fence: '4294967297' }
        expect(await rooms.commit(old, LONG_MS)).toEqual({ outcome: 'ok', isNew: false })
        expect(await rooms.release(old)).toEqual({ outcome: 'ok', isNew: true })
        expect(await rooms.release(old)).toEqual({ outcome: 'ok', isNew: false })
        expect(await counts()).toEqual([1, 0])
      })

      test('what is known to have ended is not taken up, forgotten or not', async () => {
        await rooms.register(joining())
        await rooms.release(await running('a'))
        const joined = await rooms.register(joining({ running: [inHand('a')], isRecovering: true }))
        expect(joined).toMatchObject({ keep: [], drop: [inHand('a')] })
      })

      test('is an incarnation above the last one that is remembered elsewhere', async () => {
        expect(await rooms.register(joining({ lastEpoch: 7 }))).toMatchObject({ epoch: 8 })
        expect(await rooms.register(joining({ lastEpoch: 3 }))).toMatchObject({ epoch: 9 })
      })

      test('numbers go on although the node was removed meanwhile', async () => {
        await rooms.register(joining())
        const before = await held('a')
        await rooms.remove(NODE)
        expect(await rooms.loads([NODE])).toEqual([null])
        expect(await rooms.reserve(asking('b'))).toEqual({ outcome: 'no_node' })
        expect(await rooms.register(joining())).toMatchObject({ epoch: 2 })
        expect(await counts()).toEqual([0, 0])
        expect(BigInt((await held('b')).fence)).toBeGreaterThan(BigInt(before.fence))
      })
    })

    describe('the whole', () => {
      test('a leader of an earlier term says nothing more about a node', async () => {
        await rooms.register(joining())
        expect(await rooms.setState(NODE, 'draining', 'by the second', 2)).toBe(true)
        expect(await rooms.setState(NODE, 'offline', 'by the first', 1)).toBe(false)
        expect(await rooms.setState('nowhere', 'ready', '', null)).toBe(false)
        expect((await rooms.loads([NODE]))[0]).toMatchObject({ state: 'draining', stateReason: 'by the second' })
      })

      test('the era is the highest that was set', async () => {
        expect(await rooms.era()).toBeNull()
        await rooms.setEra(4)
        await rooms.setEra(3)
        expect(await rooms.era()).toBe(4)
      })

      test('a pool’s turns are counted once for all instances', async () => {
        const other = (await hot.join()).reservations
        const turns = [
          await rooms.ticket('p'),
          await other.ticket('p'),
          await rooms.ticket('p'),
          await other.ticket('q'),
        ]
        expect(turns).toEqual([1, 2, 3, 1])
      })

      test('all instances see the same room, and hear of its changes', async () => {
        const other = (await hot.join()).reservations
        const heard: NodeDelta[][] = [[], []]
        const stop = rooms.onDelta((delta) => heard[0]!.push(delta))
        other.onDelta((delta) => heard[1]!.push(delta))
        await until(hot, 'word of a change to both', async () => {
          await rooms.register(joining())
          return heard.every((deltas) => deltas.length > 0)
        })
        await held('a')
        for (const deltas of heard) await until(hot, 'word of the hold', () => deltas.at(-1)!.reserved === 1)
        const [load] = await other.loads([NODE])
        const { node, epoch, version, running, reserved, capacity, state } = load!
        expect(heard[1]!.at(-1)).toEqual({ node, epoch, version, running, reserved, capacity, state })
        stop()
        const before = heard[0]!.length
        await rooms.release({ node: NODE, lease: 'a', fence: '0' })
        await held('b')
        await until(hot, 'word of the second hold', () => heard[1]!.at(-1)!.reserved === 2)
        expect(heard[0]).toHaveLength(before)
      })

      test('what is in order differs by nothing', async () => {
        await rooms.register(joining({ capacity: 9 }))
        await held('a', { slots: 3 })
        await running('b')
        expect(await rooms.verify(NODE)).toBe(0)
        expect(await rooms.verify('nowhere')).toBe(0)
        expect(await counts()).toEqual([1, 3])
      })
    })
  })
}
