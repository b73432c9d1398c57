/** Started by a test and killed with -9: leaves tasks running that hold on in every way they can. */
import { createExecutors } from '../executors.ts'
import { ownSpawner } from '../hosts/local/spawner.ts'
import { attempt, RecordingSink } from './attempt.ts'

const [tempDir, instanceMark, containment] = process.argv.slice(2) as [string, string, 'auto' | 'group']
const shell = createExecutors({ tempDir, instanceMark, containment }).get('shell')!
const commands = [
  'echo ready; sleep 600',
  "trap '' TERM HUP; (setsid sleep 600 &); echo ready; sleep 600",
  "setsid sh -c 'sleep 600 & sleep 600' & echo ready; wait",
]
const sinks = commands.map((command) => {
  const sink = new RecordingSink()
  shell.start(attempt({ command }, { timeoutMs: null }), sink)
  return sink
})
await Promise.all(sinks.map((sink) => sink.seen(/ready/)))
console.log(`ready ${ownSpawner().pid}`)
