import { statSync } from 'node:fs'
import { say } from '@rota/core'

/**
 * Says why a program could not be started. The OS reports a missing program and a missing working directory alike
 * (ENOENT), so the directory is looked at again.
 */
export function describeSpawnFailure(error: unknown, file: string, cwd: string): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const directory = directoryProblem(cwd)
  if (directory && ['ENOENT', 'ENOTDIR', 'EACCES'].includes(code)) return directory
  switch (code) {
    case 'ENOENT':
      return say`The program ${file} was not found (ENOENT). Check its path and the PATH of the task.`
    case 'EACCES':
      return say`The program ${file} may not be executed (EACCES). Check its permissions and those of its directories.`
    case 'EPERM':
      return say`The program ${file} could not be started as the configured user (EPERM).`
    case 'E2BIG':
      return say`The arguments and variables are larger than the system allows for one program (E2BIG).`
    case 'EMFILE':
    case 'ENFILE':
      return say`The program ${file} could not be started: too many open files (${code}). Raise the limit (ulimit -n).`
    case 'EAGAIN':
      return say`The program ${file} could not be started: the system's limit of processes is reached (EAGAIN).`
    case 'ENOMEM':
      return say`The program ${file} could not be started: not enough memory (ENOMEM).`
    default:
      return say`The program ${file} could not be started: ${(error as Error).message}`
  }
}

function directoryProblem(cwd: string): string | null {
  try {
    return statSync(cwd).isDirectory() ? null : say`The working directory ${cwd} is not a directory.`
  } catch (error) {
    return say`The working directory ${cwd} cannot be used (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`
  }
}
