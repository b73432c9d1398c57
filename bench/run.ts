/** `npm run bench -- NAME [--json] [ARGS…]`: runs bench/NAME.ts; its result is one JSON object on the last line. */
import { globSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import type { Bench } from './bench.ts'
import { ownFolder } from './leftovers.ts'

/** A file of this folder is a benchmark when it exports `run`; its first comment is its description. */
function listBenches(): Map<string, string> {
  const benches = new Map<string, string>()
  for (const file of globSync('*.ts', { cwd: import.meta.dirname }).sort()) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8')
    if (!/^export (async function|const) run\b/m.test(source)) continue
    const [, comment = ''] = source.match(/\/\*\*\s*([\s\S]*?)\*\//) ?? []
    const description = comment.replace(/^\s*\*\s?/gm, '').split(/\n\s*\n|\.\s/)[0] ?? ''
    benches.set(basename(file, '.ts'), description.replace(/\s+/g, ' ').trim())
  }
  return benches
}

const [name, ...rest] = process.argv.slice(2).filter((argument) => argument !== '--json')
const json = process.argv.includes('--json')
const benches = listBenches()

/** Those of testing/ are no benchmarks: they show what becomes of one that fails or is killed. */
const isKnown = name !== undefined && (benches.has(name) || /^testing\/[a-z-]+$/.test(name))

if (!isKnown) {
  if (name !== undefined) console.error(`There is no benchmark ${name}.\n`)
  console.log('npm run bench -- NAME [--json] [ARGS…]\n')
  for (const [bench, description] of benches) console.log(`  ${bench.padEnd(12)} ${description}`)
  process.exit(name === undefined ? 0 : 2)
}

ownFolder()
endWithNpm()
// Nothing is left to happen, and there is no result: else Node would end as if all were well.
process.on('beforeExit', () => fail(new Error('It came to a standstill before it had a result.')))
const machine = {
  name,
  date: new Date().toISOString(),
  node: process.version,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
}
const log = json ? (line: string) => console.error(line) : (line: string) => console.log(line)
log(`${name}: Node ${machine.node}, ${machine.cores} × ${machine.cpu}`)
try {
  const { run }: Bench = await import(`./${name}.ts`)
  const result = await run({ json, log, args: rest })
  console.log(JSON.stringify({ ...result, ...machine }))
} catch (error) {
  fail(error)
}
// A measurement is over with its result, whatever a server that it started has left behind.
process.exit(0)

function fail(error: unknown): never {
  console.error(`The benchmark ${name} failed:`, error)
  process.exit(1)
}

/** npm passes a signal on to its shell alone, which ends by it without a word to us. */
function endWithNpm(): void {
  const parent = process.ppid
  if (process.env.npm_command === undefined) return
  setInterval(() => process.ppid === parent || process.exit(143), 500).unref()
}
