import { afterAll, expect, test } from 'vitest'
import { amount } from '../../amount.ts'
import { takeTurns } from '../turns.ts'
import { simulateCluster } from './simulate-cluster.ts'

const turns = takeTurns()
afterAll(() => turns.restore())

test('the same seed plays the same run, line by line', { timeout: 60_000 }, async () => {
  const play = async (seed: number) => {
    const trace: string[] = []
    const { hash } = await simulateCluster({ seed, hours: 2, turns, onNote: (line) => trace.push(line) })
    return { hash, trace }
  }
  const [one, other] = [await play(3), await play(11)]
  expect(one.hash).not.toBe(other.hash)
  expect(one.trace.length).toBeGreaterThan(20)
  expect(await play(3)).toEqual(one)
  expect(other.trace.length).toBeGreaterThan(20)
  if (amount({ short: false, long: true })) expect(await play(11)).toEqual(other)
})

const SHOWED_BUGS: [number, string][] = [
  [9, 'a claim whose answer was lost'],
  [64, 'slots that were asked for twice'],
  [314, 'an instance frozen between a claim and its answer'],
  [631, 'an old word about an execution in one batch with the current one'],
  [1576, 'a claim that passed over what is ranked before its instant'],
]

test.each(SHOWED_BUGS.slice(0, amount({ short: 1, long: SHOWED_BUGS.length })))(
  'seed %d, which once showed a bug, shows none: %s',
  { timeout: 60_000 },
  async (seed) => {
    const { complaints } = await simulateCluster({ seed, hours: 6, turns })
    expect(complaints).toEqual([])
  },
)

test('the rules hold in a cluster with the settings that servers have', { timeout: 120_000 }, async () => {
  const complaints: string[] = []
  for (let seed = 1; seed <= amount({ short: 1, long: 4 }); seed++) {
    const verdict = await simulateCluster({ seed, hours: amount({ short: 0.1, long: 0.3 }), isUsual: true, turns })
    complaints.push(...verdict.complaints.map((what) => `seed ${seed}: ${what}`))
  }
  expect(complaints).toEqual([])
})
