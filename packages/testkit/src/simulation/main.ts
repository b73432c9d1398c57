/**
 * `npm run simulate -- [--world alone|cluster] [--seeds N] [--hours H] [--seed S]`: engines in virtual time, with faults,
 * on many seeds. Without `--world` both kinds are played: a quarter of the seeds with one server, the rest with several.
 * The first seed of a cluster that fails is played again with as little as it fails with, and what happened around the
 * failure is printed.
 */
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { explainFailure } from './cluster/explain-failure.ts'
import { runSeeds, type WorldKind } from './run-seeds.ts'

const { values } = parseArgs({
  options: {
    world: { type: 'string' },
    seeds: { type: 'string', default: '2000' },
    hours: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
})
const [seeds, hours, first] = [values.seeds, values.hours, values.seed].map(Number) as [number, number, number]
if (![seeds, hours, first].every((n) => Number.isFinite(n) && n > 0)) {
  console.error('--seeds, --hours and --seed take numbers above 0.')
  process.exit(2)
}
if (values.world !== undefined && values.world !== 'alone' && values.world !== 'cluster') {
  console.error('--world is alone or cluster.')
  process.exit(2)
}

async function play(world: WorldKind, count: number): Promise<number> {
  const startedAt = performance.now()
  const verdicts = await runSeeds({
    world,
    first,
    count,
    hours,
    onVerdict({ seed, complaints }, done) {
      if (complaints.length > 0) {
        console.log(`seed ${seed} (repeat it with --world ${world} --seed ${seed} --seeds 1 --hours ${hours}):`)
        for (const complaint of complaints.slice(0, 10)) console.log(`  ${complaint}`)
      }
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count}`)
    },
  })
  const sum = (pick: (verdict: (typeof verdicts)[number]) => number) => verdicts.reduce((n, v) => n + pick(v), 0)
  const failed = verdicts.filter(({ complaints }) => complaints.length > 0)
  console.log(
    `${world}: ${count} seeds from ${first}, ${count * hours} virtual hours, ${sum((v) => v.executions)} executions, ` +
      `${sum((v) => v.crashes)} crashes, ${sum((v) => v.events)} events, ${failed.length} seeds failed, ` +
      `${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  )
  if (world === 'cluster' && failed[0] !== undefined) await explainFailure({ seed: failed[0].seed, hours }, console.log)
  return failed.length
}

let failures = 0
const alone = values.world === undefined ? Math.ceil(seeds / 4) : seeds
if (values.world !== 'alone') failures += await play('cluster', values.world === undefined ? seeds - alone : seeds)
if (values.world !== 'cluster') failures += await play('alone', alone)
process.exitCode = failures === 0 ? 0 : 1
