/** Started by a test under a low limit of open files: runs more attempts at once than that allows, four times. */
import { readdirSync } from 'node:fs'
import type { RunOutcome } from '../executor.ts'
import { createExecutors } from '../executors.ts'
import { attempt, RecordingSink } from './attempt.ts'

const shell = createExecutors({ tempDir: process.argv[2]! }).get('shell')!
const openFiles = () => readdirSync('/proc/self/fd').length

async function burst(): Promise<RunOutcome[]> {
  const runs = Array.from({ length: 40 }, () => shell.start(attempt({ command: 'sleep 0.2' }), new RecordingSink()))
  return Promise.all(runs.map((run) => run.done))
}

await shell.start(attempt({ command: 'true' }), new RecordingSink()).done
const before = openFiles()
const outcomes: RunOutcome[] = []
for (let count = 0; count < 4; count++) outcomes.push(...(await burst()))
const last = await shell.start(attempt({ command: 'true' }), new RecordingSink()).done
const errors = [...new Set(outcomes.map(({ failure, error }) => `${failure}: ${error}`))]
const successes = outcomes.filter(({ status }) => status === 'success').length
console.log(JSON.stringify({ before, after: openFiles(), errors, successes, last: last.status }))
