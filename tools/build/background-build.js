// @ts-check
// Builds beside what has started already, for what that can do without at first.
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { buildFolder, isComplete, markUsed } from './build-cache.js'
import { builderEnvironment } from './builder-environment.js'

/** @typedef {import('./steps.js').BuildStep} BuildStep */

/**
 * The folder in which the build of a step's sources lies, or will appear when it is made: that begins now, in a process
 * of low priority that ends with this one. When it fails, a line on stderr says why, and a file beside the folder, named
 * like it with `.failed`, tells those who wait.
 *
 * @param {string} root The repository.
 * @param {BuildStep} step
 * @returns {string}
 */
export function backgroundBuild(root, step) {
  const folder = buildFolder(root, step)
  if (isComplete(folder)) markUsed(folder)
  else make(root, step, folder)
  return folder
}

/**
 * @param {string} root
 * @param {BuildStep} step
 * @param {string} folder
 */
function make(root, step, folder) {
  process.stderr.write(`Building the ${step.name} beside the server, as after each change of its sources …\n`)
  mark(folder, null)
  const args = [join(import.meta.dirname, 'make.js'), root, JSON.stringify(step)]
  const env = builderEnvironment()
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const end = () => child.kill()
  process.once('exit', end)
  let problem = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    problem += text
  })
  child.on('error', (error) => {
    problem += error.message
  })
  child.on('close', (code) => {
    process.off('exit', end)
    if (isComplete(folder)) return markUsed(folder)
    const reason = problem.trim() || `the builder ended with ${code}.`
    process.stderr.write(`The ${step.name} could not be built: ${reason}\n`)
    mark(folder, reason)
  })
  // A server that stops does not wait for it.
  child.unref()
  const { stderr } = child
  if ('unref' in stderr && typeof stderr.unref === 'function') stderr.unref()
  if (child.pid !== undefined) lowerPriority(child.pid)
}

/** @param {number} pid */
function lowerPriority(pid) {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // It has ended already.
  }
}

/**
 * Tells those who wait that the build failed, or with null that it is under way again.
 *
 * @param {string} folder
 * @param {string | null} reason
 */
function mark(folder, reason) {
  try {
    mkdirSync(dirname(folder), { recursive: true })
    if (reason === null) rmSync(`${folder}.failed`, { force: true })
    else writeFileSync(`${folder}.failed`, `${reason}\n`)
  } catch {
    // Where nothing can be written, those who wait go on waiting; the line on stderr says why.
  }
}
