import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** What a file imports when it runs: types are gone by then. */
function importsOf(file: string): string[] {
  const code = stripTypeScriptTypes(readFileSync(file, 'utf8'))
  return [...code.matchAll(/^(?:import|export) (?:[\w${},*\s]+ from )?'([^']+)'/gm)].map((found) => found[1]!)
}

/** The packages that a file loads, and the files of ours in which it does. */
function packagesBehind(entry: string): Map<string, string> {
  const packages = new Map<string, string>()
  const files = new Set([entry])
  for (const file of files) {
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) files.add(join(dirname(file), name))
      else packages.set(name, file)
    }
  }
  return packages
}

const THREADS = globSync('packages/{engine,executors}/src/**/*-{thread,worker}.ts', { cwd: root })
  // Who begins a thread may be called so, too.
  .filter((file) => !/new Worker\(/.test(readFileSync(join(root, file), 'utf8')))

test.each(THREADS)('%s loads no more of the core than threads need', (thread) => {
  const packages = packagesBehind(join(root, thread))
  expect(packages.get('@rota/core')).toBe(undefined)
  expect([...packages.keys()]).toContain('@rota/core/threads')
})
