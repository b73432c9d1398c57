/** `npm run simulate -- [--seeds N] [--hours H] [--seed S]`: the engine in virtual time, with faults, on many seeds. */
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { runSeeds } from './run-seeds.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    hours: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
})
const [seeds, hours, first] = [values.seeds, values.hours, values.seed].map(Number) as [number, number, number]
if (![seeds, hours, first].every((n) => Number.isFinite(n) && n > 0)) {
  console.error('--seeds, --hours and --seed take numbers above 0.')
  process.exit(2)
}

const startedAt = performance.now()
const verdicts = await runSeeds({
  first,
  count: seeds,
  hours,
  onVerdict({ seed, complaints }, done) {
    if (complaints.length > 0) {
      console.log(`seed ${seed} (repeat it with --seed ${seed} --seeds 1 --hours ${hours}):`)
      for (const complaint of complaints.slice(0, 10)) console.log(`  ${complaint}`)
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${seeds}`)
  },
})
const sum = (pick: (verdict: (typeof verdicts)[number]) => number) => verdicts.reduce((n, v) => n + pick(v), 0)
const failed = verdicts.filter(({ complaints }) => complaints.length > 0)
console.log(
  `${seeds} seeds from ${first}, ${seeds * hours} virtual hours, ${sum((v) => v.executions)} executions, ` +
    `${sum((v) => v.crashes)} crashes, ${sum((v) => v.events)} events, ${failed.length} seeds failed, ` +
    `${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
)
process.exitCode = failed.length === 0 ? 0 : 1
