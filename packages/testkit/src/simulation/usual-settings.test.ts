import { afterAll, expect, test } from 'vitest'
import { amount } from '../amount.ts'
import { simulate } from './simulate.ts'
import { takeTurns } from './turns.ts'

const SEEDS = amount({ short: 4, long: 40 })

const turns = takeTurns()
afterAll(() => turns.restore())

test('the rules hold with the settings that servers have too', { timeout: 120_000 }, async () => {
  const complaints: string[] = []
  for (let seed = 1; seed <= SEEDS; seed++) {
    const verdict = await simulate({ seed, hours: 1, isUsual: true, turns })
    complaints.push(...verdict.complaints.map((what) => `seed ${seed}: ${what}`))
  }
  expect(complaints).toEqual([])
})
