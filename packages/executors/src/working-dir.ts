import { chmodSync, existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize, relative } from 'node:path'
import { say } from '@rota/core'

/** True when `path` is `root` or inside it; both without symbolic links. */
function isInside(path: string, root: string): boolean {
  const way = relative(root, path)
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}

/**
 * Why a directory may not be worked in, or null. Links are followed first, so that a link inside an allowed directory
 * does not lead out of it.
 */
export function workingDirProblem(path: string, allowed: readonly string[] | null): string | null {
  if (!isAbsolute(path)) return say`The working directory ${path} must be an absolute path.`
  if (allowed === null) return null
  const real = realOrNull(path)
  if (real === null) return say`The working directory ${path} cannot be used (ENOENT).`
  const isAllowed = allowed.some((root) => {
    const realRoot = realOrNull(root)
    return realRoot !== null && isInside(real, realRoot)
  })
  return isAllowed ? null : say`The working directory ${path} is not in an allowed directory (${allowed.join(', ')}).`
}

/** The same for a task that is saved: the directory may be made later, but where it will be is known. */
export function savedWorkingDirProblem(path: string, allowed: readonly string[] | null): string | null {
  if (allowed === null || !isAbsolute(path)) return workingDirProblem(path, allowed)
  let known = normalize(path)
  while (realOrNull(known) === null && dirname(known) !== known) known = dirname(known)
  const real = join(realOrNull(known) ?? known, relative(known, normalize(path)))
  const isAllowed = allowed.some((root) => isInside(real, realOrNull(root) ?? root))
  return isAllowed ? null : say`The working directory ${path} is not in an allowed directory (${allowed.join(', ')}).`
}

function realOrNull(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

/**
 * Makes a directory that only we can write to. Throws when somebody else owns it or may write to it: in a shared
 * temporary directory its name could have been taken by another user.
 */
export function makePrivateDir(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode })
  const stat = lstatSync(path)
  const uid = process.getuid?.()
  if (!stat.isDirectory() || (uid !== undefined && stat.uid !== uid) || (stat.mode & 0o022) !== 0) {
    throw new Error(
      say`${path} belongs to somebody else or can be written by others; set tempDir to a private directory.`,
    )
  }
  if ((stat.mode & 0o777) !== mode) chmodSync(path, mode)
}

/** Where a program starts that was given no directory: its home, or the root where an account has none. */
export function usualWorkingDir(home: string): string {
  return existsSync(home) ? home : '/'
}
