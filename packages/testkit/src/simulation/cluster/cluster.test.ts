import { afterAll, expect, test } from 'vitest'
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
  for (const seed of [3, 11]) {
    const first = await play(seed)
    expect(first.trace.length).toBeGreaterThan(20)
    expect(await play(seed)).toEqual(first)
  }
  expect((await play(3)).hash).not.toBe((await play(11)).hash)
})

test.each([
  [9, 'a claim whose answer was lost'],
  [64, 'slots that were asked for twice'],
  [314, 'an instance frozen between a claim and its answer'],
  [631, 'an old word about an execution in one batch with the current one'],
  [1576, 'a claim that passed over what is ranked before its instant'],
])('seed %d, which once showed a bug, shows none: %s', { timeout: 60_000 }, async (seed) => {
  const { complaints } = await simulateCluster({ seed, hours: 6, turns })
  expect(complaints).toEqual([])
})

test('the rules hold in a cluster with the settings that servers have', { timeout: 120_000 }, async () => {
  const complaints: string[] = []
  for (let seed = 1; seed <= 4; seed++) {
    const verdict = await simulateCluster({ seed, hours: 0.3, isUsual: true, turns })
    complaints.push(...verdict.complaints.map((what) => `seed ${seed}: ${what}`))
  }
  expect(complaints).toEqual([])
})
