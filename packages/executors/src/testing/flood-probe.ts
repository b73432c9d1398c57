/** Started by a test in a process of its own, whose memory it measures while a task floods its output. */
import { createExecutors } from '../executors.ts'
import { attempt } from './attempt.ts'

const [tempDir, command] = process.argv.slice(2) as [string, string]
const shell = createExecutors({ tempDir }).get('shell')!
const sink = { lines: () => true, drained: () => Promise.resolve(), progress: () => {} }

await shell.start(attempt({ command: 'true' }), sink).done
const before = process.memoryUsage.rss()
let peak = before
let turns = 0
let isOver = false
// Not a timer: how often the loop turns while the flood runs is part of what is measured.
const look = () => {
  turns++
  peak = Math.max(peak, process.memoryUsage.rss())
  if (!isOver) setImmediate(look)
}
look()
const outcome = await shell.start(attempt({ command }, { maxLogBytes: 10_000_000, timeoutMs: 60_000 }), sink).done
isOver = true
console.log(JSON.stringify({ riseMb: (peak - before) / 1e6, turns, outcome: { ...outcome, outputTail: '' } }))
