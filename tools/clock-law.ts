/** Fails when source other than the clock port reads the time or arms a timer: tests could not move that by hand. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What runs under a manual clock. The command and the page face people and live in real time. */
const SOURCES = 'packages/{core,protocol,executors,engine,server,node-side,agent,sdk}/src/**/*.ts'
const PORT = 'packages/core/src/clock.ts'
const FORBIDDEN =
  /\b(Date\.now|new Date(?=\(\))|performance\.now|process\.hrtime|AbortSignal\.timeout|setTimeout|setInterval|node:timers)\b/
const COMMENT = /^\s*(\/\/|\/?\*)/

const root = join(import.meta.dirname, '..')
const sources = globSync(SOURCES, { cwd: root }).filter((path) => path !== PORT && !path.endsWith('.test.ts'))
const breaches = sources.flatMap((path) =>
  readFileSync(join(root, path), 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const found = COMMENT.test(line) ? null : line.match(FORBIDDEN)
      return found === null ? [] : [`${path}:${index + 1}: ${found[0]}`]
    }),
)

for (const breach of breaches.sort()) console.error(breach)
if (breaches.length > 0) {
  console.error(`Take the time from the Clock that you are given (${PORT}); only there may it come from the machine.`)
  process.exitCode = 1
}
