/**
 * Fails when a function has more than 50 lines (a component of the page 120) or four parameters, counted as
 * tools/function-sizes.ts says. tools/long-functions.json lists those that still do; nothing is added to it.
 *
 * `node tools/function-law.ts --longest [N]` prints the N longest functions, and `--shrink` brings the list up to date
 * where functions have become shorter or are gone.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { breaches, type Exception, shrunk } from './function-exceptions.ts'
import { functionSizes } from './function-sizes.ts'

const LIST = 'tools/long-functions.json'
const SOURCES = ['packages/*/src/**/*.{ts,tsx}', '{bench,e2e,examples,tools}/**/*.{ts,tsx,js}']
const LONGEST = 10
/** Of biome.json, whose form the list keeps. */
const LINE_WIDTH = 120

const root = join(import.meta.dirname, '..')
const listPath = join(root, LIST)
const { values, positionals } = parseArgs({
  options: { longest: { type: 'boolean' }, shrink: { type: 'boolean' } },
  allowPositionals: true,
})
const sizes = globSync(SOURCES, { cwd: root, exclude: ['**/node_modules/**', '**/*.generated.*'] })
  .toSorted()
  .flatMap((path) => functionSizes(path, readFileSync(join(root, path), 'utf8')))
const exceptions: Exception[] = JSON.parse(readFileSync(listPath, 'utf8'))

if (values.longest) printLongest(Number(positionals[0] ?? LONGEST))
else if (values.shrink) writeList(shrunk(sizes, exceptions))
else check()

function check(): void {
  const found = breaches(sizes, exceptions)
  for (const breach of found) console.error(breach)
  if (found.length === 0) return
  console.error(
    'Split off what has a name of its own; pass many parameters as one options object. ' +
      `\`node tools/function-law.ts --shrink\` removes and lowers entries of ${LIST}.`,
  )
  process.exitCode = 1
}

function printLongest(count: number): void {
  for (const { path, line, name, lines, parameters } of sizes.toSorted((a, b) => b.lines - a.lines).slice(0, count)) {
    console.log(`${String(lines).padStart(5)} lines ${parameters} parameters  ${path}:${line} ${name}`)
  }
}

/** An entry a line, so that a change of the list shows which function changed. */
function writeList(list: readonly Exception[]): void {
  const rows = list.map((entry) => {
    const members = Object.entries(entry).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    const row = `  { ${members.join(', ')} }`
    return row.length < LINE_WIDTH ? row : `  {\n    ${members.join(',\n    ')}\n  }`
  })
  writeFileSync(listPath, rows.length === 0 ? '[]\n' : `[\n${rows.join(',\n')}\n]\n`)
}
