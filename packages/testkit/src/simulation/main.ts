/**
 * `npm run simulate -- [--world alone|cluster|fleet] [--seeds N] [--hours H] [--seed S]`: engines in virtual time, with
 * faults, on many seeds. Without `--world` all kinds are played: a quarter of the seeds with one server, as many with
 * nodes (some minutes each, whatever `--hours` says), the rest with several servers.
 * The first seed of a cluster that fails is played again with as little as it fails with, and what happened around the
 * failure is printed.
 */
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { explainFailure } from './cluster/explain-failure.ts'
import { runSeeds, WORLD_KINDS, type WorldKind } from './run-seeds.ts'

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
const only = WORLD_KINDS.find((world) => world === values.world)
if (values.world !== undefined && only === undefined) {
  console.error(`--world is one of ${WORLD_KINDS.join(', ')}.`)
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
    `${world}: ${count} seeds from ${first}, ${world === 'fleet' ? '' : `${count * hours} virtual hours, `}${sum((v) => v.executions)} executions, ` +
      `${sum((v) => v.crashes)} crashes, ${sum((v) => v.events)} events, ${failed.length} seeds failed, ` +
      `${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  )
  if (world === 'cluster' && failed[0] !== undefined) await explainFailure({ seed: failed[0].seed, hours }, console.log)
  return failed.length
}

const quarter = Math.ceil(seeds / 4)
const shares: Record<WorldKind, number> = { cluster: seeds - 2 * quarter, alone: quarter, fleet: quarter }
let failures = 0
for (const world of only === undefined ? WORLD_KINDS : [only]) {
  const count = only === undefined ? shares[world] : seeds
  if (count > 0) failures += await play(world, count)
}
process.exitCode = failures === 0 ? 0 : 1
