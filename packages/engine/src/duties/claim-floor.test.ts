import { ManualClock } from '@rota/testkit'
import { describe, expect, test } from 'vitest'
import { createClaimFloor } from './claim-floor.ts'

const UNTIL = 10_000

/** A floor, and claims on it that take so many ms and bring rows up to a rank. */
function floorOn() {
  const clock = new ManualClock()
  const floor = createClaimFloor(clock)
  return {
    clock,
    floor,
    async claim(ms: number, lastRank?: number, until = UNTIL) {
      const from = floor.begin(until)
      await clock.advance(ms)
      floor.ended(lastRank)
      return from
    },
  }
}

/** Whose looks at everything take 100 ms, and the others 1. */
async function dear() {
  const on = floorOn()
  expect(await on.claim(100, 500)).toBe(undefined)
  expect(await on.claim(1, 600)).toBe(500)
  return on
}

describe('a claim begins', () => {
  test('with the first of all while that is cheap', async () => {
    const { claim } = floorOn()
    for (const rank of [100, 200, 300]) expect(await claim(10, rank)).toBe(undefined)
  })

  test('with the first of all now and then while short looks cost as much, as where every answer is slow', async () => {
    const { claim } = floorOn()
    await claim(1000, 100)
    for (const rank of [200, 300, 400, 500]) expect(await claim(600, rank)).toBe(rank - 100)
    expect(await claim(1000, 600)).toBe(undefined)
    expect(await claim(10, 700)).toBe(600)
    for (const rank of [800, 900, 1000, 1100]) expect(await claim(600, rank)).toBe(rank - 100)
    expect(await claim(1000)).toBe(1100)
  })

  test('where the last one ended while that costs half as much, whatever it once cost', async () => {
    const { claim } = floorOn()
    await claim(100, 100)
    await claim(500, 200)
    for (const rank of [300, 400, 500, 600, 700]) expect(await claim(10, rank)).toBe(rank - 100)
  })

  test('where the last one ended when looking at everything is dear', async () => {
    const { claim } = await dear()
    expect(await claim(1, 700)).toBe(600)
    expect(await claim(1)).toBe(700)
    expect(await claim(1)).toBe(700)
  })

  test('at what was added before that', async () => {
    const { claim, floor } = await dear()
    floor.added({ runAt: 550, rank: 550 })
    floor.added({ runAt: 580, rank: 580 })
    expect(await claim(1)).toBe(550)
    floor.added({ runAt: 900, rank: 900 })
    expect(await claim(1)).toBe(550)
  })

  test('at what was added while the one before was under way', async () => {
    const { claim, floor } = await dear()
    floor.begin(UNTIL)
    floor.added({ runAt: 300, rank: 300 })
    floor.ended(800)
    expect(await claim(1, 900)).toBe(300)
    expect(await claim(1)).toBe(900)
  })

  test('with the first of all when something was added nobody knows where', async () => {
    const { claim, floor } = await dear()
    floor.addedSomewhere()
    expect(await claim(100, 700)).toBe(undefined)
    expect(await claim(1)).toBe(700)
  })

  test('with the first of all until what comes before others of its instant is within reach', async () => {
    const { claim, floor } = await dear()
    floor.added({ runAt: 12_000, rank: -48_000 })
    await claim(100, 700, 11_000)
    expect(await claim(100, 800, 12_000)).toBe(undefined)
    expect(await claim(100, 900, 12_001)).toBe(undefined)
    expect(await claim(1, 950, 12_002)).toBe(900)
  })

  test('no later than at what starts after it, whatever it has brought', async () => {
    const { claim } = await dear()
    await claim(1, 70_000)
    expect(await claim(1)).toBe(UNTIL)
  })

  test('with the first of all for one part in twenty of the time', async () => {
    const { claim, clock } = await dear()
    await clock.advance(1900)
    expect(await claim(1, 700)).toBe(600)
    await clock.advance(100)
    expect(await claim(100, 800)).toBe(undefined)
    expect(await claim(1)).toBe(800)
  })
})
