import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder for its owner alone, with the parents that it lacks; answers those that it made, innermost first.
 * Throws what the system throws, and has then made none. Node's own `recursive` never returns where a parent exists and
 * yet refuses with ENOENT, as /proc does.
 */
export function makeFolder(folder: string): string[] {
  if (existsSync(folder)) return []
  const parents = makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    removeFolders(parents)
    throw error
  }
  return [folder, ...parents]
}

/** Takes away folders that {@link makeFolder} has made, as far as nothing has come into them. */
export function removeFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder)
    } catch {
      // It holds something, or is gone already.
    }
  }
}
