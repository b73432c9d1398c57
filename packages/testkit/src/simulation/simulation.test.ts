import { expect, test } from 'vitest'
import { amount } from '../amount.ts'
import { runSeeds, type WorldKind } from './run-seeds.ts'

const HOURS = 6

test.each<{ world: WorldKind; seeds: number; what: string; least?: number }>([
  {
    world: 'alone',
    seeds: amount({ short: 10, long: 500 }),
    what: 'one server: crashes, sleeps, set clocks, full disks and changes',
  },
  {
    world: 'cluster',
    seeds: amount({ short: 1, long: 40 }),
    what: 'several on one store: the same, freezes, outages and answers that are lost',
  },
  {
    world: 'fleet',
    seeds: amount({ short: 100, long: 2_000 }),
    what: 'several with nodes that crash, lie and are cut off, and a hot state that forgets; some minutes each',
    least: 10,
  },
])(
  `the rules hold in $seeds runs of up to ${HOURS} virtual hours of $what`,
  { timeout: 900_000 },
  async ({ world, seeds, least = 50 }) => {
    const verdicts = await runSeeds({ world, first: 1, count: seeds, hours: HOURS })
    const failed = verdicts.filter(({ complaints }) => complaints.length > 0)
    const report = failed.slice(0, 5).map(({ seed, complaints }) => ({
      repeat: `npm run simulate -- --world ${world} --seed ${seed} --seeds 1 --hours ${HOURS}`,
      complaints: complaints.slice(0, 5),
    }))
    expect(report).toEqual([])
    // A simulation in which nothing happens proves nothing.
    const sum = (pick: (verdict: (typeof verdicts)[number]) => number) => verdicts.reduce((n, v) => n + pick(v), 0)
    expect(sum((v) => v.executions)).toBeGreaterThan(least * seeds)
    expect(sum((v) => v.crashes)).toBeGreaterThan(seeds / 2)
  },
)
