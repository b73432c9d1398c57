import { findProgram } from './program-path.ts'

/** Where the tools of the system are, when the server's own path leaves them out. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const found = new Map<string, string | null>()

/**
 * The absolute path of a tool of the system (`prlimit`, `mkfifo`), looked for once on the path that the server itself
 * was started with, never on a task's; null where there is none.
 */
export function systemProgram(name: string): string | null {
  const known = found.get(name)
  if (known !== undefined) return known
  let path: string | null = null
  try {
    path = findProgram(name, `${process.env.PATH ?? ''}:${SYSTEM_PATH}`, '/')
  } catch {
    // Not installed; each caller has a way without it, or says what is missing.
  }
  found.set(name, path)
  return path
}
