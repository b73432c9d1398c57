import { describe, expect, test } from 'vitest'
import { systemClock } from './clock.ts'

const sharply = (delayMs: number, isTime: () => boolean) =>
  new Promise<number>((resolve) => systemClock.sharply!(delayMs, isTime, () => resolve(performance.now())))

describe('a sharp timer', () => {
  test('waits until it is time, however early it has begun to look', async () => {
    const at = performance.now() + 30.5
    expect(await sharply(30, () => performance.now() >= at)).toBeGreaterThanOrEqual(at)
  })

  test('does not wait for a clock that was set back', async () => {
    const began = performance.now()
    expect(await sharply(5, () => false)).toBeGreaterThanOrEqual(began + 5)
  })

  test('is cancelled before it looks, and while it does', async () => {
    let looks = 0
    const calls: string[] = []
    const early = systemClock.sharply!(
      20,
      () => true,
      () => calls.push('early'),
    )
    early.cancel()
    const spinning = systemClock.sharply!(
      0,
      () => ++looks > 3,
      () => calls.push('spinning'),
    )
    while (looks === 0) await new Promise((resolve) => setImmediate(resolve))
    spinning.cancel()
    await sharply(30, () => true)
    expect(calls).toEqual([])
    expect(looks).toBeLessThanOrEqual(3)
  })
})
