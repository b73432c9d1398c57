import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package.json, as far as packing knows it. */
export interface Manifest {
  name: string
  version: string
  description: string
  license: string
  type: 'module'
  /** What others may import → the source file. */
  exports?: Record<string, string>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  [field: string]: unknown
}

/** What runs the published packages: everything else of these lines has a SQLite that is not trusted with data. */
const NODE = '^22.22.3 || >=24.15.0'

export function readManifest(root: string, name: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
}

/** The package.json under which a package is published that was compiled as its sources are laid out. */
export function compiledManifest(source: Manifest, files: readonly string[]): Manifest {
  const { version } = source
  const dependencies = Object.entries(source.dependencies ?? {}).map(([name, range]): [string, string] => {
    // Packages of one release belong together.
    return [name, name.startsWith('@rota/') ? version : range]
  })
  return {
    ...common(source),
    exports: { ...compiledExports(source), './package.json': './package.json' },
    files: ['src', ...files],
    dependencies: Object.fromEntries(dependencies),
  }
}

/** What the sources export, as it is called once compiled. */
function compiledExports({ exports = {} }: Manifest) {
  const compiled = Object.entries(exports).map(([name, file]) => {
    const path = file.slice(0, -'.ts'.length)
    return [name, { types: `${path}.d.ts`, default: `${path}.js` }] as const
  })
  return Object.fromEntries(compiled)
}

/** The package.json of a program that holds all of Rota; what it loads from node_modules are `external`. */
export function bundledManifest(source: Manifest, external: Record<string, string>): Manifest {
  return {
    ...common(source),
    bin: { rota: 'bin/rota.js' },
    files: ['bin', 'dist', 'THIRD-PARTY-LICENSES.txt'],
    dependencies: external,
  }
}

function common({ name, version, description, license, type }: Manifest): Manifest {
  return { name, version, description, license, type, engines: { node: NODE }, publishConfig: { access: 'public' } }
}
