// @ts-check
// `node make.js ROOT STEP`: makes one build. It appears under its name all at once, so that neither a second builder
// nor the end of this one leaves half a build behind.
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildFolder, cacheFolder, isComplete, removeUnused, writeManifest } from './build-cache.js'

const [root = '', json = ''] = process.argv.slice(2)
/** @type {import('./steps.js').BuildStep} */
const step = JSON.parse(json)
const target = buildFolder(root, step)
const draft = join(cacheFolder(root), `draft-${process.pid}-${Date.now()}`)

try {
  const { build } = await import(new URL(step.builder, import.meta.url).href)
  mkdirSync(draft, { recursive: true })
  await build(root, draft)
  writeManifest(draft)
  // A change meanwhile makes it a build of nothing in particular; whoever asked will ask again, or does with it what
  // they can until the next start.
  if (step.mayChange || buildFolder(root, step) === target) put()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
} finally {
  rmSync(draft, { recursive: true, force: true })
}

function put() {
  if (!isComplete(target)) {
    // What another builder has put there since, it has put there whole.
    rmSync(target, { recursive: true, force: true })
    renameSync(draft, target)
  }
  removeUnused(root, target)
}
