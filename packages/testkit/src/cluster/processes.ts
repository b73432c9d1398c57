import { readdirSync, readFileSync } from 'node:fs'

/** A process, told from a later one with the same pid by the instant at which it began. */
export interface ProcessId {
  pid: number
  startTicks: string
}

/** Living processes (zombies are dead) with `text` in the environment they began with, this one excepted. */
export function livingWith(text: string): ProcessId[] {
  const found: ProcessId[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!(pid > 0) || pid === process.pid || !read(pid, 'environ').includes(text)) continue
    const startTicks = startTicksOf(pid)
    if (startTicks !== null) found.push({ pid, startTicks })
  }
  return found
}

/** Ends all that {@link livingWith} finds at once; some may end by themselves meanwhile. */
export function killAllWith(text: string): void {
  for (const { pid } of livingWith(text)) killIfThere(pid)
}

/** Ends a process at once, unless it has ended by itself meanwhile. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

export function isAlive({ pid, startTicks }: ProcessId): boolean {
  return startTicksOf(pid) === startTicks
}

/** Field 22 of /proc/PID/stat (proc(5)); null for a process that is gone or a zombie. */
function startTicksOf(pid: number): string | null {
  const stat = read(pid, 'stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat === '' || fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
