// @ts-check
// `node deploy/build.js FOLDER`: the server and the web interface as an image holds them, in FOLDER/server and
// FOLDER/web. `npm start` keeps its builds under names made of times of change, which no layer of an image preserves.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build as buildServer } from '../tools/build/server-bundle.js'
import { build as buildWeb } from '../tools/build/web-bundle.js'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Usage: node deploy/build.js FOLDER')
  process.exit(64)
}
const root = join(import.meta.dirname, '..')
for (const [name, build] of Object.entries({ server: buildServer, web: buildWeb })) {
  const target = resolve(folder, name)
  mkdirSync(target, { recursive: true })
  await build(root, target)
}
