import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

function isExecutable(path: string): boolean {
  accessSync(path, constants.X_OK)
  if (statSync(path).isFile()) return true
  throw Object.assign(new Error(`EACCES: ${path} is not a file`), { code: 'EACCES' })
}

/**
 * The absolute path of a program as execvp(3) finds it: names without a slash in the directories of `path`, others as
 * they are, from the working directory. Throws the OS's ENOENT or EACCES.
 */
export function findProgram(file: string, path: string, cwd: string): string {
  if (file.includes('/')) {
    const absolute = isAbsolute(file) ? file : join(cwd, file)
    isExecutable(absolute)
    return absolute
  }
  let closest: unknown = Object.assign(new Error(`ENOENT: ${file}`), { code: 'ENOENT' })
  for (const directory of path.split(':')) {
    const candidate = join(directory === '' ? cwd : directory, file)
    try {
      isExecutable(candidate)
      return candidate
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') closest = error
    }
  }
  throw closest
}
