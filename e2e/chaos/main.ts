/** `npm run chaos`: a cluster of real servers under load and faults for some minutes, and what the checker says of it. */
import { performance } from 'node:perf_hooks'
import { report } from '@rota/testkit/chronocheck'
import { cleanUp } from '@rota/testkit/cluster'
import { readOptions, USAGE } from './options.ts'
import { runChaos } from './run.ts'
import { summary } from './summary.ts'

try {
  const options = readOptions(process.argv.slice(2))
  const startedAt = performance.now()
  const say = (line: string) =>
    console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`)
  console.log(
    `seed ${options.seed}: ${options.instances} × ${options.store}, ${options.minutes} minutes, ${options.faults.join(' ')}`,
  )
  const { history, verdict, directory } = await runChaos(options, say)
  console.log(summary(history, verdict))
  if (verdict.findings.length > 0) console.log(`\n${report(verdict.findings)}`)
  console.log(`\n${directory}: report.json, timeline.svg, history.json, output of the servers`)
  process.exitCode = verdict.findings.length === 0 ? 0 : 1
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`)
  process.exitCode = 2
} finally {
  await cleanUp()
}
