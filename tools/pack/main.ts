/**
 * `npm run pack [-- FOLDER]`: builds what is published and packs it, a .tgz per package, into FOLDER (default
 * `dist/packages`). Packages in the checkout export their TypeScript sources, which Node refuses to run out of
 * node_modules; these hold JavaScript, types and licences.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build as buildServer } from '../build/server-bundle.js'
import { build as buildWeb } from '../build/web-bundle.js'
import { compilePackages } from './compile.ts'
import { bundledManifest, compiledManifest, type Manifest, readManifest } from './manifest.ts'

const LIBRARIES = ['core', 'protocol', 'executors', 'engine', 'node-side', 'sdk', 'server']
/** What the bundle of the command leaves in node_modules (tools/build/server-bundle.js), and who knows the versions. */
const EXTERNAL: Record<string, string> = {
  '@fastify/swagger': 'server',
  '@fastify/swagger-ui': 'server',
  '@node-rs/argon2': 'server',
  ioredis: 'engine',
  pg: 'engine',
}

const root = join(import.meta.dirname, '../..')
const target = resolve(process.argv[2] ?? join(root, 'dist/packages'))
const stage = mkdtempSync(join(tmpdir(), 'rota-pack-'))
process.on('exit', () => rmSync(stage, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

mkdirSync(target, { recursive: true })
compilePackages(root, LIBRARIES, stage)
await buildWeb(root, join(stage, 'web'))
for (const name of LIBRARIES) {
  const files = name === 'server' ? ['web'] : []
  if (name === 'server') cpSync(join(stage, 'web'), join(stage, 'server/web'), { recursive: true })
  pack(name, compiledManifest(readManifest(root, name), files))
}
await stageCommand()
pack('cli', bundledManifest(readManifest(root, 'cli'), externalVersions()))

/** The command is the same bundle that `npm start` runs: it takes half of the memory, and few packages. */
async function stageCommand(): Promise<void> {
  const folder = join(stage, 'cli')
  await buildServer(root, join(folder, 'dist'))
  cpSync(join(folder, 'dist/THIRD-PARTY-LICENSES.txt'), join(folder, 'THIRD-PARTY-LICENSES.txt'))
  // Where the bundled server looks for it: beside its own sources' place.
  cpSync(join(stage, 'web'), join(folder, 'dist/server/web'), { recursive: true })
  mkdirSync(join(folder, 'bin'))
  cpSync(join(root, 'tools/pack/rota.js'), join(folder, 'bin/rota.js'))
}

function externalVersions(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(EXTERNAL).map(([name, owner]) => [name, readManifest(root, owner).dependencies![name]!]),
  )
}

function pack(name: string, manifest: Manifest): void {
  const folder = join(stage, name)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  cpSync(join(root, 'packages', name, 'README.md'), join(folder, 'README.md'))
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm pack of ${manifest.name} failed: ${stderr}`)
  console.log(join(target, stdout.trim()))
}
