import { readFileSync, readlinkSync } from 'node:fs'

/**
 * When a process began, in clock ticks since the machine did (proc_pid_stat(5)): with its pid it tells it from any other
 * of this boot. Null when there is none, when it is only a zombie, and on systems without /proc.
 */
export function processBirth(pid: number): string | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return null
  }
  // The name in brackets may hold anything, so fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  return state === 'Z' || state === 'X' ? null : (fields[19] ?? null)
}

/** A process as others on the same machine can ask for it. */
export interface ProcessIdentity {
  pid: number
  /** See {@link processBirth}; null where that is not known. */
  birth: string | null
  /** The boot of the machine, and the pid namespace, in which the two mean anything. */
  world: string | null
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, birth: processBirth(process.pid), world: ownWorld() }
}

/** Whether another process lives: false also for this one; null when that cannot be told from here. */
export function isOtherAlive({ pid, birth, world }: ProcessIdentity): boolean | null {
  if (birth === null || world === null || world !== ownWorld()) return null
  return pid !== process.pid && processBirth(pid) === birth
}

function ownWorld(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}
