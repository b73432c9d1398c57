import { describe, expect, test } from 'vitest'
import { ManualClock } from './manual-clock.ts'

const HOUR_MS = 3_600_000

describe('ManualClock', () => {
  test('stands still until it is moved, and then both readings move alike', async () => {
    const clock = new ManualClock({ startAt: 5_000 })
    const monotonicAt = clock.monotonic()
    expect(clock.now()).toBe(5_000)
    await clock.advance(250)
    expect(clock.now()).toBe(5_250)
    expect(clock.monotonic()).toBe(monotonicAt + 250)
  })

  test('runs due calls in order of their instants, equals in the order armed, each seeing its own instant', async () => {
    const clock = new ManualClock({ startAt: 0 })
    const seen: string[] = []
    clock.after(20, () => seen.push(`late@${clock.now()}`))
    clock.after(10, () => seen.push(`first@${clock.now()}`))
    clock.after(10, () => seen.push(`second@${clock.now()}`))
    clock.after(31, () => seen.push('beyond'))
    await clock.advance(30)
    expect(seen).toEqual(['first@10', 'second@10', 'late@20'])
    expect(clock.now()).toBe(30)
    expect(clock.pendingTimers).toBe(1)
  })

  test('lets promises settle between two calls, however long the chain of awaits', async () => {
    const clock = new ManualClock()
    const seen: string[] = []
    clock.after(1, async () => {
      for (let step = 0; step < 50; step++) await Promise.resolve()
      seen.push('chain of the first')
    })
    clock.after(2, () => seen.push('second'))
    await clock.advance(2)
    expect(seen).toEqual(['chain of the first', 'second'])
  })

  test('a loop that re-arms itself after an await runs once per period of the time that passes', async () => {
    const clock = new ManualClock({ startAt: 0 })
    const ranAt: number[] = []
    const arm = () => {
      clock.after(10, async () => {
        await Promise.resolve()
        ranAt.push(clock.now())
        arm()
      })
    }
    arm()
    await clock.advance(35)
    expect(ranAt).toEqual([10, 20, 30])
  })

  test('work begun before the advance may still arm its timers within it', async () => {
    const clock = new ManualClock()
    let ran = false
    void Promise.resolve().then(() => clock.after(5, () => (ran = true)))
    await clock.advance(5)
    expect(ran).toBe(true)
  })

  test('a cancelled call never runs, also when another call of the same instant cancels it', async () => {
    const clock = new ManualClock()
    let ran = 0
    const victim = () => ran++
    clock.after(1, victim).cancel()
    clock.after(2, () => doomed.cancel())
    const doomed = clock.after(2, victim)
    await clock.advance(10)
    doomed.cancel()
    expect(ran).toBe(0)
    expect(clock.pendingTimers).toBe(0)
  })

  test('a jump moves the wall clock alone, in either direction, and runs nothing', async () => {
    const clock = new ManualClock({ startAt: 10 * HOUR_MS })
    const monotonicAt = clock.monotonic()
    let ranAt: number | undefined
    clock.after(100, () => (ranAt = clock.now()))
    clock.jump(3 * HOUR_MS)
    clock.jump(-5 * HOUR_MS)
    expect(clock.now()).toBe(8 * HOUR_MS)
    expect(clock.monotonic()).toBe(monotonicAt)
    expect(clock.nextTimerAt).toBe(8 * HOUR_MS + 100)
    await clock.advance(99)
    expect(ranAt).toBeUndefined()
    await clock.advance(1)
    expect(ranAt).toBe(8 * HOUR_MS + 100)
  })

  test('advanceToNextTimer runs all of the earliest instant and says when nothing is armed', async () => {
    const clock = new ManualClock({ startAt: 0 })
    let ran = 0
    clock.after(60 * 24 * HOUR_MS, () => ran++)
    clock.after(60 * 24 * HOUR_MS, () => ran++)
    expect(await clock.advanceToNextTimer()).toBe(true)
    expect(clock.now()).toBe(60 * 24 * HOUR_MS)
    expect(ran).toBe(2)
    expect(clock.nextTimerAt).toBeUndefined()
    expect(await clock.advanceToNextTimer()).toBe(false)
  })

  test('a negative delay is due now, and advance(0) runs it', async () => {
    const clock = new ManualClock()
    let ran = false
    clock.after(-5, () => (ran = true))
    expect(ran).toBe(false)
    await clock.advance(0)
    expect(ran).toBe(true)
  })

  test('what a call throws reaches the test, at that instant, and the clock stays usable', async () => {
    const clock = new ManualClock({ startAt: 0 })
    clock.after(3, () => {
      throw new Error('poison')
    })
    await expect(clock.advance(10)).rejects.toThrow('poison')
    expect(clock.now()).toBe(3)
    await clock.advance(7)
    expect(clock.now()).toBe(10)
  })

  test('a call that re-arms itself without letting time pass is reported instead of hanging the test', async () => {
    const clock = new ManualClock({ settle: async () => {} })
    const spin = () => clock.after(0, spin)
    spin()
    await expect(clock.advance(1)).rejects.toThrow(/no time passed/)
  })

  test('refuses time running backwards, delays without end and two advances at once', async () => {
    const clock = new ManualClock()
    await expect(clock.advance(-1)).rejects.toThrow(RangeError)
    await expect(clock.advance(Number.NaN)).rejects.toThrow(RangeError)
    expect(() => clock.after(Number.POSITIVE_INFINITY, () => {})).toThrow(RangeError)
    expect(() => clock.jump(Number.NaN)).toThrow(RangeError)
    const earlier = clock.advance(1)
    await expect(clock.advance(1)).rejects.toThrow(/already/)
    await earlier
  })
})
