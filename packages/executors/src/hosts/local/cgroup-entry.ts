import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The descriptor by which a child is held until it has been moved. */
export const HOLD_DESCRIPTOR = 3

/**
 * How a child gets into its cgroup before its first command. Node cannot start a process there, and moving it
 * afterwards loses the race against a task that forks at once.
 *
 * `self`: it moves itself. `held`: it may not, being another user's; it waits until we have moved it and close a pipe.
 */
export type CgroupEntry = 'self' | 'held'

/** Shell words for the entry, all built in. */
export function entryScript(entry: CgroupEntry, directory: string): string {
  if (entry === 'held') return `read -r ROTA_GO <&${HOLD_DESCRIPTOR}; exec ${HOLD_DESCRIPTOR}<&-; `
  const quoted = `'${join(directory, 'cgroup.procs').replaceAll("'", "'\\''")}'`
  return `{ echo 0 >${quoted}; } 2>/dev/null; `
}

/** Moves a process. Throws what the file system throws, except that the process has ended. */
export function moveIntoCgroup(directory: string, pid: number): void {
  try {
    writeFileSync(join(directory, 'cgroup.procs'), String(pid))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
