import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { say } from '@rota/core'
import { findProgram } from './program-path.ts'

/** Linux refuses longer arguments and variables (MAX_ARG_STRLEN, execve(2)). */
const LONGEST_STRING = 131_071
/** What all of them may take with the usual stack of 8 MiB: a quarter of it, pointers included. */
const LONGEST_SUM = 2_097_152
const POINTER = 8
/** Of a file's first line the kernel reads so much (execve(2)). */
const LONGEST_LINE = 255

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

/** An error as the OS throws it. */
export function osError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** Why the OS would not execute a program with these arguments and variables, as the error that it has for that. */
export function executionProblem(file: string, strings: readonly string[]): Error | null {
  const sizes = strings.map((text) => Buffer.byteLength(text))
  const sum = sizes.reduce((total, size) => total + size + 1 + POINTER, 0)
  if (sum > LONGEST_SUM || sizes.some((size) => size > LONGEST_STRING)) return osError('E2BIG')
  try {
    findProgram(file, '', '/')
    const interpreter = interpreterLine(file)
    if (interpreter !== null) findProgram(interpreter, '', '/')
    return null
  } catch (error) {
    return error as Error
  }
}

/** The absolute path that a file's first line names as its interpreter; null when it names none. */
function interpreterLine(file: string): string | null {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(LONGEST_LINE)
    const [first = ''] = bytes.toString('latin1', 0, readSync(descriptor, bytes)).split('\n')
    return /^#![ \t]*(\/[^ \t]+)/.exec(first)?.[1] ?? null
  } finally {
    closeSync(descriptor)
  }
}
