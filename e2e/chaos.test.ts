import { report } from '@rota/testkit/chronocheck'
import { cleanUp } from '@rota/testkit/cluster'
import { afterAll, expect, test } from 'vitest'
import { readOptions } from './chaos/options.ts'
import { runChaos } from './chaos/run.ts'
import { summary } from './chaos/summary.ts'

const MINUTES = '1.2'

afterAll(cleanUp)

test('three servers under load and whatever befalls them keep what a cluster promises', {
  timeout: 400_000,
}, async () => {
  const seed = process.env.CHAOS_SEED ?? String(Math.floor(Math.random() * 1e9))
  const options = readOptions(['--minutes', MINUTES, '--seed', seed, '--redis'])
  const again = `Again, and longer: npm run chaos -- --minutes 5 --redis --seed ${seed}`
  console.log(again)
  const { history, verdict, directory } = await runChaos(options, (line) => console.log(line))
  console.log(summary(history, verdict))
  // That it was really at work, and disturbed.
  expect(history.faults.length).toBeGreaterThan(2)
  expect(history.executions.filter((row) => row.status === 'success').length).toBeGreaterThan(300)
  expect(verdict.findings, `${report(verdict.findings)}\n${again}\n${directory}`).toEqual([])
})
