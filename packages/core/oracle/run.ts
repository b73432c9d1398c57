import { parseArgs } from 'node:util'
import { compare } from './compare.ts'

const { values } = parseArgs({
  options: { triples: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
})
const triples = Number(values.triples)
const seed = Number(values.seed)
console.log(`seed ${seed}, ${triples} triples, tz database ${process.versions.tz}`)

const startedAt = performance.now()
const outcome = compare({
  triples,
  seed,
  progress: (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} / ${triples}`)
  },
})
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
for (const disagreement of outcome.disagreements) console.log(`DISAGREES ${disagreement}`)
console.log(
  `${outcome.triples} triples, ${outcome.zones} zones, ${outcome.windows} windows, ${outcome.occurrences} occurrences ` +
    `(${outcome.expressionsWithOccurrences} expressions with any), ${outcome.disagreements.length} disagreements, ${seconds} s`,
)
process.exitCode = outcome.disagreements.length === 0 ? 0 : 1
