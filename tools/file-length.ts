/** Fails when a source file is long without saying why. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const MOST_LINES = 400
/** The reason stands within the first lines: `// Long because: …`, or `-- Long because: …` in SQL and Lua. */
const HEADER_LINES = 10
const REASON = /^\s*(\/\/|--|\*|\/\*\*?|#)\s*Long because: \S/

const SOURCES = [
  'packages/*/src/**/*.{ts,tsx,mts,cts,js,mjs,cjs,css,sql,lua}',
  '{bench,e2e,tools,examples}/**/*.{ts,tsx,mts,js,mjs,cjs,sh}',
  '.ci/run',
]

const root = join(import.meta.dirname, '..')
const files = globSync(SOURCES, { cwd: root, exclude: ['**/node_modules/**', '**/*.generated.*'] })
const long = files.flatMap((path) => {
  const lines = readFileSync(join(root, path), 'utf8').replace(/\n$/, '').split('\n')
  const excused = lines.length <= MOST_LINES || lines.slice(0, HEADER_LINES).some((line) => REASON.test(line))
  return excused ? [] : [`${path}: ${lines.length} lines`]
})

for (const line of long.sort()) console.error(line)
if (long.length > 0) {
  console.error(
    `Split what has more than one concern; otherwise state within the first ${HEADER_LINES} lines: // Long because: …`,
  )
  process.exitCode = 1
}
