import { afterAll, expect, test } from 'vitest'
import { amount } from '../../amount.ts'
import { takeTurns } from '../turns.ts'
import { simulateFleet } from './simulate-fleet.ts'

const turns = takeTurns()
afterAll(() => turns.restore())

test('the same seed plays the same run, line by line', async () => {
  const play = async (seed: number) => {
    const trace: string[] = []
    const { hash } = await simulateFleet({ seed, turns, onNote: (line) => trace.push(line) })
    return { hash, trace }
  }
  const [one, other] = [await play(3), await play(4)]
  expect(one.hash).not.toBe(other.hash)
  expect(one.trace.length).toBeGreaterThan(20)
  expect(await play(3)).toEqual(one)
})

const SHOWED_BUGS: [number, string][] = [
  [27, 'a word to go on with an attempt that was lost between instances'],
  [38, 'lines of parts that were taken again after a connection was cut'],
  [40, 'a view of nodes that took a hot state which had gone back for late'],
  [41, 'work that its node stopped, and nobody had cancelled'],
  [266, 'a term of leadership that was given once more by a hot state which had gone back'],
  [899, 'a shutdown that waited for parts on nodes that were away'],
  [160, 'work that a hot state which had gone back made its node drop'],
  [186, 'lines that were passed over when a node had come back'],
  [666, 'an adoption that was carried out, and whose answer was lost'],
  [898, 'an instance that stopped on its node what another one had taken over'],
]

test.each(SHOWED_BUGS.slice(0, amount({ short: 3, long: SHOWED_BUGS.length })))(
  'seed %d, which once showed a bug, shows none: %s',
  async (seed) => {
    const { complaints } = await simulateFleet({ seed, turns })
    expect(complaints).toEqual([])
  },
)
