/** What every benchmark shares: its shape, percentiles, and peers to compare with. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** What `bench/run.ts` hands to a benchmark. */
export interface BenchOptions {
  /** True when only the last line counts; text for people then goes to stderr. */
  json: boolean
  /** One line for people. */
  log: (line: string) => void
  /** What stood on the command line after the name. */
  args: string[]
}

/** The module `bench/NAME.ts`. Its result is what the run measured: numbers with the unit in the key (`p99Ms`). */
export interface Bench {
  run(options: BenchOptions): Promise<Record<string, unknown>>
}

/** The part of a distribution that reports show. */
export interface Percentiles {
  min: number
  p50: number
  p90: number
  p99: number
  p999: number
  max: number
  mean: number
}

/**
 * Nearest-rank percentiles (the smallest sample that at least q of all do not exceed): always a value that occurred.
 * Leaves the samples as they were. Throws RangeError when there are none.
 */
export function percentiles(samples: Float64Array): Percentiles {
  if (samples.length === 0) throw new RangeError('There are no samples to rank.')
  const sorted = samples.toSorted()
  const at = (q: number) => sorted[Math.max(Math.ceil(q * sorted.length) - 1, 0)]!
  let sum = 0
  for (const sample of sorted) sum += sample
  return {
    min: at(0),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
    mean: sum / sorted.length,
  }
}

/** A package that a benchmark compares with. */
export interface Peer {
  name: string
  version: string
  /** Its own folder, with its own node_modules. */
  directory: string
  /** Imports the package, or one of its subpaths, as a module in that folder would. */
  load<Module = Record<string, unknown>>(specifier?: string): Promise<Module>
}

/**
 * Installs exactly `name@version` under node_modules/.cache/rota-bench, once; install scripts do not run. Peers are no
 * dependencies of Rota: whoever runs no benchmark never downloads them.
 *
 * Throws when npm cannot install it, with npm's own words.
 */
export async function installPeer(name: string, version: string): Promise<Peer> {
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new TypeError(`Name the exact version of ${name}, not ${version}.`)
  const cache = join(import.meta.dirname, '../node_modules/.cache/rota-bench')
  const directory = join(cache, `${name.replace('/', '+')}@${version}`)
  const installed = join(directory, 'installed.mjs')
  if (!existsSync(installed)) {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    const options = ['--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await promisify(execFile)('npm', ['install', ...options, `${name}@${version}`], { cwd: directory })
    // Written last: it marks a complete installation, and its place decides what `load` resolves to.
    await writeFile(installed, 'export const load = (specifier) => import(specifier)\n')
  }
  const { load } = await import(pathToFileURL(installed).href)
  return { name, version, directory, load: (specifier = name) => load(specifier) }
}
