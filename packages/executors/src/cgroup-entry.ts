import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from './program.ts'

/** The descriptor by which a child is held until it has been moved. */
export const HOLD_DESCRIPTOR = 3

/** Shells in which the entry can stand before the command itself (POSIX.1-2017, Shell Command Language). */
const POSIX_SHELLS = new Set(['sh', 'ash', 'bash', 'dash', 'ksh', 'mksh', 'zsh'])

/**
 * How a child gets into its cgroup before its first command. Node cannot start a process there, and moving it
 * afterwards loses the race against a task that forks at once.
 *
 * `self`: it moves itself. `held`: it may not, being another user's; it waits until we have moved it and close a pipe.
 */
export type CgroupEntry = 'self' | 'held'

/** Shell words for the entry, on the command's own first line so that its line numbers stay true; all built in. */
function entryScript(entry: CgroupEntry, directory: string): string {
  if (entry === 'held') return `read -r ROTA_GO <&${HOLD_DESCRIPTOR}; exec ${HOLD_DESCRIPTOR}<&-; `
  const quoted = `'${join(directory, 'cgroup.procs').replaceAll("'", "'\\''")}'`
  return `{ echo 0 >${quoted}; } 2>/dev/null; `
}

/**
 * Puts the entry before a command: into the text of a POSIX shell's command, which costs no process; else a shell does
 * it and becomes the program.
 */
export function enterCgroup(command: Command, entry: CgroupEntry, directory: string): Command {
  const script = entryScript(entry, directory)
  const { file, args } = command
  if (args[0] === '-c' && POSIX_SHELLS.has(basename(file))) {
    return { ...command, args: ['-c', script + args[1], ...args.slice(2)] }
  }
  return { ...command, file: '/bin/sh', args: ['-c', `${script}exec "$@"`, 'sh', file, ...args] }
}

/** Moves a process. Throws what the file system throws, except that the process has ended. */
export function moveIntoCgroup(directory: string, pid: number): void {
  try {
    writeFileSync(join(directory, 'cgroup.procs'), String(pid))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
