import { readFileSync } from 'node:fs'

/** What the OS says a run has used. Null where it does not tell. */
export interface ResourceUse {
  cpuSeconds: number | null
  maxRssBytes: number | null
}

/** All processes of one attempt: the direct child and whatever it started, however that tried to detach itself. */
export interface ProcessTree {
  /** True when no process is known to live. Cheap, so it may miss one that left the group where nothing holds it. */
  isEmpty(): boolean
  /** Searches the process table for what {@link isEmpty} cannot see; resolves to the pids found. */
  findStrays(): Promise<number[]>
  /** True when {@link isEmpty} alone does not prove that nothing is left. */
  readonly needsSearch: boolean
  /** Sends a signal to every process. */
  signal(signal: NodeJS.Signals): void
  /** Ends every process at once. */
  kill(): void
  use(): ResourceUse
  /** Measures now; a good moment is when the program has just shown that it lives. */
  look(): void
  /** Ends what watches the tree. Call once, when it is empty. */
  release(): void
}

/** Sends a signal to a process or, with a negative number, to a group; one that is gone is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // EPERM: a set-user-id program; cgroup.kill still reaches it.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** True while a process group has a member. */
export function isGroupAlive(pgid: number): boolean {
  try {
    process.kill(-pgid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** True while a process is a member of the group; false when either is gone. */
export function isInGroup(pid: number, pgid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3)[2]) === pgid
  } catch {
    return false
  }
}
