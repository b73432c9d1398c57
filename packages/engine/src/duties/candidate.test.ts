import { createRandom, ManualClock } from '@rota/testkit'
import { beforeEach, expect, test } from 'vitest'
import { createMemoryHub } from '../hot/memory/open.ts'
import type { LeaderTerms } from '../ports/leader-terms.ts'
import { createCandidate } from './candidate.ts'

let clock: ManualClock
let terms: LeaderTerms
beforeEach(() => {
  clock = new ManualClock()
  terms = createMemoryHub(clock).join().leaderTerms
})

/** A candidate whose way to the hot state the test can cut, or make slow. */
function candidate(instanceId: string) {
  const way = { isCut: false, delayMs: 0 }
  const claim: LeaderTerms['claim'] = async (request) => {
    if (way.isCut) throw new Error('away')
    const answer = await terms.claim(request)
    if (way.delayMs > 0) await new Promise<void>((resolve) => clock.after(way.delayMs, resolve))
    return answer
  }
  const resign: LeaderTerms['resign'] = (role, id) => terms.resign(role, id)
  const duty = createCandidate({ clock, terms: { claim, resign }, role: 'pools', instanceId })
  return { duty, way }
}

test('one of several leads, and keeps its term while it lives', async () => {
  const all = ['one', 'two', 'three'].map(candidate)
  for (const { duty } of all) duty.start()
  await clock.advance(60_000)
  expect(all.map(({ duty }) => duty.term)).toEqual([1, null, null])
})

test('who is cut off steps down by its own clock before another leads, which is within five seconds', async () => {
  const [one, two] = [candidate('one'), candidate('two')]
  one.duty.start()
  await clock.advance(0)
  two.duty.start()
  await clock.advance(10_000)
  one.way.isCut = true
  let tookOverMs = 0
  for (; two.duty.term === null; tookOverMs += 100) {
    expect(tookOverMs).toBeLessThan(5_000)
    await clock.advance(100)
  }
  expect(one.duty.term).toBeNull()
  expect(two.duty.term).toBe(2)
})

test('an answer that comes too late makes nobody a leader', async () => {
  const one = candidate('one')
  one.way.delayMs = 2_500
  one.duty.start()
  await clock.advance(2_500)
  expect(one.duty.term).toBeNull()
})

test('who is stopped resigns, and the next leads at its next question', async () => {
  const [one, two] = [candidate('one'), candidate('two')]
  one.duty.start()
  await clock.advance(0)
  two.duty.start()
  await clock.advance(500)
  await one.duty.stop()
  expect(one.duty.term).toBeNull()
  await clock.advance(1_000)
  expect(two.duty.term).toBe(2)
})

test('terms grow although the hot state forgets everything', async () => {
  const [one, two] = [candidate('one'), candidate('two')]
  one.duty.start()
  await clock.advance(0)
  two.duty.start()
  await clock.advance(5_000)
  terms = createMemoryHub(clock).join().leaderTerms
  one.way.isCut = true
  await clock.advance(5_000)
  expect(two.duty.term).toBe(2)
})

test('no two lead at once, whatever is cut and slow', async () => {
  for (let seed = 1; seed <= 100; seed++) {
    clock = new ManualClock()
    terms = createMemoryHub(clock).join().leaderTerms
    const random = createRandom(seed)
    const all = ['one', 'two', 'three'].map(candidate)
    for (const { duty } of all) duty.start()
    let latest = 0
    for (let step = 0; step < 200; step++) {
      for (const { way } of all) {
        if (random.chance(0.05)) way.isCut = !way.isCut
        if (random.chance(0.05)) way.delayMs = random.pick([0, 0, 10, 900, 4_000])
      }
      await clock.advance(random.int(1, 400))
      const leading = all.map(({ duty }) => duty.term).filter((term) => term !== null)
      expect(leading.length, `seed ${seed}, step ${step}`).toBeLessThanOrEqual(1)
      if (leading.length === 1) {
        expect(leading[0]!, `seed ${seed}, step ${step}`).toBeGreaterThanOrEqual(latest)
        latest = leading[0]!
      }
    }
    expect(latest, `seed ${seed}`).toBeGreaterThan(0)
  }
})
