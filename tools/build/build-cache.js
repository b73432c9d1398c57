// @ts-check
// Where builds lie, and which of them is the one of the present sources.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** @typedef {import('./steps.js').BuildStep} BuildStep */

/** A build lists its files here, with their sizes: a power cut may have left some of them empty. */
const MANIFEST = 'build.json'
/** Holds one empty file for each process that runs the build, named by its id. */
const USERS = 'users'
/** So long a build stays that nobody runs: somebody may have chosen it a moment ago. */
const KEPT_MS = 10 * 60_000

/** @param {string} root The repository. */
export function cacheFolder(root) {
  return join(root, 'node_modules', '.cache', 'rota-build')
}

/**
 * The folder of the build of a step's sources as they are now, whether or not it is there.
 *
 * @param {string} root
 * @param {BuildStep} step
 */
export function buildFolder(root, step) {
  const hash = createHash('sha1').update(process.version)
  for (const input of step.inputs) addState(hash, root, input)
  return join(cacheFolder(root), `${step.name}-${hash.digest('hex').slice(0, 20)}`)
}

/**
 * Adds names, sizes and times of change. Reading everything would take longer than the rest of the start.
 *
 * @param {import('node:crypto').Hash} hash
 * @param {string} root
 * @param {string} path
 */
function addState(hash, root, path) {
  const state = statSync(join(root, path), { bigint: true, throwIfNoEntry: false })
  if (state?.isDirectory()) {
    for (const name of readdirSync(join(root, path)).sort()) {
      if (!name.includes('.test.') && name !== 'node_modules') addState(hash, root, `${path}/${name}`)
    }
  } else hash.update(`${path}\0${state?.size}\0${state?.mtimeNs}\0`)
}

/** @param {string} folder */
export function isComplete(folder) {
  try {
    /** @type {Record<string, number>} */
    const sizes = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'))
    return Object.entries(sizes).every(([path, size]) => statSync(join(folder, path)).size === size)
  } catch {
    return false
  }
}

/**
 * Declares a folder complete as it is.
 *
 * @param {string} folder
 */
export function writeManifest(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const sizes = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(folder.length + 1), statSync(path).size]
  })
  mkdirSync(join(folder, USERS))
  writeFileSync(join(folder, MANIFEST), JSON.stringify(Object.fromEntries(sizes)))
}

/**
 * Keeps a build in place while this process lives: parts of it may be loaded late.
 *
 * @param {string} folder
 */
export function markUsed(folder) {
  try {
    writeFileSync(join(folder, USERS, String(process.pid)), '')
  } catch {
    // Nobody can remove it from a folder that cannot be written either.
  }
}

/**
 * Removes builds of the same step, whole or begun, that nobody runs or makes, except `kept`.
 *
 * @param {string} root
 * @param {string} kept
 */
export function removeUnused(root, kept) {
  const step = basename(kept).replace(/[^-]*$/, '')
  for (const name of readdirSync(cacheFolder(root))) {
    if (!name.startsWith(step) && !name.startsWith('draft-')) continue
    const folder = join(cacheFolder(root), name)
    if (folder !== kept && !isInUse(folder)) rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder */
function isInUse(folder) {
  const users = join(folder, USERS)
  const hasUsers = existsSync(users)
  const state = statSync(hasUsers ? users : folder, { throwIfNoEntry: false })
  if (state === undefined || Date.now() - state.mtimeMs < KEPT_MS) return true
  return hasUsers && readdirSync(users).some((name) => isAlive(Number(name)))
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
