import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AttemptLimits, FieldError } from '@rota/core'
import { say } from '@rota/core'

/** What one attempt may use at most. Absent means no limit of ours. */
export interface ResourceLimits {
  /** Memory of the whole tree (cgroup), or address space of each process (rlimit), in bytes. */
  memoryBytes?: number
  /** Processes and threads of the tree (cgroup), or of the run's user (rlimit; without effect on root). */
  processes?: number
  /** Share of processors, 1 = one whole; needs a delegated cpu controller. */
  cpus?: number
  /** CPU time of each process in seconds; SIGXCPU, then SIGKILL. */
  cpuSeconds?: number
  /** Largest file a process may write, in bytes; SIGXFSZ. */
  fileBytes?: number
  /** Open files of each process. */
  openFiles?: number
}

const NAMES = ['memoryBytes', 'processes', 'cpus', 'cpuSeconds', 'fileBytes', 'openFiles'] as const

/** Finds limits that are unknown or not positive numbers. */
export function checkLimits(path: string, limits: ResourceLimits): FieldError[] {
  const errors: FieldError[] = []
  for (const [name, value] of Object.entries(limits)) {
    if (!(NAMES as readonly string[]).includes(name)) {
      errors.push({ path: `${path}.${name}`, message: say`Unknown limit; known are ${NAMES.join(', ')}.` })
    } else if (typeof value !== 'number' || !(value > 0)) {
      errors.push({ path: `${path}.${name}`, message: say`Must be a number above 0.` })
    }
  }
  return errors
}

/** What an attempt may use, in the words of this package. */
export function resourcesOf(limits: AttemptLimits | null): ResourceLimits {
  const { memory_bytes = null, cpus = null, processes = null, open_files = null } = limits ?? {}
  return {
    ...(memory_bytes !== null && { memoryBytes: memory_bytes }),
    ...(cpus !== null && { cpus }),
    ...(processes !== null && { processes }),
    ...(open_files !== null && { openFiles: open_files }),
  }
}

/** The lower of each limit. */
export function tightest(limits: ResourceLimits, others: ResourceLimits): ResourceLimits {
  const tight: ResourceLimits = { ...limits }
  for (const name of NAMES) {
    const other = others[name]
    if (other !== undefined) tight[name] = Math.min(other, limits[name] ?? other)
  }
  return tight
}

/** Sets what the delegated controllers can enforce on a cgroup, and returns the limits that are left to rlimits. */
export function limitCgroup(
  directory: string | null,
  controllers: ReadonlySet<string>,
  limits: ResourceLimits,
): ResourceLimits {
  if (!directory) return limits
  const { memoryBytes, processes, cpus, ...rest } = limits
  const left: ResourceLimits = rest
  const set = (file: string, value: string) => writeFileSync(join(directory, file), value)
  if (memoryBytes !== undefined) {
    if (controllers.has('memory')) {
      set('memory.max', String(memoryBytes))
      // All or nothing: a tree that lost one process to the OOM killer seldom does anything useful.
      set('memory.oom.group', '1')
      // Else the limit would only make it slow.
      if (existsSync(join(directory, 'memory.swap.max'))) set('memory.swap.max', '0')
    } else left.memoryBytes = memoryBytes
  }
  if (processes !== undefined) {
    if (controllers.has('pids')) set('pids.max', String(processes))
    else left.processes = processes
  }
  if (cpus !== undefined && controllers.has('cpu')) set('cpu.max', `${Math.round(cpus * 100_000)} 100000`)
  return left
}

/** The limits as flags of prlimit(1). */
export function rlimitFlags(limits: ResourceLimits): string[] {
  const flags: string[] = []
  const add = (flag: string, value: number | undefined) => {
    if (value !== undefined) flags.push(`--${flag}=${Math.floor(value)}`)
  }
  add('as', limits.memoryBytes)
  add('nproc', limits.processes)
  add('cpu', limits.cpuSeconds)
  add('fsize', limits.fileBytes)
  add('nofile', limits.openFiles)
  return flags
}
