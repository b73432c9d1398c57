// @ts-check
// Builds what a checkout runs, once for each state of its sources. Plain JavaScript, all of this folder: whoever asks
// for a build wants to be spared the stripping of types.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildFolder, isComplete, markUsed } from './build-cache.js'
import { builderEnvironment } from './builder-environment.js'

/** @typedef {import('./steps.js').BuildStep} BuildStep */

/** So often sources may change while they are being built. */
const ATTEMPTS = 3

/**
 * The folder of the build of a step's sources as they are now, made when it is missing; it stays as long as this
 * process lives. Null when there is none and none can be made, with a line on stderr that says why.
 *
 * @param {string} root The repository.
 * @param {BuildStep} step
 * @returns {string | null}
 */
export function cachedBuild(root, step) {
  for (let attempt = 0; ; attempt++) {
    const folder = buildFolder(root, step)
    if (isComplete(folder)) {
      markUsed(folder)
      return folder
    }
    const problem = attempt < ATTEMPTS ? make(root, step) : 'the sources keep changing.'
    if (problem === null) continue
    process.stderr.write(`The ${step.name} could not be built: ${problem}\n`)
    return null
  }
}

/**
 * In a process of its own, which takes the memory that compilers need with it. Answers what went wrong.
 *
 * @param {string} root
 * @param {BuildStep} step
 */
function make(root, step) {
  process.stderr.write(`Building the ${step.name}, as after each change of its sources …\n`)
  const args = [join(import.meta.dirname, 'make.js'), root, JSON.stringify(step)]
  const { status, stderr, error } = spawnSync(process.execPath, args, {
    env: builderEnvironment(),
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status === 0) return null
  return stderr?.trim() || error?.message || `the builder ended with ${status}.`
}
