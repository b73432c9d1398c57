import { expect, test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

const SEEDS = 500
const HOURS = 6

test(`the rules hold in ${SEEDS} runs of ${HOURS} virtual hours with crashes, sleeps, set clocks, full disks and changes`, {
  timeout: 300_000,
}, async () => {
  const verdicts = await runSeeds({ first: 1, count: SEEDS, hours: HOURS })
  const failed = verdicts.filter(({ complaints }) => complaints.length > 0)
  const report = failed.slice(0, 5).map(({ seed, complaints }) => ({
    repeat: `npm run simulate -- --seed ${seed} --seeds 1 --hours ${HOURS}`,
    complaints: complaints.slice(0, 5),
  }))
  expect(report).toEqual([])
  // A simulation in which nothing happens proves nothing.
  const sum = (pick: (verdict: (typeof verdicts)[number]) => number) => verdicts.reduce((n, v) => n + pick(v), 0)
  expect(sum((v) => v.executions)).toBeGreaterThan(50 * SEEDS)
  expect(sum((v) => v.crashes)).toBeGreaterThan(SEEDS / 2)
})
